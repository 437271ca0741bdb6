/** The state of the sandbox: spreadsheets, their access rights, and switches of its behaviour. */

export type Value = number | string | boolean

export const formatTypes = ["TEXT", "NUMBER", "PERCENT", "CURRENCY", "DATE", "TIME", "DATE_TIME"] as const

export interface NumberFormat {
  readonly type: (typeof formatTypes)[number]
  /** Absent: the default of the type in the spreadsheet's locale. */
  readonly pattern?: string
}

export interface CellState {
  /** The typed or sent value; absent in a cell that only has a format. Dates are serial numbers. */
  value?: Value
  /** With its `=`; its value is computed on read. */
  formula?: string
  format?: NumberFormat
  /** A note, which is not part of the value. */
  note?: string
}

export interface SheetState {
  sheetId: number
  title: string
  hidden: boolean
  rowCount: number
  columnCount: number
  frozenRows: number
  frozenColumns: number
  /** Sparse: rows and cells that were never written are absent. */
  rows: Array<Array<CellState | undefined> | undefined>
  /** Zero-based, ends exclusive. */
  merges: Array<{ top: number; left: number; bottom: number; right: number }>
}

export const locales = ["ru_RU", "en_US", "de_DE"] as const
export type Locale = (typeof locales)[number]

export interface SpreadsheetState {
  id: string
  title: string
  locale: Locale
  timeZone: string
  sheets: Array<SheetState>
  /** By e-mail address. */
  sharedWith: Record<string, "reader" | "writer">
  /** An Office file in Drive has an id like any other, but no API. */
  isOffice: boolean
}

export interface Account {
  readonly email: string
  /** PEM. */
  readonly privateKey: string
  readonly publicKey: string
  disabled: boolean
}

export interface Switches {
  readsPerMinute: number
  writesPerMinute: number
  tokenLifetime: number
  /** Whether the project of the service account has the API enabled. */
  apiEnabled: boolean
  /** How far the vendor's clock is ahead of the client's. */
  clockAheadSeconds: number
  maxPayloadBytes: number
}

export interface GsheetState {
  readonly spreadsheets: Array<SpreadsheetState>
  readonly account: Account
  readonly switches: Switches
  readonly counters: { reads: number; writes: number; tokens: number; rateLimited: number; largestPayload: number }
  readonly tokens: Map<
    string,
    { readonly email: string; readonly scopes: ReadonlyArray<string>; readonly ends: number }
  >
}
