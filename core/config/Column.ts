/** The columns of an entity's table: their types, and the places and formats of their values. */
import type { Redacted } from "effect"
import type { Scalar } from "./schema/Scalars.ts"
import type { Step } from "./schema/TransformYaml.ts"

export const columnTypes = [
  "text",
  "uuid",
  "integer",
  "bigint",
  "decimal",
  "double",
  "boolean",
  "date",
  "time",
  "timestamp",
  "json"
] as const

export type ColumnType = (typeof columnTypes)[number]

/** The place of a value: tokens of a JSON Pointer into the record (`up: 0`), its parent's (1), its parent's parent's (2). */
export interface Pointer {
  readonly up: number
  readonly tokens: ReadonlyArray<string>
}

/** Resolved in SQL inside the load statement: `value` of the row of `table` whose `key` equals the field. */
export interface Lookup {
  readonly table: TableName
  readonly key: string
  readonly value: string
  /** In a plan: SQL that replaces the table, because the table changes first. */
  readonly rows?: string
}

export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly array: boolean
  /** The source of the value: a place in the record, a constant (`value:` and `scope:`), or the row of `forEach`. */
  readonly source:
    | {
        readonly _tag: "Pointer"
        readonly pointer: Pointer
        /** The second place to look in a record: the camelCase name of a column whose place is not declared. */
        readonly otherwise?: Pointer
      }
    /** Several places, whose values `transform` joins. */
    | { readonly _tag: "Joined"; readonly pointers: ReadonlyArray<Pointer> }
    | { readonly _tag: "Constant"; readonly value: Scalar }
    /** A parameter of `forEach`, or of the parent's: the same for all records of one request. */
    | { readonly _tag: "Parameter"; readonly name: string }
    | { readonly _tag: "Record" }
    /** The time of the request whose answer carried the record. */
    | { readonly _tag: "RequestTime" }
  /**
   * For dates and times a pattern such as `dd.MM.yyyy`, `unix`, `unix-ms`, `unix-us`, `rfc822` or `/Date()/`; for
   * numbers see `NumberFormat.ts`.
   */
  readonly format?: string
  /** The words for true and false, in place of the usual ones. */
  readonly words?: BooleanWords
  /** The steps that change the value before it is read as the type. */
  readonly transform?: ReadonlyArray<Step>
  /** With the step `hash`: its key, and a name of that key that discloses nothing about it. */
  readonly hash?: HashKey
  /** Places below its own that hold personal data, which are not read. */
  readonly without?: ReadonlyArray<ReadonlyArray<string>>
  /** A null rejects the record. */
  readonly required: boolean
  /** The parameter of a statement that has the value of a constant, which is a literal otherwise. */
  readonly parameter?: string
  readonly default?: Scalar
  readonly lookup?: Lookup
  /** The type in the database, if the table's owner uses another than the declared one. */
  readonly stored?: string
  /** Whether that type is an enum. */
  readonly enumerated?: true
  /** The table treats different texts as equal. */
  readonly loose?: true
  /** The collation that does so, as SQL; absent if the type does. */
  readonly collation?: string
  /** Rows of the table may have null here, although the column is part of the key. */
  readonly nullable?: true
  /** Whether a field that no record has is not reported. */
  readonly optional?: boolean
}

export interface HashKey {
  readonly key: Redacted.Redacted
  readonly id: string
}

export interface BooleanWords {
  readonly true: ReadonlyArray<string>
  readonly false: ReadonlyArray<string>
}

export interface TableName {
  readonly schema: string
  readonly name: string
}

/** The type of a column as YAML writes it: `text`, `bigint[]`. */
export const typeText = ({ array, type }: Pick<Column, "array" | "type">): string => (array ? `${type}[]` : type)
