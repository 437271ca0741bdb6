/** Builds the plan of one entity as a document from the database's answer, and the part of it that other plans need. */
import { accountName } from "../../config/Account.ts"
import type { Entity } from "../../config/Entity.ts"
import type { RunTarget } from "../../config/RunTarget.ts"
import type { TableChange } from "../../database/load/ApplySql.ts"
import type { PlanAnswer } from "../../database/load/PlanSql.ts"
import type { ReadFacts } from "../../database/load/ReadFacts.ts"
import { tableId } from "../../database/tables/Identifier.ts"
import type { PlannedRows } from "../../database/tables/PlannedTable.ts"
import { type Reason, render } from "../../reason/Reason.ts"
import type { SecondRead } from "../read/DeleteConfirmation.ts"
import type { EntityPlan, PlannedRow } from "./Plan.ts"

const identity = ({ account, entity }: RunTarget) => ({
  connector: entity.connector,
  entity: entity.name,
  ...(account === null ? {} : { account }),
  ...(entity.account === undefined ? {} : { accountName: accountName(entity.account) }),
  table: tableId(entity.table)
})

export const failedPlan = (target: RunTarget, why: Reason): EntityPlan => ({
  ...identity(target),
  ddl: [],
  error: render(why),
  errorReason: why,
  warnings: [],
  reasons: [],
  confirmed: false,
  fetched: 0,
  rejected: 0,
  unchanged: 0,
  inserts: [],
  updates: [],
  deletes: [],
  withheld: []
})

type Rows = Required<Pick<EntityPlan, "inserts" | "updates" | "deletes" | "missed" | "withheld">>

export const rowsOf = (entity: Entity, { held, rows }: PlanAnswer): Rows => {
  const row = (texts: ReadonlyArray<string | null> | null): PlannedRow =>
    Object.fromEntries(entity.columns.map((column, at) => [column.name, texts?.[at] ?? null]))
  const of = (kind: PlanAnswer["rows"][number]["kind"]) => rows.filter((candidate) => candidate.kind === kind)
  const gone = rows.flatMap(({ before, kind }) => (kind === "gone" || kind === "tombstone" ? [row(before)] : []))
  const missed = of("missed").map(({ before }) => row(before))
  return {
    inserts: of("new").map(({ after }) => row(after)),
    updates: of("changed").map(({ after, before }) => ({
      key: Object.fromEntries(Object.entries(row(before)).filter(([name]) => entity.key.includes(name))),
      changes: entity.columns.flatMap((column, at) => {
        const [from, to] = [before?.[at] ?? null, after?.[at] ?? null]
        return from === to ? [] : [{ column: column.name, from, to }]
      })
    })),
    deletes: held === null ? gone : [],
    missed: held === null ? missed : [],
    withheld: held === null ? [] : [...gone, ...missed]
  }
}

/** `untried` says why PostgreSQL's answer to the writes is not known. */
export const entityPlan = (
  target: RunTarget,
  ddl: ReadonlyArray<string>,
  answer: PlanAnswer,
  facts: ReadFacts,
  second: SecondRead | undefined,
  untried: ReadonlyArray<Reason>
): EntityPlan => {
  const rows = rowsOf(target.entity, answer)
  const withheld = answer.held === null ? [] : [answer.held, ...answer.taken]
  const reasons = [...facts.warnings, ...withheld, ...answer.kept]
  const notes = [...(facts.notes ?? []), ...(answer.held === null ? answer.taken : []), ...answer.followed, ...untried]
  return {
    ...identity(target),
    ddl,
    error: null,
    errorReason: null,
    warnings: reasons.map(render),
    reasons,
    ...(notes.length === 0 ? {} : { notes: notes.map(render), noteReasons: notes }),
    ...(facts.since ? { since: true } : {}),
    confirmed: second !== undefined && second.doubt === undefined && rows.deletes.length > 0,
    fetched: facts.fetched,
    rejected: facts.rejected,
    unchanged: answer.unchanged,
    ...rows
  }
}

/** The planned changes in the form of the statement, limited to the columns of the entity. */
export const changeOf = (
  { columns, key }: Entity,
  { deletes, inserts, updates }: Pick<EntityPlan, "inserts" | "updates" | "deletes">
): TableChange => {
  const texts = (row: PlannedRow) => columns.map(({ name }) => row[name] ?? null)
  const keys = columns.filter(({ name }) => key.includes(name))
  const known = new Set(columns.map(({ name }) => name))
  return {
    inserts: inserts.map(texts),
    updates: updates.map(({ changes, key: of }) => {
      const there = changes.filter(({ column }) => known.has(column))
      return {
        key: keys.map(({ name }) => of[name] ?? null),
        from: Object.fromEntries(there.map(({ column, from }) => [column, from])),
        to: Object.fromEntries(there.map(({ column, to }) => [column, to]))
      }
    }),
    deletes: deletes.map(texts)
  }
}

const keyAt = ({ columns, key }: Entity): ReadonlyArray<number> =>
  key.map((name) => columns.findIndex((column) => column.name === name))

/** The keys of the rows to delete, in the form that `Search` takes. */
export const goneKeys = (entity: Entity, { rows }: PlanAnswer): ReadonlyArray<ReadonlyArray<string>> => {
  const places = keyAt(entity)
  return rows.flatMap(({ before, kind }) => (kind === "gone" ? [places.map((at) => before?.[at] ?? "")] : []))
}

export const plannedRows = (entity: Entity, { held, rows }: PlanAnswer): PlannedRows => {
  const places = keyAt(entity)
  const goes = (kind: PlanAnswer["rows"][number]["kind"]) =>
    kind === "changed" || ((kind === "gone" || kind === "tombstone") && held === null)
  return {
    entity,
    come: rows.flatMap(({ after }) => (after === null ? [] : [after])),
    gone: rows.flatMap(({ before, kind }) => (goes(kind) ? [places.map((at) => before?.[at] ?? null)] : []))
  }
}
