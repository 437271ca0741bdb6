/** A sandbox with a tab and an export to it, which gets rows as a query would return them. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import type { ExportColumn, OwnedRows, WriteOptions } from "../../../core/plugin/Connector.ts"
import type { CellState, SheetState } from "../sandbox/Model.ts"
import { start } from "../sandbox/TestClient.ts"

export type Rows = Parameters<Effect.Success<typeof start>["tab"]>[0]
export type Kinds = Readonly<Record<string, ExportColumn["kind"]>>
export type RowTexts = ReadonlyArray<ReadonlyArray<string | null>>

export const plainKeys = 'columns: { Код: code, Название: name, "Цена, руб.": price }, key: Код'
/** An export that removes rows which are gone. */
export const removingKeys = `${plainKeys}, gone: remove`
const kinds: Kinds = { code: "text", name: "text", price: "number" }

/** The content of the cells of a tab, with formulas as text. */
export const contents = (sheet: SheetState) =>
  sheet.rows
    .slice(0, sheet.rows.findLastIndex((row) => row?.some((cell) => cell !== undefined)) + 1)
    .map((row = []) => Array.from(row, (cell: CellState | undefined) => cell?.formula ?? cell?.value ?? null))
    .map((row) => row.slice(0, row.findLastIndex((value) => value !== null) + 1))

/** A tab with these rows, and the export `list` with these keys. */
export const startExport = Effect.fnUntraced(function* (rows: Rows, keys = plainKeys, more: Partial<SheetState> = {}) {
  const started = yield* start
  const tab = started.tab(rows, more)
  const open = (environment: Readonly<Record<string, string>> = {}) =>
    Effect.map(
      started.open(
        `  any: { range: Лист!A:B, key: id, fields: { id: text } }\nexports:\n  list: { query: select 1, sheet: Лист, ${keys} }\n`,
        environment
      ),
      ({ declaration, write }) => ({
        list: declaration.exports?.[0] ?? assert.fail("no export is declared"),
        write: write ?? assert.fail("nothing can be written")
      })
    )
  const { list, write } = yield* open()
  let owned: OwnedRows | undefined
  /** Stores what the last run left, as the engine does. */
  const give = (
    given: RowTexts,
    { dryRun = false, onEvent, types = kinds }: Partial<WriteOptions> & { types?: Kinds } = {}
  ) => {
    const columns = Object.entries(types).map(([name, kind]) => ({ name, kind }))
    const rows = given.map((values) => Object.fromEntries(columns.map(({ name }, at) => [name, values[at] ?? null])))
    return write(list, { columns, rows }, { dryRun, owned, ...(onEvent === undefined ? {} : { onEvent }) }).pipe(
      Effect.tap((report) => Effect.sync(() => (owned = dryRun ? owned : report.owned)))
    )
  }
  const { counters } = started.vendor.state
  return { ...started, tab, open, give, counters, now: () => contents(tab) }
})

export const headerRow = ["Код", "Название", "Заметка", "Цена, руб."]
export const threeRows: RowTexts = [
  ["b", "Булка", "12.50"],
  ["a", "Апельсин", "0.1"],
  ["c", "Вода", "3"]
]
export const countsOf = ({
  deleted,
  inserted,
  unchanged,
  updated
}: Readonly<Record<"deleted" | "inserted" | "unchanged" | "updated", number>>) => [
  inserted,
  updated,
  deleted,
  unchanged
]
