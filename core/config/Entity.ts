/**
 * An entity as the engine sees it: defaults filled in, the matrix expanded, values resolved, names checked.
 * Everything here is immutable; whatever a run needs is decided before it begins.
 */
import type { Duration } from "effect"
import type { Location } from "./Diagnostic.ts"
import type { Scalar } from "./schema/Scalars.ts"

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

/** Where a value lies: tokens of a JSON Pointer into the record, or, after `up: 1`, into the parent's record. */
export interface Pointer {
  readonly up: 0 | 1
  readonly tokens: ReadonlyArray<string>
}

/** Resolved in SQL inside the load statement: `value` of the row of `table` whose `key` equals the field. */
export interface Lookup {
  readonly table: TableName
  readonly key: string
  readonly value: string
  /** Of a plan: SQL that stands in the place of the table, which is to change before. */
  readonly rows?: string
}

export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly array: boolean
  /** Where the value comes from: a place in the record, a constant (`value:` and `scope:`), or the row of `forEach`. */
  readonly source:
    | {
        readonly _tag: "Pointer"
        readonly pointer: Pointer
        /** Where to look in a record that has nothing there: the camelCase of a column whose place is not declared. */
        readonly otherwise?: Pointer
      }
    | { readonly _tag: "Constant"; readonly value: Scalar }
    /** A parameter of `forEach`, or of the parent's: the same in all records of one request. */
    | { readonly _tag: "Parameter"; readonly name: string }
    | { readonly _tag: "Record" }
  /** `dd.MM.yyyy` and the like for dates and times, `unix`, `unix-ms` or `unix-us`; `1,234.56` or `1.234,56` for numbers. */
  readonly format?: string
  /** A null rejects the record. */
  readonly required: boolean
  readonly default?: Scalar
  readonly lookup?: Lookup
  /** How the table's owner stores it, if that is another type than the declared one. */
  readonly stored?: string
  /** The table holds texts equal that differ. */
  readonly loose?: true
  /** The collation by which it does, as SQL; nothing where the type does. */
  readonly collation?: string
  /** Rows of the table may have no value there, though it is part of the key. */
  readonly nullable?: true
  /** That no record has the field is nothing to tell. */
  readonly optional?: boolean
}

export interface TableName {
  readonly schema: string
  readonly name: string
}

export type Mode = "mirror" | "upsert" | "replace" | "append"
export type Format = "json" | "ndjson" | "xml" | "csv"

/** What may stand between the cells of CSV. */
export const separators = [",", ";", "\t", "|"] as const
export type Separator = (typeof separators)[number]

/** When deletes must be withheld. Shares are 0 to 1. */
export interface Guard {
  readonly maxDelete: number
  readonly floor: number
  readonly empty: "refuse" | "allow"
  readonly maxReject: number
  /**
   * Before rows are deleted that a list of several pages lacks, it is read again at once; next: any row goes only when
   * two whole runs, one after the other, missed it; false: the first is believed.
   */
  readonly confirm: "again" | "next" | false
  /** Whether deletes may take rows of other tables with them, or empty columns there, by foreign keys. */
  readonly cascade: "refuse" | "allow"
}

/** A foreign key that deletes, or empties, what refers to a row that is deleted. */
export interface Cascade {
  readonly table: string
  readonly rule: string
  /** As SQL: the rows that refer, without those of tables that only inherit. */
  readonly referring: string
  /** As SQL: the entity's table, or one that inherits from it. */
  readonly referred: string
  /** The columns that are referred to, each with the one that refers. */
  readonly columns: ReadonlyArray<readonly [referred: string, referring: string]>
  /** Else a column is emptied. */
  readonly removes: boolean
  /** Others refer so to what refers. */
  readonly further: boolean
  /** The rows that refer can be counted. */
  readonly seen: boolean
  /** A table that refers to itself. */
  readonly own: boolean
}

/** A value of `query`, `headers` or `body` that is worked out when the run begins. */
export interface DateValue {
  readonly date: "now" | "today"
  readonly offset: Duration.Duration
  readonly sign: 1 | -1
  readonly format: string
}

export type TemplateValue =
  | Scalar
  | DateValue
  | ReadonlyArray<TemplateValue>
  | { readonly [key: string]: TemplateValue }

export interface RequestTemplate {
  readonly method: "GET" | "POST"
  /** Relative to the connector's base URL; `{name}` is filled by `forEach`. */
  readonly path: string
  readonly query: Readonly<Record<string, TemplateValue>>
  readonly headers: Readonly<Record<string, string>>
  readonly body?: TemplateValue
}

/** Where an answer says how long the list is; `none`: what it says there proves nothing. */
export interface PageProof {
  readonly total?: ReadonlyArray<string> | "none"
  readonly hasMore?: ReadonlyArray<string> | "none"
}

/** Pages whose end the vendor has to show: by a total, by a flag, or by a page without records. */
export interface CountedProof extends PageProof {
  readonly totalPages?: ReadonlyArray<string>
  /** Default `empty`. */
  readonly until?: "empty" | "short"
  /** Statuses that end the list behind its first page. */
  readonly endStatus?: ReadonlyArray<number>
}

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
      /** Where the body names the next page; without it the Link header does. */
      readonly next?: ReadonlyArray<string>
      readonly maxPages: number
      readonly sizeParam?: string
      readonly size?: number
    } & PageProof)

/** An answer of which this holds says no, whatever its status. */
export interface FailCondition {
  readonly pointer: ReadonlyArray<string>
  readonly equals: Scalar
}

/** Ask only for what changed: `param` gets the highest `cursor` seen, less `overlap`, or what the source said at `from`. */
export interface Incremental {
  /** The column whose highest value is the cursor; absent where the source gives it. */
  readonly cursor?: string
  /** Where the source gives it, in an answer beside the records. */
  readonly from?: ReadonlyArray<string>
  readonly param: string
  /** A span of time; of a cursor of numbers a number. */
  readonly overlap: Duration.Duration | number
  /** How the vendor wants the value: a date pattern, `iso`, `unix`, `unix-ms`, `unix-us` or `text` (as stored). */
  readonly format: string
  readonly initial?: string
  /** The records come in ascending order of the cursor, so that it may move in the middle of a request. */
  readonly ordered?: boolean
}

/** One request per row of another entity's table; `params` maps `{name}` to that table's column. */
export interface ForEach {
  readonly table: TableName
  readonly params: Readonly<Record<string, string>>
  /** In a table that others fill, too: the constant columns that its rows are known by. */
  readonly scope?: ReadonlyArray<Column>
  /** What 404 and 410 mean for a parent; default `skip`. */
  readonly onStatus?: "skip" | "empty" | "fail"
}

/** A record, and the row it must become or the reason it must be rejected for. */
export interface Example {
  readonly record: unknown
  /** Of the row of `forEach`. */
  readonly params?: Readonly<Record<string, Scalar>>
  readonly row?: Readonly<Record<string, unknown>>
  readonly reject?: string
  /** Where it stands, so that one that fails is told like any other problem; absent when it came from no file. */
  readonly location?: Location
}

export interface Entity {
  readonly connector: string
  readonly name: string
  readonly request: RequestTemplate
  /** The keys of its connector's type, decoded by the type's schema; absent where the type has none. */
  readonly own?: unknown
  readonly format: Format
  /** JSON Pointer to the array, or for XML a path of element names below the root. */
  readonly records: string
  /** Of CSV; absent: the one that the header line has most of. */
  readonly separator?: Separator
  readonly page: Page
  /** The vendor's way to say no beside data; `none`: nothing beside the records is a refusal. */
  readonly fail?: FailCondition | "none"
  /** The entity whose read this one shares: its records lie inside the parent's. */
  readonly parent?: string
  readonly table: TableName
  readonly columns: ReadonlyArray<Column>
  readonly key: readonly [string, ...ReadonlyArray<string>]
  /** No two parents have records of one key, although it does not name the parent. */
  readonly unique?: true
  readonly mode: Mode
  /** Constant columns that bound what this entity may delete; they are among `columns`. */
  readonly scope: Readonly<Record<string, Scalar>>
  /** Columns of the scope that parameters of `forEach` fill: only rows of the parents that were asked for may go. */
  readonly within?: ReadonlyArray<string>
  readonly guard: Guard
  readonly incremental?: Incremental
  readonly forEach?: ForEach
  readonly indexes: ReadonlyArray<ReadonlyArray<string>>
  /** Triggers or policies of its table may turn rows away, change them, or keep them from being deleted. */
  readonly triggered?: true
  /** What deletes of its table would do to rows that refer to them. */
  readonly cascades?: ReadonlyArray<Cascade>
  /** Keeps from when to when each key was in the table. */
  readonly history?: TableName
  readonly examples: ReadonlyArray<Example>
  /** The zone of naive times and of `today`. */
  readonly timezone: string
}

/** `iiko.product`: how an entity is named in selectors, logs and tables. */
export const entityId = (entity: Pick<Entity, "connector" | "name">): string => `${entity.connector}.${entity.name}`
