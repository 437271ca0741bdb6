/**
 * An entity as the engine sees it: defaults filled in, the matrix expanded, values resolved, names checked. Everything
 * here is immutable; everything a run needs is decided before it begins.
 */
import type { Duration } from "effect"
import type { AccountRef } from "./Account.ts"
import type { Column, TableName } from "./Column.ts"
import type { Selection } from "./Condition.ts"
import type { Location } from "./Diagnostic.ts"
import type { RecordPlace } from "./RecordPlaces.ts"
import type { Page, RequestTemplate, Windows } from "./RequestTemplate.ts"
import type { Scalar } from "./schema/Scalars.ts"

export type Mode = "mirror" | "upsert" | "replace" | "append"
export type Format = "json" | "ndjson" | "xml" | "csv"

/** The possible separators between cells of CSV. */
export const separators = [",", ";", "\t", "|"] as const
export type Separator = (typeof separators)[number]

/** How CSV differs from the usual. */
export interface CsvForm {
  /** The quotation mark around a cell, in place of `"`; false: there is none. */
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
  /** What is asked for the cursor when there is none: a request, and the place of the value in its answer. */
  readonly start?: { readonly path: string; readonly pointer: ReadonlyArray<string> }
  /** How long nothing may be read on from the cursor before it is an alert. */
  readonly maxAge?: Duration.Duration
  /** The records come in ascending order of the cursor, so that it may advance in the middle of a request. */
  readonly ordered?: boolean
}

/** skip: its rows stay, and the rest is judged without it. empty: it has no records. fail: the run fails. */
export type ParentStatus = "skip" | "empty" | "fail"

/** One request per parent: a row of another entity, or a value of a list. */
interface ForEachParent {
  /** Maps `{name}` to the column of the row; for values, to the name that the declaration gives them. */
  readonly params: Readonly<Record<string, string>>
  /** What a status means for a parent. Of those that are not listed, 404 and 410 leave it out and nothing is deleted. */
  readonly onStatus?: Readonly<Record<string, ParentStatus>>
}

export interface ForEachRow extends ForEachParent {
  readonly table: TableName
  /** For a table that other entities share: the constant columns that mark its rows. */
  readonly scope?: ReadonlyArray<Column>
  /** The table has rows of several accounts; an account's children are read for its own. */
  readonly perAccount?: true
}

export interface ForEachValue extends ForEachParent {
  readonly values: ReadonlyArray<string | number>
}

export type ForEach = ForEachRow | ForEachValue

/** Undefined if the entity is not read per row of a table. */
export const forEachRow = ({ forEach }: Pick<Entity, "forEach">): ForEachRow | undefined =>
  forEach !== undefined && "table" in forEach ? forEach : undefined

/** The columns of the key that tell the records of one parent of `forEach` from those of the others. */
export const parentKey = ({ columns, key }: Pick<Entity, "columns" | "key">): ReadonlyArray<string> =>
  columns.flatMap(({ lookup, name, source }) =>
    source._tag === "Parameter" && lookup === undefined && key.includes(name) ? [name] : []
  )

/** The parameter that a column has which takes its value from the parent; no declared one is called so. */
export const rowParameter = (column: string): string => `../${column}`

/** How one record is read by its key. */
export interface OneRecord {
  readonly path: string
  readonly query: RequestTemplate["query"]
  /** JSON Pointer to the record in the answer; empty: the answer is the record. */
  readonly records: string
  /** The statuses that say that there is no such record. */
  readonly gone: ReadonlyArray<number>
  /** The column between whose first and last value a whole list has all records; the rows that it lacks are asked for. */
  readonly missing?: string
}

/** The records of a list that only say which records of another entity have changed. */
export interface Leads {
  /** The name of that entity, of the same connector. */
  readonly to: string
  /** The column with its key. */
  readonly by: string
  /** The column with the time at which they were loaded. */
  readonly at?: string
}

/** A record with the row it must become, or the reason for which it must be rejected. */
export interface Example {
  readonly record: unknown
  /** The values of the row of `forEach`. */
  readonly params?: Readonly<Record<string, Scalar>>
  /** Null: `where` leaves the record out. */
  readonly row?: Readonly<Record<string, unknown>> | null
  readonly reject?: string
  /** By `deletedWhen` the record says that it is gone. */
  readonly gone?: true
  /** The place in the file, so that a failing example is reported like any other problem; absent if it has no file. */
  readonly location?: Location
}

export interface Entity extends Selection {
  readonly connector: string
  readonly name: string
  /** Each account of its connector has rows of its own (`AccountEntity.ts`). */
  readonly perAccount?: true
  /** The account whose records are read. Absent: the connector has no accounts, or the entity is not bound to one. */
  readonly account?: AccountRef
  readonly request: RequestTemplate
  /** The own keys of the connector's type, decoded by its schema; absent if the type has none. */
  readonly own?: unknown
  readonly format: Format
  /** JSON Pointer to the array, or for XML a path of element names below the root. */
  readonly records: string
  /** The names of XML that are declared with a namespace prefix; those of attributes begin with `@`. */
  readonly prefixed?: ReadonlyArray<string>
  /** The places of records in JSON, if `records` is no pointer to one array; then it is their text. */
  readonly places?: ReadonlyArray<RecordPlace>
  /** The separator of CSV; absent: the most frequent one in the header line. */
  readonly separator?: Separator
  /** The name that `TextDecoder` has for it; absent: what the answers say. */
  readonly charset?: string
  readonly csv?: CsvForm
  readonly page: Page
  readonly windows?: Windows
  /** The vendor's way to refuse in an answer with data; `none`: nothing beside the records is a refusal. */
  readonly fail?: FailCondition | "none"
  /** The entity that contains its records; the outermost one is read. */
  readonly parent?: string
  /** The conditions of the outermost parent on its records, if it has any: children of those that it leaves out are left out. */
  readonly above?: Selection
  /** For a child of a child: that outermost entity, and the `records` of the entities between, the outer ones first. */
  readonly reader?: string
  readonly between?: ReadonlyArray<string>
  readonly table: TableName
  readonly columns: ReadonlyArray<Column>
  readonly key: readonly [string, ...ReadonlyArray<string>]
  /** No two parents have records with the same key, although the key does not name the parent. */
  readonly unique?: true
  /** A record that has no list of its children has no children. */
  readonly optional?: true
  readonly mode: Mode
  /** Constant columns that limit what this entity may delete; they are among `columns`. */
  readonly scope: Readonly<Record<string, Scalar>>
  /** Columns of the scope that parameters of `forEach` fill: only rows of the requested parents may be deleted. */
  readonly within?: ReadonlyArray<string>
  readonly guard: Guard
  readonly incremental?: Incremental
  readonly forEach?: ForEach
  readonly one?: OneRecord
  readonly leads?: Leads
  /** If a period of it is read: the entity whose records lead to its changes. */
  readonly ledBy?: string
  /** The entity as it is declared, if this one reads only a part of its records (`KeyedEntity.ts`). */
  readonly declared?: Entity
  /** Each answer is one record, or has it at `records`. */
  readonly single?: true
  readonly indexes: ReadonlyArray<ReadonlyArray<string>>
  /** Triggers or policies of its table may refuse rows, change them, or prevent their deletion. */
  readonly triggered?: true
  /** Its table has AFTER triggers, which may undo what a statement wrote once it has answered. */
  readonly undoable?: true
  /** The effect of deletes in its table on referring rows. */
  readonly cascades?: ReadonlyArray<Cascade>
  /** The effect of changes of columns outside the key on referring rows. */
  readonly follows?: ReadonlyArray<Cascade>
  /** The table that records from when to when each key existed. */
  readonly history?: TableName
  /** The table that keeps every content that each key had at a read; `VersionedEntity.ts` has the columns for it. */
  readonly versions?: TableName
  /** The fields that are kept nowhere. */
  readonly drop?: ReadonlyArray<PersonalPlace>
  /** Personal data in its records, dropped or hashed: left out wherever records are shown or stored. */
  readonly personal?: ReadonlyArray<PersonalPlace>
  readonly examples: ReadonlyArray<Example>
  /** The time zone of naive times and of `today`. */
  readonly timezone: string
}

/** A place of personal data in a record. */
export interface PersonalPlace {
  readonly by: "drop" | "hash"
  /** The place; for a plain name also its camelCase. */
  readonly ways: readonly [ReadonlyArray<string>, ...ReadonlyArray<ReadonlyArray<string>>]
  /** All records may be without it. */
  readonly optional?: true
}

/** Every place of them. */
export const waysOf = (personal: ReadonlyArray<PersonalPlace> = []): ReadonlyArray<ReadonlyArray<string>> =>
  personal.flatMap(({ ways }) => ways)

/** `crm.deal`: the name of an entity in selectors, logs and tables. */
export const entityId = (entity: Pick<Entity, "connector" | "name">): string => `${entity.connector}.${entity.name}`

/** The name of the entity whose requests read the records of this one. */
export const readerName = ({ name, parent, reader }: Pick<Entity, "name" | "parent" | "reader">): string =>
  reader ?? parent ?? name

/** How many records contain one of this entity. */
export const depthOf = ({ between = [], parent }: Pick<Entity, "between" | "parent">): number =>
  parent === undefined ? 0 : between.length + 1

/** The entities whose records contain those of this one, the nearest first; none if one of them is unknown. */
export const ancestorsOf = (entity: Entity, all: ReadonlyArray<Entity>): ReadonlyArray<Entity> => {
  const ancestors: Array<Entity> = []
  for (let one = entity; one.parent !== undefined; ) {
    const parent = all.find((other) => other.connector === one.connector && other.name === one.parent)
    if (parent === undefined || ancestors.includes(parent)) return []
    ancestors.push(parent)
    one = parent
  }
  return ancestors
}
