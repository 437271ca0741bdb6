/**
 * An entity as the engine sees it: defaults filled in, the matrix expanded, values resolved, names checked. Everything
 * here is immutable; everything a run needs is decided before it begins.
 */
import type { Duration, Redacted } from "effect"
import type { Location } from "./Diagnostic.ts"
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

/** The place of a value: tokens of a JSON Pointer into the record, or, with `up: 1`, into the parent's record. */
export interface Pointer {
  readonly up: 0 | 1
  readonly tokens: ReadonlyArray<string>
}

/** Resolved in SQL inside the load statement: `value` of the row of `table` whose `key` equals the field. */
export interface Lookup {
  readonly table: TableName
  readonly key: string
  readonly value: string
  /** In a plan: SQL that replaces the table, because the table is to change first. */
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
  /**
   * For dates and times a pattern such as `dd.MM.yyyy`, `unix`, `unix-ms`, `unix-us`, `rfc822` or `/Date()/`; for
   * numbers see `NumberFormat.ts`.
   */
  readonly format?: string
  /** The words for true and false, in place of the usual ones. */
  readonly words?: Words
  /** What happens to the value before it is read as the type. */
  readonly transform?: ReadonlyArray<Step>
  /** With the step `hash`: its key, and a name of that key that says nothing about it. */
  readonly hash?: HashKey
  /** Places below its own that hold personal data, which are not read. */
  readonly without?: ReadonlyArray<ReadonlyArray<string>>
  /** A null rejects the record. */
  readonly required: boolean
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
  /** If no record has the field, that is not reported. */
  readonly optional?: boolean
}

export interface HashKey {
  readonly key: Redacted.Redacted
  readonly id: string
}

export interface Words {
  readonly true: ReadonlyArray<string>
  readonly false: ReadonlyArray<string>
}

export interface TableName {
  readonly schema: string
  readonly name: string
}

export type Mode = "mirror" | "upsert" | "replace" | "append"
export type Format = "json" | "ndjson" | "xml" | "csv"

/** The possible separators between cells of CSV. */
export const separators = [",", ";", "\t", "|"] as const
export type Separator = (typeof separators)[number]

/** How CSV differs from the usual. */
export interface CsvForm {
  /** What stands around a cell, in place of `"`; false: nothing does. */
  readonly quote?: '"' | "'" | false
  /** The number of lines before the header. */
  readonly skipRows?: number
  /** No line has the names: the cells are `column_1`, `column_2` and so on. */
  readonly header?: false
}

/** The conditions under which deletes are withheld. Shares are 0 to 1. */
export interface Guard {
  readonly maxDelete: number
  readonly floor: number
  readonly empty: "refuse" | "allow"
  readonly maxReject: number
  /**
   * How deletes are confirmed. again: before deleting rows that a list of several pages lacks, it is read again at
   * once; next: a row is only deleted when two consecutive whole runs missed it; false: the first read is trusted.
   */
  readonly confirm: "again" | "next" | false
  /** Whether foreign keys may make deletes remove rows of other tables, or empty columns there. */
  readonly cascade: "refuse" | "allow"
}

/** A foreign key that deletes rows, or empties columns, that refer to a deleted row. */
export interface Cascade {
  readonly table: string
  readonly rule: string
  /** SQL for the referring rows, without those of tables that only inherit. */
  readonly referring: string
  /** SQL for the entity's table, or one that inherits from it. */
  readonly referred: string
  /** The referred columns, each with its referring column. */
  readonly columns: ReadonlyArray<readonly [referred: string, referring: string]>
  /** Whether rows are deleted; otherwise a column is emptied. */
  readonly removes: boolean
  /** Whether other tables refer in the same way to the referring one. */
  readonly further: boolean
  /** Whether the referring rows can be counted. */
  readonly seen: boolean
  /** Whether the table refers to itself. */
  readonly own: boolean
}

/** A span of time; months are those of the calendar. */
export interface Span {
  readonly offset: Duration.Duration
  readonly months?: number
}

/** A date in `query`, `headers` or `body` that is computed when the run begins. */
export interface DateValue extends Span {
  readonly date: "now" | "today"
  readonly sign: 1 | -1
  readonly format: string
}

export type Bound = DateValue | { readonly day: string }

/** Windows of time in which a list is read, one after the other; `{from}` and `{to}` of the request are their bounds. */
export interface Windows {
  readonly from: Bound
  readonly to: Bound
  readonly step: Span
  readonly format: string
  /** `{to}` is the last moment of its window that the format can write, and not the first of the next. */
  readonly inclusive: boolean
}

export type TemplateValue =
  | Scalar
  | DateValue
  | ReadonlyArray<TemplateValue>
  | { readonly [key: string]: TemplateValue }

export interface RequestTemplate {
  readonly method: "GET" | "POST"
  /** Relative to the connector's base URL. `{name}` of `forEach`, `{today-30d}` and `{cursor}` are filled everywhere. */
  readonly path: string
  readonly query: Readonly<Record<string, TemplateValue>>
  readonly headers: Readonly<Record<string, string>>
  /** At most one of the three: JSON, a form, or GraphQL. */
  readonly body?: TemplateValue
  readonly form?: Readonly<Record<string, TemplateValue>>
  /** Only the variables are templates: braces of the query are its own. */
  readonly graphql?: { readonly query: string; readonly variables: Readonly<Record<string, TemplateValue>> }
}

/** The places where an answer says how long the list is; `none`: what is there proves nothing. */
export interface PageProof {
  readonly total?: ReadonlyArray<string> | "none"
  readonly hasMore?: ReadonlyArray<string> | "none"
}

/** Pages whose end the vendor has to show: by a total, by a flag, or by a page without records. */
export interface CountedProof extends PageProof {
  readonly totalPages?: ReadonlyArray<string>
  /** Default `empty`. */
  readonly until?: "empty" | "short"
  /** Statuses that end the list, on any page after the first. */
  readonly endStatus?: ReadonlyArray<number>
}

/**
 * How a list is paged. A `param` or `sizeParam` that begins with a slash is a JSON Pointer into the body of the request,
 * any other is a query parameter.
 */
export type Page =
  | ({ readonly type: "none" } & PageProof)
  | ({
      readonly type: "page"
      readonly param: string
      readonly sizeParam?: string
      readonly size: number
      readonly first: number
      readonly maxPages: number
    } & CountedProof)
  | ({
      readonly type: "offset"
      readonly param: string
      readonly sizeParam: string
      readonly size: number
      /** The offset of the first page; absent: 0. */
      readonly first?: number
      readonly maxPages: number
    } & CountedProof)
  | ({
      readonly type: "cursor"
      readonly param: string
      readonly next: ReadonlyArray<string>
      readonly sizeParam?: string
      readonly size?: number
      readonly maxPages: number
    } & PageProof)
  | ({
      readonly type: "link"
      /** The place of the next page in the body; absent: the header. */
      readonly next?: ReadonlyArray<string>
      /** The header that names the next page; absent: Link. */
      readonly header?: string
      readonly maxPages: number
      readonly sizeParam?: string
      readonly size?: number
    } & PageProof)
  | ({
      readonly type: "keyset"
      readonly param: string
      /** The column or pointer as declared, and its places in a record: the first one that has a value counts. */
      readonly by: string
      readonly places: ReadonlyArray<ReadonlyArray<string>>
      readonly sizeParam?: string
      readonly size?: number
      /** Default `empty`. */
      readonly until?: "empty" | "short"
      readonly maxPages: number
    } & PageProof)

/** A condition under which an answer is a refusal, whatever its status. */
export interface FailCondition {
  readonly pointer: ReadonlyArray<string>
  readonly equals: Scalar
}

/**
 * Requests only changed records: `param` is the highest `cursor` seen minus `overlap`, or the value at `from` of the
 * last answer.
 */
export interface Incremental {
  /** The column whose highest value is the cursor; absent if the source provides the cursor. */
  readonly cursor?: string
  /** The place of the source's cursor, beside the records of an answer. */
  readonly from?: ReadonlyArray<string>
  /** A query parameter, or a JSON Pointer into the body; absent: `{cursor}` in the request. */
  readonly param?: string
  /** A span of time; for a numeric cursor a number. */
  readonly overlap: Duration.Duration | number
  /** The vendor's format of the value: a date pattern, `iso`, `unix`, `unix-ms`, `unix-us` or `text` (as stored). */
  readonly format: string
  readonly initial?: string
  /** The records come in ascending order of the cursor, so that it may advance in the middle of a request. */
  readonly ordered?: boolean
}

/** One request per row of another entity's table; `params` maps `{name}` to that table's column. */
export interface ForEach {
  readonly table: TableName
  readonly params: Readonly<Record<string, string>>
  /** For a table that other entities share: the constant columns that mark its rows. */
  readonly scope?: ReadonlyArray<Column>
  /** The meaning of 404 and 410 for a parent; default `skip`. */
  readonly onStatus?: "skip" | "empty" | "fail"
}

/** A record with the row it must become, or the reason for which it must be rejected. */
export interface Example {
  readonly record: unknown
  /** The values of the row of `forEach`. */
  readonly params?: Readonly<Record<string, Scalar>>
  readonly row?: Readonly<Record<string, unknown>>
  readonly reject?: string
  /** The place in the file, so that a failing example is reported like any other problem; absent if it has no file. */
  readonly location?: Location
}

export interface Entity {
  readonly connector: string
  readonly name: string
  readonly request: RequestTemplate
  /** The own keys of the connector's type, decoded by its schema; absent if the type has none. */
  readonly own?: unknown
  readonly format: Format
  /** JSON Pointer to the array, or for XML a path of element names below the root. */
  readonly records: string
  /** The separator of CSV; absent: the most frequent one in the header line. */
  readonly separator?: Separator
  /** The name that `TextDecoder` has for it; absent: what the answers say. */
  readonly charset?: string
  readonly csv?: CsvForm
  readonly page: Page
  readonly windows?: Windows
  /** The vendor's way to refuse in an answer with data; `none`: nothing beside the records is a refusal. */
  readonly fail?: FailCondition | "none"
  /** The entity whose read this one shares: its records are inside the parent's. */
  readonly parent?: string
  readonly table: TableName
  readonly columns: ReadonlyArray<Column>
  readonly key: readonly [string, ...ReadonlyArray<string>]
  /** No two parents have records with the same key, although the key does not name the parent. */
  readonly unique?: true
  readonly mode: Mode
  /** Constant columns that limit what this entity may delete; they are among `columns`. */
  readonly scope: Readonly<Record<string, Scalar>>
  /** Columns of the scope that parameters of `forEach` fill: only rows of the requested parents may be deleted. */
  readonly within?: ReadonlyArray<string>
  readonly guard: Guard
  readonly incremental?: Incremental
  readonly forEach?: ForEach
  readonly indexes: ReadonlyArray<ReadonlyArray<string>>
  /** Triggers or policies of its table may refuse rows, change them, or prevent their deletion. */
  readonly triggered?: true
  /** Its table has AFTER triggers, which may undo what a statement wrote once it has answered. */
  readonly undoable?: true
  /** What deletes in its table would do to referring rows. */
  readonly cascades?: ReadonlyArray<Cascade>
  /** What changes of columns outside the key do to referring rows. */
  readonly follows?: ReadonlyArray<Cascade>
  /** The table that records from when to when each key existed. */
  readonly history?: TableName
  /** The places of fields that are kept nowhere. */
  readonly drop?: ReadonlyArray<ReadonlyArray<string>>
  /** The places of personal data in its records, dropped or hashed: left out wherever records are shown or stored. */
  readonly personal?: ReadonlyArray<ReadonlyArray<string>>
  readonly examples: ReadonlyArray<Example>
  /** The time zone of naive times and of `today`. */
  readonly timezone: string
}

/** `crm.deal`: the name of an entity in selectors, logs and tables. */
export const entityId = (entity: Pick<Entity, "connector" | "name">): string => `${entity.connector}.${entity.name}`

/** The type of a column as YAML writes it: `text`, `bigint[]`. */
export const typeText = ({ array, type }: Pick<Column, "array" | "type">): string => (array ? `${type}[]` : type)
