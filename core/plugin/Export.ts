/**
 * The contract of an export: the rows of a query, written to an outside system. The engine decides what the query is
 * and when it runs; the connector decides what a row becomes in its system.
 */
import { type Effect, Schema } from "effect"
import type { ExportDeclaration } from "../config/ExportDeclaration.ts"
import type { Reason } from "../reason/Reason.ts"
import type { ReadEvent, UpstreamError } from "../upstream/Source.ts"

export type ExportKind = "text" | "number" | "boolean" | "date" | "time" | "timestamp"

export interface ExportColumn {
  readonly name: string
  readonly kind: ExportKind
}

/**
 * Values in PostgreSQL's text form: every digit of a number, `t` or `f`, dates as 2026-11-20, moments in the
 * connector's time zone.
 */
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
 * The content that a run left in the system, stored for the next run: the daemon may remove only what it has written
 * itself. The connector defines the meaning of a place and a key.
 */
export const OwnedRows = Schema.Struct({ place: Schema.String, keys: Schema.Array(Schema.String) })
export type OwnedRows = typeof OwnedRows.Type

/** The counts are rows of the system. */
export interface ExportReport {
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
  readonly unchanged: number
  readonly changes: ReadonlyArray<CellChange>
  /** Findings for a person to check. */
  readonly warnings: ReadonlyArray<Reason>
  /** Absent: there is nothing to store. */
  readonly owned?: OwnedRows
}

export interface WriteOptions {
  /** Reports what would change; nothing is written. */
  readonly dryRun: boolean
  /** From the last successful run; absent: there was none. */
  readonly owned?: OwnedRows | undefined
  readonly onEvent?: (event: ReadEvent) => Effect.Effect<void>
}

export type Write = (
  declaration: ExportDeclaration,
  rows: ExportRows,
  options: WriteOptions
) => Effect.Effect<ExportReport, UpstreamError>
