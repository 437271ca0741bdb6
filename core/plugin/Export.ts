/**
 * The contract of an export: rows that a query gave, written to an outside system. What the query is and when it runs is
 * the engine's business; what a row becomes there is the connector's.
 */
import { type Effect, Schema } from "effect"
import type { ExportDeclaration } from "../config/Export.ts"
import type { Reason } from "../reason/Reason.ts"
import type { ReadEvent, UpstreamError } from "../upstream/Source.ts"

export type ExportKind = "text" | "number" | "boolean" | "date" | "time" | "timestamp"

export interface ExportColumn {
  readonly name: string
  readonly kind: ExportKind
}

/** Values are PostgreSQL's text: every digit of a number, `t` or `f`, dates as 2026-11-20, moments on the connector's wall. */
export interface ExportRows {
  readonly columns: ReadonlyArray<ExportColumn>
  readonly rows: ReadonlyArray<Readonly<Record<string, string | null>>>
}

export const CellChange = Schema.Struct({
  cell: Schema.String.annotate({ description: "As in Номенклатура!B7; of a new row, where it will stand." }),
  kind: Schema.Literals(["set", "insert", "mark", "remove"]).annotate({
    description: "insert: of a new row or column. mark, remove: the query no longer gives the row."
  }),
  before: Schema.NullOr(Schema.String),
  after: Schema.NullOr(Schema.String)
}).annotate({ identifier: "CellChange" })
export type CellChange = typeof CellChange.Type

/**
 * What a run left in the system, remembered for the next: only what the daemon put there is its own to take away. What a
 * place and a key are is the connector's business.
 */
export const Owned = Schema.Struct({ place: Schema.String, keys: Schema.Array(Schema.String) })
export type Owned = typeof Owned.Type

/** Counts are rows of the system. */
export interface ExportReport {
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
  readonly unchanged: number
  readonly changes: ReadonlyArray<CellChange>
  /** What a person should look at. */
  readonly warnings: ReadonlyArray<Reason>
  /** Absent: nothing is to be remembered. */
  readonly owned?: Owned
}

export interface WriteOptions {
  /** Says what would change; nothing is written. */
  readonly dryRun: boolean
  /** Of the last run that ended well; absent: there was none. */
  readonly owned?: Owned | undefined
  readonly onEvent?: (event: ReadEvent) => Effect.Effect<void>
}

export type Write = (
  declaration: ExportDeclaration,
  rows: ExportRows,
  options: WriteOptions
) => Effect.Effect<ExportReport, UpstreamError>
