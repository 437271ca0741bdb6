/**
 * The meaning of a sync, without SQL: predicts the table, the counts and the pending deletes after a run from those
 * before it. Written from the design alone, so that it can contradict the engine.
 */
import type { Attempt, Declared, ModelRecord, Pending, Row, State } from "./Model.ts"
import { columnsOf, mapped } from "./Records.ts"
import { forbids, takes, without } from "./References.ts"
import { markColumn } from "./Selecting.ts"

export interface Prediction {
  readonly after: State
  readonly status: "ok" | "warning" | "failed"
  /** Absent if the run failed: nothing was loaded, so there is nothing to count. */
  readonly counts?: {
    readonly fetched: number
    readonly inserted: number
    readonly updated: number
    readonly unchanged: number
    readonly deleted: number
    readonly rejected: number
  }
  /** Rows that may differ from before in any value, time stamps included. */
  readonly touched: ReadonlySet<string>
  /** Whether the source was read a second time before rows were deleted. */
  readonly asksAgain: boolean
}

/**
 * `attempts` are the source's reads, `again` those of the second read before rows are deleted; the last of each
 * decides.
 */
export const predict = (
  before: State,
  declared: Declared,
  attempts: ReadonlyArray<Attempt>,
  again: ReadonlyArray<Attempt> = []
): Prediction => {
  const failed: Prediction = { after: before, status: "failed", touched: new Set(), asksAgain: false }
  const read = attempts.at(-1)
  if (read === undefined || read.end === "midway" || read.end === "fatal") return failed
  if (declared.mode === "replace" && read.end === "partial") return failed

  const mine = new Map([...before.rows].filter(([, row]) => row.scope === declared.scope))
  const found = mapped(declared, read)
  const {
    fetched,
    folded,
    unreadableKeys,
    rejected,
    rejectedBefore,
    repaired,
    rounded,
    rows,
    tombstoned,
    tombstones,
    twice,
    valid
  } = found
  const kept = new Set([...found.kept, ...found.unsaid, ...belowListless(read, fetched, mine)])
  const isTaken = [...rows.keys()].some((id) => before.rows.has(id) && !mine.has(id))

  const fresh = [...rows].filter(([id]) => !mine.has(id))
  const stayed = rows.size - fresh.length
  const absence = absent(declared, read, rows, mine, found.counted)
  const merged = new Map([...rows].map(([id, row]) => [id, withKept(row, mine.get(id), absence.kept)] as const))
  const changed = [...merged].filter(([id, row]) => {
    const old = mine.get(id)
    return declared.mode !== "append" && old !== undefined && !sameValues(old, row)
  })
  const deletes = declared.mode === "mirror" || declared.mode === "replace"
  const waits = deletes && declared.guard.confirm === "next"
  // A row that slid to the next page comes twice, and the row that replaced it is missed.
  const moving = waits && read.end === "complete" && read.pages > 1 && twice
  const certain = deletes && read.end === "complete" && unreadableKeys === 0 && !moving
  const parents = new Set(read.parents?.map(({ value }) => value))
  const reachable = (row: Row) => declared.within === undefined || parents.has(row.values[declared.within] ?? null)
  const departed = new Set([...tombstoned].filter((id) => !rows.has(id) && !kept.has(id)))
  const missed = certain
    ? [...mine].flatMap(([id, row]) =>
        !rows.has(id) && !kept.has(id) && !departed.has(id) && reachable(row) ? [id] : []
      )
    : []
  const buries = declared.selecting?.gone === "delete"
  /** Rows that the source says are gone, and that it did not bring back. */
  const leaving = (back: ReadonlySet<string>) =>
    buries ? [...departed].filter((id) => mine.has(id) && !back.has(id)) : []
  const earlier = new Set([...(before.missed.get(declared.entity) ?? [])].filter((id) => mine.has(id)))
  /** Of rows that are gone, those that this run would delete. */
  const due = (gone: ReadonlyArray<string>) => (waits ? gone.filter((id) => earlier.has(id) || departed.has(id)) : gone)
  const isHeld = (gone: ReadonlyArray<string>, rejects: number) =>
    gone.length > 0 &&
    (withheld(
      declared,
      { fetched, alive: fetched - tombstones, rejects },
      gone.length,
      buries ? mine.size : stayed + gone.length
    ) ||
      (declared.guard.cascade === "refuse" && takes(before.references, due(gone))))

  const asksAgain =
    missed.length > 0 &&
    !isHeld([...missed, ...leaving(new Set())], rejectedBefore) &&
    read.pages > 1 &&
    declared.guard.confirm === "again"
  const second = asksAgain ? secondRead(declared, again) : undefined
  const doubted = second?.doubt === true
  // PostgreSQL finds a key of another scope when it writes, which is after the second read.
  if (isTaken || (doubted && declared.mode === "replace")) return { ...failed, asksAgain }
  const back = second?.found ?? new Set<string>()
  const absentees = doubted ? [] : missed.filter((id) => !back.has(id))
  const gone = [...absentees, ...leaving(back)]
  const held = isHeld(gone, rejected)
  const wanted = held ? [] : due(gone)
  // A foreign key lets none of them go: what is new comes all the same.
  const forbidden = forbids(before.references, wanted, (id) => before.rows.has(id) || rows.has(id))
  if (forbidden && declared.mode === "replace") return { ...failed, asksAgain }
  const goes = forbidden ? [] : wanted
  const waiting = held || forbidden || !waits ? [] : absentees.filter((id) => !earlier.has(id))
  const still = [...earlier].filter((id) => !rows.has(id) && !kept.has(id) && !departed.has(id) && !goes.includes(id))
  const marked =
    declared.selecting?.gone === "mark"
      ? [...departed].filter((id) => !back.has(id) && mine.has(id) && mine.get(id)?.values[markColumn] !== "true")
      : []
  const isContradicted = [...tombstoned].some((id) => rows.has(id) || kept.has(id) || back.has(id))

  const after = new Map(before.rows)
  for (const [id, row] of [...fresh, ...changed]) after.set(id, row)
  for (const id of goes) after.delete(id)
  for (const id of marked) {
    const row = mine.get(id)
    if (row !== undefined) after.set(id, { ...row, values: { ...row.values, [markColumn]: "true" } })
  }
  // A whole read asks again; a row that was seen again must not be deleted.
  const answered = before.pending.map((one) =>
    one.entity === declared.entity &&
    one.status === "open" &&
    (deletes
      ? (certain && !doubted && !forbidden) || one.rows.some((id) => rows.has(id))
      : buries && one.rows.some((id) => rows.has(id) || (departed.has(id) && !back.has(id) && !forbidden)))
      ? { ...one, status: "superseded" as const }
      : one
  )
  const asked: ReadonlyArray<Pending> = held ? [{ entity: declared.entity, status: "open", rows: gone.toSorted() }] : []
  const news = vanished(declared, read, valid > 0, before.absent.get(declared.entity), found.counted, fetched)
  const remarks =
    news.isReported ||
    read.end === "partial" ||
    rejected > 0 ||
    (unreadableKeys > 0 && deletes) ||
    repaired ||
    held ||
    forbidden ||
    doubted ||
    moving ||
    absentees.length < missed.length ||
    isContradicted ||
    waiting.length > 0 ||
    absence.isReported ||
    [...fresh, ...changed].some(([id]) => rounded.has(id)) ||
    folded
  return {
    after: {
      rows: after,
      references: without(before.references, goes),
      pending: [...answered, ...asked],
      missed: waits ? new Map(before.missed).set(declared.entity, new Set([...still, ...waiting])) : before.missed,
      absent: news.known === undefined ? before.absent : new Map(before.absent).set(declared.entity, news.known)
    },
    status: remarks ? "warning" : "ok",
    counts: {
      fetched,
      inserted: fresh.length,
      updated: changed.length + marked.length,
      unchanged: stayed - changed.length,
      deleted: goes.length,
      rejected
    },
    touched: new Set([...[...fresh, ...changed].map(([id]) => id), ...marked]),
    asksAgain
  }
}

/** The children of records without a list; where no record has one, the guard knows what an empty source means. */
const belowListless = ({ listless = [] }: Attempt, fetched: number, mine: ReadonlyMap<string, Row>) => {
  const parents = new Set(fetched === 0 ? [] : listless.map(({ value }) => value))
  return [...mine].flatMap(([id, { values }]) => (parents.has(values.document ?? null) ? [id] : []))
}

/** The keys that were seen after all, and whether the read proves nothing. */
const secondRead = (declared: Declared, again: ReadonlyArray<Attempt>) => {
  const read = again.at(-1)
  if (read === undefined || read.end === "midway" || read.end === "fatal") {
    return { found: new Set<string>(), doubt: true }
  }
  const { counted, kept, rows, twice, unnamed } = mapped(declared, read)
  const isEmpty = declared.selecting === undefined ? read.read === 0 : counted.length === 0
  const doubt = read.end !== "complete" || isEmpty || unnamed > 0 || (read.pages > 1 && twice)
  return { found: new Set([...rows.keys(), ...kept]), doubt }
}

/** Fields that were in no record of a whole read, judged by the values that would be lost. */
const absent = (
  { guard, key, mode, optional }: Declared,
  read: Attempt,
  rows: ReadonlyMap<string, Row>,
  mine: ReadonlyMap<string, Row>,
  counted: ReadonlyArray<ModelRecord>
) => {
  const kept = new Set<string>()
  let isReported = false
  if (read.end !== "complete" || mode === "append" || rows.size === 0) return { kept, isReported }
  const met = [...rows.keys()].flatMap((id) => mine.get(id) ?? [])
  for (const name of columnsOf(read)) {
    if (key.includes(name) || optional.includes(name)) continue
    if (counted.some((record) => record[name]?.raw !== undefined)) continue
    const lost = met.filter(({ values }) => (values[name] ?? null) !== null).length
    if (lost > guard.floor && lost / met.length > guard.maxDelete) kept.add(name)
    isReported ||= lost > 0
  }
  return { kept, isReported }
}

/** Whether this run is the first whose records all lack a field, which is reported once. */
const vanished = (
  { optional }: Declared,
  read: Attempt,
  mapped: boolean,
  known: ReadonlySet<string> | undefined,
  counted: ReadonlyArray<ModelRecord>,
  fetched: number
) => {
  const names = columnsOf(read).filter((name) => !optional.includes(name))
  const now = names.filter((name) => counted.every((record) => record[name]?.raw === undefined))
  if (fetched === 0) return { isReported: false, known }
  if (read.end === "complete" && mapped) {
    return { isReported: known !== undefined && now.some((name) => !known.has(name)), known: new Set(now) }
  }
  return { isReported: false, known: known && new Set([...known].filter((name) => now.includes(name))) }
}

const withKept = (row: Row, old: Row | undefined, kept: ReadonlySet<string>): Row =>
  old === undefined || kept.size === 0
    ? row
    : {
        ...row,
        values: { ...row.values, ...Object.fromEntries([...kept].map((name) => [name, old.values[name] ?? null])) }
      }

/** `rows` are those of the scope that the read covers, or all, if records say that they are gone. */
const withheld = (
  { guard, mode }: Declared,
  { alive, fetched, rejects }: { readonly alive: number; readonly fetched: number; readonly rejects: number },
  gone: number,
  rows: number
): boolean =>
  (guard.empty === "refuse" && alive === 0 && (mode === "mirror" || mode === "replace")) ||
  (fetched > 0 && rejects / fetched > guard.maxReject) ||
  (gone > guard.floor && gone / rows > guard.maxDelete)

const sameValues = (left: Row, right: Row): boolean =>
  Object.entries(right.values).every(([name, value]) => left.values[name] === value)
