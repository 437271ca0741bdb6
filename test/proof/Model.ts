/**
 * What a sync means, without SQL: the table, the counts and the pending deletes after a run, given those before it.
 * Written from the design alone, so that it can contradict the engine.
 */
import type { Guard, Mode } from "../../core/config/Entity.ts"

/** A value that cannot become the column's type. */
export const bad = Symbol("bad")

/** What the source sends for a column (`undefined`: nothing), and what it must become. */
export interface Cell {
  readonly raw: unknown
  readonly value: string | null | typeof bad
  /** Characters PostgreSQL cannot hold had to be replaced. */
  readonly repaired: boolean
}

export type ModelRecord = Readonly<Record<string, Cell>>

export interface Attempt {
  readonly records: ReadonlyArray<ModelRecord>
  /** `midway` breaks off and is tried again as a whole; `fatal` is not. */
  readonly end: "complete" | "partial" | "midway" | "fatal"
}

export interface Declared {
  readonly entity: string
  readonly mode: Mode
  readonly guard: Guard
  readonly key: ReadonlyArray<string>
  readonly required: ReadonlyArray<string>
  /** The constant that bounds what the entity deletes; null: the whole table is its own. */
  readonly scope: string | null
  readonly scopeInKey: boolean
}

export interface Row {
  readonly scope: string | null
  readonly values: Readonly<Record<string, string | null>>
}

export interface Pending {
  readonly entity: string
  readonly status: "open" | "superseded"
  /** `rowId` of each withheld row, sorted. */
  readonly rows: ReadonlyArray<string>
}

export interface State {
  readonly rows: ReadonlyMap<string, Row>
  readonly pending: ReadonlyArray<Pending>
}

export const nothingYet: State = { rows: new Map(), pending: [] }

export interface Prediction {
  readonly after: State
  readonly status: "ok" | "warning" | "failed"
  /** Absent when the run failed: nothing was loaded, so there is nothing to count. */
  readonly counts?: {
    readonly fetched: number
    readonly inserted: number
    readonly updated: number
    readonly unchanged: number
    readonly deleted: number
    readonly rejected: number
  }
  /** Rows that may differ from before in anything, time stamps included. */
  readonly touched: ReadonlySet<string>
}

/** Names a row within its table. */
export const rowId = (declared: Declared, values: Row["values"]): string =>
  JSON.stringify([...declared.key.map((name) => values[name]), ...(declared.scopeInKey ? [declared.scope] : [])])

/** `attempts` are what the source does each time it is asked; the last one decides. */
export const predict = (before: State, declared: Declared, attempts: ReadonlyArray<Attempt>): Prediction => {
  const failed: Prediction = { after: before, status: "failed", touched: new Set() }
  const read = attempts.at(-1)
  if (read === undefined || read.end === "midway" || read.end === "fatal") return failed
  if (declared.mode === "replace" && read.end === "partial") return failed

  const { keysLost, kept, rejected, repaired, rows, valid } = mapped(declared, read.records)
  const mine = new Map([...before.rows].filter(([, row]) => row.scope === declared.scope))
  const taken = [...rows.keys()].some((id) => before.rows.has(id) && !mine.has(id))
  if (taken) return failed

  const fresh = [...rows].filter(([id]) => !mine.has(id))
  const changed = [...rows].filter(([id, row]) => {
    const old = mine.get(id)
    return declared.mode !== "append" && old !== undefined && !sameValues(old, row)
  })
  const deletes = declared.mode === "mirror" || declared.mode === "replace"
  const certain = deletes && read.end === "complete" && keysLost === 0
  const gone = certain ? [...mine.keys()].filter((id) => !rows.has(id) && !kept.has(id)) : []
  const held =
    gone.length > 0 && withheld(declared, read.records.length, rejected, gone.length, rows.size - fresh.length)

  const after = new Map(before.rows)
  for (const [id, row] of [...fresh, ...changed]) after.set(id, row)
  if (!held) for (const id of gone) after.delete(id)
  // A whole read asks anew; a row that was seen again is no longer one to delete.
  const answered = before.pending.map((one) =>
    one.entity === declared.entity && deletes && (certain || one.rows.some((id) => rows.has(id)))
      ? { ...one, status: "superseded" as const }
      : one
  )
  const asked: ReadonlyArray<Pending> = held ? [{ entity: declared.entity, status: "open", rows: gone.toSorted() }] : []
  const remarks =
    read.end === "partial" || rejected > 0 || (keysLost > 0 && deletes) || repaired || held || valid > rows.size
  return {
    after: { rows: after, pending: [...answered, ...asked] },
    status: remarks ? "warning" : "ok",
    counts: {
      fetched: read.records.length,
      inserted: fresh.length,
      updated: changed.length,
      unchanged: rows.size - fresh.length - changed.length,
      deleted: held ? 0 : gone.length,
      rejected
    },
    touched: new Set([...fresh, ...changed].map(([id]) => id))
  }
}

/** Which records become rows (the last of a key counts), and what is known of the others. */
const mapped = (declared: Declared, records: ReadonlyArray<ModelRecord>) => {
  const rows = new Map<string, Row>()
  const kept = new Set<string>()
  let [keysLost, rejected, valid] = [0, 0, 0]
  let repaired = false
  for (const record of records) {
    const unusable = (name: string) => record[name]?.value === bad || (record[name]?.value ?? null) === null
    const keyLost = declared.key.some(unusable)
    const values: Record<string, string | null> = {}
    let fine = !keyLost && !declared.required.some(unusable)
    for (const [name, { value }] of Object.entries(record)) {
      if (value === bad) fine = false
      else values[name] = value
    }
    if (fine) {
      valid += 1
      rows.set(rowId(declared, values), { scope: declared.scope, values })
      repaired ||= Object.values(record).some((cell) => cell.repaired)
      continue
    }
    rejected += 1
    if (keyLost) keysLost += 1
    else kept.add(rowId(declared, values))
  }
  return { rows, kept, keysLost, rejected, valid, repaired }
}

/** `stayed` are the rows of the scope that the read brought again: the share is of what it spoke of. */
const withheld = (
  { guard, mode }: Declared,
  fetched: number,
  rejected: number,
  gone: number,
  stayed: number
): boolean =>
  (guard.empty === "refuse" && fetched === 0) ||
  (fetched > 0 && rejected / fetched > guard.maxReject) ||
  (mode === "mirror" && gone > guard.floor && gone / (gone + stayed) > guard.maxDelete)

const sameValues = (left: Row, right: Row): boolean =>
  Object.entries(right.values).every(([name, value]) => left.values[name] === value)
