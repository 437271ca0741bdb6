/** The words of the model: what a source sends, what is declared, and what a table and the daemon know after a run. */
import type { Guard, Mode } from "../../core/config/Entity.ts"

/** A value that cannot become the column's type. */
export const bad = Symbol("bad")
/** A value of the declared type that the table's owner has no room for. */
export const refused = Symbol("refused")

/** What the source sends for a column (`undefined`: nothing), and what the table must hold. */
export interface Cell {
  readonly raw: unknown
  readonly value: string | null | typeof bad | typeof refused
  /** Characters PostgreSQL cannot hold had to be replaced. */
  readonly repaired: boolean
  /** The table's owner has room for a part of it only. */
  readonly rounded?: boolean
  /** Refused only if it is to be written. */
  readonly onWrite?: boolean
}

export type ModelRecord = Readonly<Record<string, Cell>>

export interface Attempt {
  readonly records: ReadonlyArray<ModelRecord>
  /** `midway` breaks off and is tried again as a whole; `fatal` is not. */
  readonly end: "complete" | "partial" | "midway" | "fatal"
  /** In how many answers the records came. */
  readonly pages: number
  /** Of a child entity, the parents that were read by their keys; null: one that could not be read. */
  readonly parents?: ReadonlyArray<Cell>
  /** What of the source's records there was at all; of a child entity, its parents. */
  readonly read: number
}

export interface Declared {
  readonly entity: string
  readonly mode: Mode
  readonly guard: Guard
  readonly key: ReadonlyArray<string>
  readonly required: ReadonlyArray<string>
  /** Columns whose absence is nothing to tell. */
  readonly optional: ReadonlyArray<string>
  /** The constant that bounds what the entity deletes; null: the whole table is its own. */
  readonly scope: string | null
  readonly scopeInKey: boolean
  /** The key column that names the parent, of a child whose parent does not mirror. */
  readonly within?: string
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
  /** By entity, the rows that its last whole read missed, where two runs have to. */
  readonly missed: ReadonlyMap<string, ReadonlySet<string>>
  /** By entity, the columns whose field was in no record when it was last known; nothing before the first whole read. */
  readonly absent: ReadonlyMap<string, ReadonlySet<string>>
}

export const nothingYet: State = { rows: new Map(), pending: [], missed: new Map(), absent: new Map() }

/** Names a row within its table. */
export const rowId = (declared: Declared, values: Row["values"]): string =>
  JSON.stringify([...declared.key.map((name) => values[name]), ...(declared.scopeInKey ? [declared.scope] : [])])
