/** The types of the model: the source's records, the declaration, and the state of table and daemon after a run. */
import type { Guard, Mode } from "../../core/config/Entity.ts"
import type { Says, Selecting } from "./Selecting.ts"

/** A value that cannot become the column's type. */
export const bad = Symbol("bad")
/** A value of the declared type that the column type of the table's owner cannot hold. */
export const refused = Symbol("refused")

/** The source's value of a column (`undefined` if absent), and the value that the table must hold. */
export interface Cell {
  readonly raw: unknown
  readonly value: string | null | typeof bad | typeof refused
  /** Whether characters that PostgreSQL cannot hold were replaced. */
  readonly repaired: boolean
  /** Whether the owner's column type holds only a part of it. */
  readonly rounded?: boolean
  /** Whether it is refused only when written. */
  readonly onWrite?: boolean
}

export type ModelRecord = Readonly<Record<string, Cell>>

export interface Attempt {
  readonly records: ReadonlyArray<ModelRecord>
  /** `midway` breaks off and is retried as a whole; `fatal` is not. */
  readonly end: "complete" | "partial" | "midway" | "fatal"
  /** What each of the records says of itself; absent if nothing asks for it. */
  readonly says?: ReadonlyArray<Says>
  /** The number of answers in which the records came. */
  readonly pages: number
  /** For a child entity, the parents that were read, by key; null if one could not be read. */
  readonly parents?: ReadonlyArray<Cell>
  /** For a child entity, the keys of the parents that have no children. */
  readonly childless?: ReadonlyArray<Cell>
  /** Of those that show nothing about their children, because they lack the list. */
  readonly listless?: ReadonlyArray<Cell>
  /** The number of records that the source had; for a child entity, its parents. */
  readonly read: number
}

export interface Declared {
  readonly entity: string
  readonly mode: Mode
  readonly guard: Guard
  readonly key: ReadonlyArray<string>
  readonly required: ReadonlyArray<string>
  /** Columns whose absence is not reported. */
  readonly optional: ReadonlyArray<string>
  /** Which records count; absent: all of them. */
  readonly selecting?: Selecting
  /** The constant that limits what the entity deletes; null if the whole table is its own. */
  readonly scope: string | null
  readonly scopeInKey: boolean
  /** The key column that names the parent, for a child whose parent does not mirror. */
  readonly within?: string
  /** Tables of somebody else whose rows refer to those of the entity's. */
  readonly referrers?: ReadonlyArray<Referrer>
  /** Of a child whose table refers to its parent's: the key column that does, and what is there. */
  readonly refersTo?: { readonly column: string; readonly ids: ReadonlySet<string> }
}

export interface Referrer {
  readonly table: string
  readonly onDelete: "restrict" | "no action" | "cascade" | "set null" | "set default"
  /** `rowId` of what a row refers to by default. */
  readonly fallback: string | null
  /** It may refer to nothing. */
  readonly nullable: boolean
}

/** A row of such a table. */
export interface Reference {
  readonly by: Referrer
  readonly n: number
  /** `rowId`; null: it refers to nothing. */
  readonly to: string | null
}

export interface Row {
  readonly scope: string | null
  readonly values: Readonly<Record<string, string | null>>
}

export interface Pending {
  readonly entity: string
  readonly status: "open" | "superseded" | "applied" | "dropped"
  /** The sorted `rowId` of each withheld row. */
  readonly rows: ReadonlyArray<string>
}

export interface State {
  readonly rows: ReadonlyMap<string, Row>
  readonly pending: ReadonlyArray<Pending>
  /** By entity, the rows that its last whole read missed, if two runs have to miss them. */
  readonly missed: ReadonlyMap<string, ReadonlySet<string>>
  /** By entity, the columns last known to be in no record; no entry before the first whole read. */
  readonly absent: ReadonlyMap<string, ReadonlySet<string>>
  readonly references: ReadonlyArray<Reference>
}

export const nothingYet: State = {
  rows: new Map(),
  pending: [],
  missed: new Map(),
  absent: new Map(),
  references: []
}

/** Names a row within its table. */
export const rowId = (declared: Declared, values: Row["values"]): string =>
  JSON.stringify([...declared.key.map((name) => values[name]), ...(declared.scopeInKey ? [declared.scope] : [])])
