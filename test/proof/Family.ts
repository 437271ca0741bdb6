/** Cases of two entities that share a read: the records of the second are inside those of the first. */
import type { Guard, Mode } from "../../core/config/Entity.ts"
import type { Draw } from "../../core/plugin/SandboxDraw.ts"
import { column, entity } from "../support/source.ts"
import { attemptsOf, drawManner, retries, sent, shuffled } from "./Attempts.ts"
import type { Case, Run, Target } from "./Cases.ts"
import { type Domain, keyDomains, name, type Picked, pickRow, quantity } from "./Domains.ts"
import { type Domains, drawDomains, drawGuard, evolve, ownedTable, rawOf } from "./Draws.ts"
import type { Attempt, Declared, ModelRecord, Referrer } from "./Model.ts"

const line: Domain = {
  type: "bigint",
  values: Array.from({ length: 4 }, (_, at) => [String(at), at, String(at)] as const),
  bad: ["x", null, undefined, 1.5]
}
const lineDomains: Domains = { line, name, quantity }

/** The children of each record, which does not contain them itself; undefined: it has not even their list. */
type Children = WeakMap<ModelRecord, ReadonlyArray<ModelRecord> | undefined>

/** What a foreign key of the owner does; a child without its parent has no key, so that it can refer to nothing. */
const drawBy = (others: Draw, table: string): Referrer => {
  const onDelete = others.pick<Referrer["onDelete"]>(["restrict", "no action", "cascade", "set null", "set default"])
  return { table, onDelete, fallback: null, nullable: false }
}

/** `others`: draws of its own, so that a case is the same with and without a foreign key. */
export const drawFamily = (random: Draw, others: Draw, seed: number): Case => {
  const { bigint, text, uuid } = keyDomains
  const keys = { id: random.pick<Domain>([bigint, text, uuid]) }
  const domains = drawDomains(random, keys, false)
  const optional = Object.keys(domains).filter(() => random.chance(0.5))
  const children: Children = new WeakMap()
  const parentMode = random.pick<Mode>(["mirror", "mirror", "upsert", "upsert", "append", "replace"])
  const mirrors = parentMode === "mirror" || parentMode === "replace"
  const table = (end: string) => ({ schema: "public", name: `case_${seed}_${end}` })
  const rest = { guard: drawGuard(random), optional, scope: null, scopeInKey: false, required: ["quantity"] }
  const by = others.chance(0.5) ? drawBy(others, `case_${seed}_child`) : undefined
  // Whether an absent list is empty.
  const isOptional = others.chance(0.4)
  const cascade = by === undefined ? "refuse" : others.pick<Guard["cascade"]>(["refuse", "allow"])
  const upper: Declared = {
    ...rest,
    guard: { ...rest.guard, cascade },
    entity: `case_${seed}_parent`,
    mode: parentMode,
    key: ["id"]
  }
  const lower: Declared = {
    ...rest,
    guard: drawGuard(random),
    entity: `case_${seed}_child`,
    mode: random.pick<Mode>(["mirror", "mirror", "mirror", "upsert", "append"]),
    key: ["document", "line"],
    ...(mirrors ? {} : { within: "document" })
  }
  const columnsOf = (of: Domains) =>
    Object.entries(of).map(([title, { type }]) =>
      column(title, type, {
        required: title === "quantity",
        ...(optional.includes(title) ? { optional: true } : {})
      })
    )
  const parent = entity(upper.entity, {
    table: table("parent"),
    mode: upper.mode,
    guard: upper.guard,
    columns: columnsOf(domains)
  })
  const child = entity(lower.entity, {
    parent: parent.name,
    records: "/items",
    ...(isOptional ? { optional: true } : {}),
    table: table("child"),
    mode: lower.mode,
    guard: lower.guard,
    key: ["document", "line"],
    columns: [
      column("document", keys.id.type, { source: { _tag: "Pointer", pointer: { up: 1, tokens: ["id"] } } }),
      ...columnsOf(lineDomains)
    ]
  })
  const both: readonly [Target, Target] = [
    { declared: upper, entity: parent, view: (attempt) => attempt },
    {
      declared: lower,
      entity: child,
      view: (attempt) => childrenOf(attempt, children, { isOptional, isWithin: lower.within !== undefined })
    }
  ]
  const world = new Map<string, Picked>()
  const lines = new Map<string, Map<string, Picked>>()
  const runs = Array.from({ length: random.int(2, 5) }, (): Run => {
    evolve(random, domains, world)
    for (const [id] of world) {
      const own = lines.get(id) ?? new Map<string, Picked>()
      lines.set(id, own)
      if (random.chance(0.6)) continue
      for (const key of own.keys()) if (random.chance(0.3)) own.delete(key)
      for (let added = random.int(0, 2); added > 0; added--) {
        const row = pickRow(random, lineDomains)
        own.set(row.line ?? "", row)
      }
    }
    const read = (calm: boolean, share: number, lacks: number) => {
      const still = { badness: 0, keyBadness: 0, left: new Set<string>() }
      const manner = calm ? still : drawManner(random, domains)
      const inner = calm ? still : drawManner(random, lineDomains)
      const empty = random.chance(0.07)
      return () =>
        shuffled(
          random,
          [...world].filter(() => !empty && random.chance(share))
        ).map(([id, row]) => {
          const record = sent(random, domains, row, manner)
          const items = [...(lines.get(id)?.values() ?? [])].map((item) => sent(random, lineDomains, item, inner))
          const isAbsent = isOptional ? items.length === 0 && others.chance(0.7) : others.chance(lacks)
          children.set(record, isAbsent ? undefined : items)
          return record
        })
    }
    // An upserted list may return only a part of its records.
    const share = mirrors ? random.pick([1, 1, 0.5]) : random.pick([1, 0.5])
    const lacks = others.pick([0, 0, 0.2, 0.5, 1])
    const breaks = random.chance(0.7) ? 0 : random.int(1, retries + 1)
    const end = random.chance(0.9) ? "complete" : random.pick(["partial", "fatal"] as const)
    return {
      reader: parent,
      targets: random.chance(0.7) ? both : [random.pick(both)],
      attempts: attemptsOf(random, read(random.chance(0.5), share, lacks), breaks, end),
      again: attemptsOf(
        random,
        read(random.chance(0.7), share, 0),
        random.chance(0.8) ? 0 : random.int(1, retries + 1),
        "complete"
      ),
      pageSize: random.int(1, 5),
      raw: ({ records }) => records.map((record) => ({ ...rawOf(record), ...itemsOf(children.get(record)) }))
    }
  })
  const deferral = others.pick(["", " deferrable initially deferred"])
  const foreign = `, foreign key (document) references case_${seed}_parent on delete ${by?.onDelete}${deferral}`
  const ddl = [
    ownedTable(`case_${seed}_parent`, domains, ["id"], false),
    ownedTable(`case_${seed}_child`, { document: keys.id, ...lineDomains }, ["document", "line"], false, foreign)
  ]
  return {
    seed,
    entities: [parent, child],
    ddl: by === undefined ? [] : ddl,
    kin: by && { upper: `case_${seed}_parent`, lower: by.table, by },
    runs
  }
}

/** One child may come without a list, because XML has no such difference. */
const itemsOf = (items: ReadonlyArray<ModelRecord> | undefined): { readonly items?: unknown } => {
  if (items === undefined) return {}
  const raw = items.map(rawOf)
  return { items: raw.length === 1 ? raw[0] : raw }
}

const childrenOf = (
  attempt: Attempt,
  children: Children,
  { isOptional, isWithin }: { readonly isOptional: boolean; readonly isWithin: boolean }
): Attempt => {
  const lists = (record: ModelRecord) => isOptional || children.get(record) !== undefined
  const keysOf = (records: ReadonlyArray<ModelRecord>) => records.map(({ id }) => id ?? missing)
  return {
    ...attempt,
    records: attempt.records.flatMap((record) =>
      (children.get(record) ?? []).map((item) => ({ document: record.id ?? missing, ...item }))
    ),
    ...(isWithin ? { parents: keysOf(attempt.records.filter(lists)) } : {}),
    listless: keysOf(attempt.records.filter((record) => !lists(record))),
    // One of them may be anything in the place of a record, which then had children.
    childless: keysOf(attempt.records.filter((record) => (children.get(record) ?? []).length === 0))
  }
}

const missing = { raw: undefined, value: null, repaired: false }
