/**
 * Tables of somebody else that refer to the table of a case: drawn, made and filled between runs, and what their foreign keys
 * make of deletes, by the manual of PostgreSQL alone.
 */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import * as PendingDeletes from "../../core/database/audit/PendingDeletes.ts"
import { sqlType } from "../../core/database/tables/ColumnSql.ts"
import type { Draw } from "../../core/plugin/SandboxDraw.ts"
import { pickRow } from "./Domains.ts"
import type { Domains } from "./Draws.ts"
import type { Declared, Reference, Referrer, State } from "./Model.ts"
import { shownAs } from "./Stored.ts"

const rowsOf = (references: ReadonlyArray<Reference>, gone: ReadonlyArray<string>) => {
  const ids = new Set(gone)
  return references.filter(({ to }) => to !== null && ids.has(to))
}

const isForbidding = ({ by }: Reference): boolean => by.onDelete === "restrict" || by.onDelete === "no action"

/** Whether rows would go, or change, with those that are gone. */
export const takes = (references: ReadonlyArray<Reference>, gone: ReadonlyArray<string>): boolean =>
  rowsOf(references, gone).some((one) => !isForbidding(one))

/** Whether PostgreSQL lets them go; `isThere`: of a row, were none to go. */
export const forbids = (
  references: ReadonlyArray<Reference>,
  gone: ReadonlyArray<string>,
  isThere: (id: string) => boolean
): boolean =>
  rowsOf(references, gone).some((one) => {
    const { fallback, nullable, onDelete } = one.by
    if (onDelete === "cascade") return false
    const next = onDelete === "set default" ? fallback : null
    const isLost = next === null ? !nullable : !isThere(next) || gone.includes(next)
    return isForbidding(one) || isLost
  })

export const without = (
  references: ReadonlyArray<Reference>,
  gone: ReadonlyArray<string>
): ReadonlyArray<Reference> => {
  const touched = new Set(rowsOf(references, gone))
  return references.flatMap((one) => {
    if (!touched.has(one)) return [one]
    if (one.by.onDelete === "cascade") return []
    return [{ ...one, to: one.by.onDelete === "set default" ? one.by.fallback : null }]
  })
}

/** What their owners, and whoever decides on what was withheld, do before a run; shares of what there is then. */
export interface Between {
  readonly leave: ReadonlyArray<number>
  readonly come: ReadonlyArray<{ readonly table: number; readonly to: number }>
  readonly decide: "apply" | "drop" | undefined
}

export const drawBetween = (random: Draw): Between => {
  const shares = (least: number, most: number) =>
    Array.from({ length: random.int(least, most) }, () => random.int(0, 999) / 1_000)
  return {
    leave: random.chance(0.3) ? shares(1, 3) : [],
    come: shares(1, 4).map((to) => ({ table: random.int(0, 999) / 1_000, to })),
    decide: random.chance(0.3) ? random.pick(["apply", "apply", "drop"] as const) : undefined
  }
}

/** A table, and the columns by which others refer to it. */
export interface Referred {
  readonly table: string
  readonly domains: Domains
  readonly key: ReadonlyArray<string>
}

const typeOf = (domains: Domains, name: string): string => {
  const domain = domains[name]
  return domain === undefined ? "text" : sqlType({ type: domain.type, array: false })
}

/** With the statements that make them, behind the table that they refer to. */
export const drawReferrers = (random: Draw, { domains, key, table }: Referred) => {
  const drawn = Array.from({ length: random.int(1, 2) }, (_, at) => {
    const onDelete = random.pick<Referrer["onDelete"]>(["restrict", "no action", "cascade", "set null", "set default"])
    const values = pickRow(random, domains)
    const usual = key.map((name) => (name in domains ? (values[name] ?? null) : random.pick(["one", "two"])))
    const hasUsual = onDelete === "set default" && random.chance(0.6)
    const columns = key.map((name, place) => {
      const usually = hasUsual ? ` default '${String(usual[place]).replaceAll("'", "''")}'` : ""
      return `${name} ${typeOf(domains, name)}${usually}`
    })
    const deferral = random.pick(["", " deferrable initially deferred", " deferrable initially immediate"])
    const onUpdate = random.pick(["", " on update cascade", " on update set null"])
    const name = `${table}_by_${at}`
    const by: Referrer = { table: name, onDelete, fallback: hasUsual ? JSON.stringify(usual) : null, nullable: true }
    const foreign = `foreign key (${key.join(", ")}) references ${table} (${key.join(", ")}) on delete ${onDelete}${onUpdate}${deferral}`
    return { by, ddl: `create table ${name} (n integer primary key, ${columns.join(", ")}, ${foreign})` }
  })
  return { referrers: drawn.map(({ by }) => by), ddl: drawn.map(({ ddl }) => ddl) }
}

/** What happens to a case's table between two runs, done in the database and in the model. */
export const happen = Effect.fnUntraced(function* (
  { come, decide, leave }: Between,
  { domains, key, table }: Referred,
  { referrers = [] }: Declared,
  before: State
) {
  const sql = yield* SqlClient.SqlClient
  let state = before
  for (const share of leave) {
    const one = state.references[Math.floor(share * state.references.length)]
    if (one === undefined) continue
    yield* sql.unsafe(`delete from ${one.by.table} where n = ${one.n}`)
    state = { ...state, references: state.references.filter((other) => other !== one) }
  }
  const ids = [...state.rows.keys()].toSorted()
  for (const share of come) {
    const by = referrers[Math.floor(share.table * referrers.length)]
    const to = ids[Math.floor(share.to * ids.length)]
    if (by === undefined || to === undefined) continue
    const n = 1 + Math.max(0, ...state.references.filter((one) => one.by === by).map((one) => one.n))
    const values = key.map((name, at) => `$${at + 2}::text::${typeOf(domains, name)}`)
    yield* sql.unsafe(`insert into ${by.table} (n, ${key.join(", ")}) values ($1, ${values.join(", ")})`, [
      n,
      ...(yield* decodeId(to))
    ])
    state = { ...state, references: [...state.references, { by, n, to }] }
  }
  if (decide === undefined) return state
  const open = state.pending.findIndex(({ status }) => status === "open")
  const question = state.pending[open]
  const found = (yield* PendingDeletes.open(1)).find(
    (one) => one.entity === question?.entity && one.table_name === `public.${table}`
  )
  if (question === undefined || found === undefined) return state
  const answered = (status: "applied" | "dropped") =>
    state.pending.map((one, at) => (at === open ? { ...one, status } : one))
  if (decide === "drop") {
    yield* PendingDeletes.drop(found.id, "anna")
    return { ...state, pending: answered("dropped") }
  }
  const goes = question.rows.filter((id) => state.rows.has(id))
  const tried = yield* Effect.result(PendingDeletes.apply(found.id, "anna", "test"))
  if (forbids(state.references, goes, (id) => state.rows.has(id))) {
    if (tried._tag === "Success") return yield* Effect.die("deleted what is referred to")
    return state
  }
  if (tried._tag === "Failure") return yield* Effect.fail(tried.failure)
  return {
    ...state,
    pending: answered("applied"),
    rows: new Map([...state.rows].filter(([id]) => !goes.includes(id))),
    references: without(state.references, goes)
  }
})

const decodeId = Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Array(Schema.String)))

const decode = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ n: Schema.Int, to: Schema.NullOr(Schema.Array(Schema.String)) }))
)

/** What their rows refer to now, as `referencesOf` has it of the model. */
export const referencesIn = Effect.fnUntraced(function* (
  { domains, key }: Referred,
  referrers: ReadonlyArray<Referrer>
) {
  const sql = yield* SqlClient.SqlClient
  const shown = key.map((name) => shownAs(name, domains[name]?.type ?? "text"))
  const found = yield* Effect.forEach(referrers, ({ table }) =>
    Effect.flatMap(
      sql.unsafe(
        `select n, case when t.id is not null then to_json(array[${shown.join(", ")}]) end as to from ${table} as t`
      ),
      decode
    ).pipe(Effect.map((rows) => rows.map(({ n, to }) => `${table} ${n} ${to === null ? null : JSON.stringify(to)}`)))
  )
  return found.flat().toSorted()
})

export const referencesOf = ({ references }: State): ReadonlyArray<string> =>
  references.map(({ by, n, to }) => `${by.table} ${n} ${to}`).toSorted()
