/** The records of a read that become rows, and what is known about the others, from the design alone. */

import { type Attempt, bad, type Cell, type Declared, type ModelRecord, type Row, refused, rowId } from "./Model.ts"
import { markColumn, type Verdict, verdictOf } from "./Selecting.ts"

export const columnsOf = ({ records }: Attempt): ReadonlyArray<string> => Object.keys(records[0] ?? {})

interface Mapped {
  /** The number of records that count, with those that say that they are gone. */
  readonly fetched: number
  /** Those that are in the source. */
  readonly counted: ReadonlyArray<ModelRecord>
  /** Rows that the source says are gone, and the number of records that say so. */
  readonly tombstoned: ReadonlySet<string>
  readonly tombstones: number
  /** Rows whose key a rejected record of a row that is gone has. */
  readonly unsaid: ReadonlySet<string>
  readonly rows: Map<string, Row>
  /** Rows whose record was rejected: all that is known is that they exist. */
  readonly kept: ReadonlySet<string>
  readonly unreadableKeys: number
  /** Those that are records of the entity itself. */
  readonly unnamed: number
  readonly rejected: number
  /** The rejects before a statement writes: a value that is refused only when written does not count yet. */
  readonly rejectedBefore: number
  /** The number of records that fit the declaration. */
  readonly valid: number
  /** Whether a key came more than once. */
  readonly folded: boolean
  /** Whether a key came more than once, even in records that have other faults. */
  readonly twice: boolean
  readonly repaired: boolean
  /** Rows with a value that the table does not hold exactly. */
  readonly rounded: ReadonlySet<string>
}

const unusable = (cell: Cell | undefined): boolean =>
  cell === undefined || cell.value === bad || cell.value === refused || cell.value === null

const idOf = (declared: Declared, record: ModelRecord): string | undefined => {
  if (declared.key.some((name) => unusable(record[name]))) return undefined
  const values = declared.key.map((name) => [name, textOf(record[name])] as const)
  return rowId(declared, Object.fromEntries(values))
}

const textOf = (cell: Cell | undefined): string | null => (typeof cell?.value === "string" ? cell.value : null)

const isValid = (declared: Declared, record: ModelRecord): boolean =>
  Object.values(record).every(({ value }) => value !== bad) &&
  declared.required.every((name) => (record[name]?.value ?? null) !== null)

/** Distinguishes keys that are equal only because characters were replaced. */
const printOf = ({ key }: Declared, record: ModelRecord): string =>
  JSON.stringify(
    key.flatMap((name) => (textOf(record[name])?.includes("\ufffd") === true ? [String(record[name]?.raw)] : []))
  )

/** Keys of different records that are equal only because characters were replaced. */
const clashesOf = (declared: Declared, records: ReadonlyArray<ModelRecord>): ReadonlySet<string> => {
  const prints = new Map<string, Set<string>>()
  for (const record of records) {
    const id = idOf(declared, record)
    if (id === undefined || !isValid(declared, record)) continue
    prints.set(id, (prints.get(id) ?? new Set()).add(printOf(declared, record)))
  }
  return new Set([...prints].flatMap(([id, { size }]) => (size > 1 ? [id] : [])))
}

/** The records by what they say of themselves. */
const sorted = ({ selecting }: Declared, { records, says = [] }: Attempt) => {
  const of = (verdict: Verdict) =>
    records.filter((_, at) => {
      const own = says[at]
      return (selecting === undefined || own === undefined ? "in" : verdictOf(selecting, own)) === verdict
    })
  return { living: of("in"), gone: of("gone"), unsure: of("unsure"), out: of("out") }
}

/** Maps a read: the last record of a key counts, unless its keys are equal only after the repair. */
export const mapped = (declared: Declared, read: Attempt): Mapped => {
  const { gone, living, out, unsure } = sorted(declared, read)
  const clashes = clashesOf(declared, living)
  const last = new Map<string, ModelRecord>()
  const kept = new Set<string>()
  let [unnamed, rejected, valid] = [0, 0, 0]
  let repaired = read.parents?.some((parent) => parent.repaired) ?? false
  const named: Array<string> = []
  const tombstoned = new Set<string>()
  const unsaid = new Set<string>()
  let [tombstones, unnamedGone] = [0, 0]
  for (const record of [...gone, ...unsure, ...out]) {
    const id = idOf(declared, record)
    if (id !== undefined) named.push(id)
    if (out.includes(record)) continue
    const isBroken = declared.key.some((name) => textOf(record[name])?.includes("\ufffd") === true)
    if (gone.includes(record) && id !== undefined && !isBroken) {
      tombstoned.add(id)
      tombstones += 1
      continue
    }
    rejected += 1
    if (id !== undefined) (gone.includes(record) ? unsaid : kept).add(id)
    else if (gone.includes(record)) unnamedGone += 1
    else unnamed += 1
  }
  for (const record of living) {
    const id = idOf(declared, record)
    if (id !== undefined) named.push(id)
    if (id !== undefined && isValid(declared, record) && !clashes.has(id)) {
      valid += 1
      last.delete(id)
      last.set(id, record)
      repaired ||= Object.values(record).some((cell) => cell.repaired)
      continue
    }
    rejected += 1
    if (id === undefined) unnamed += 1
    else kept.add(id)
  }
  const mappedRejects = rejected
  let whileReading = false
  const rows = new Map<string, Row>()
  const rounded = new Set<string>()
  for (const [id, record] of last) {
    const refusals = Object.values(record).filter(({ value }) => value === refused)
    whileReading ||= refusals.some(({ onWrite }) => onWrite !== true)
    const { refersTo } = declared
    const isOrphan = refersTo !== undefined && !refersTo.ids.has(textOf(record[refersTo.column]) ?? "")
    if (refusals.length > 0 || isOrphan) {
      rejected += 1
      kept.add(id)
    } else {
      const values = Object.entries(record).map(([name, cell]) => [name, textOf(cell)] as const)
      if (Object.values(record).some((cell) => cell.rounded === true)) rounded.add(id)
      const mark = declared.selecting?.gone === "mark" ? { [markColumn]: "false" } : {}
      rows.set(id, { scope: declared.scope, values: { ...Object.fromEntries(values), ...mark } })
    }
  }
  const lostParents = ((declared.within === undefined ? read.childless : read.parents) ?? []).filter(unusable).length
  return {
    fetched: read.records.length - out.length,
    counted: [...living, ...unsure],
    tombstoned,
    tombstones,
    unsaid,
    rows,
    kept,
    unreadableKeys: unnamed + unnamedGone + lostParents,
    unnamed,
    rejected,
    rejectedBefore: whileReading ? rejected : mappedRejects,
    valid,
    folded: valid > last.size,
    twice: named.length > new Set(named).size,
    repaired,
    rounded
  }
}
