/**
 * A table that fits its window. If it is too wide, it first omits columns without content, then uses short titles, then
 * shrinks the columns that allow it. In a window too narrow even for that, each row becomes a block of `title: value`.
 */
import { count } from "./Format.ts"
import type { Tone, View } from "./Style.ts"
import * as Text from "./Text.ts"

export type Cell = string | { readonly text: string; readonly tone: Tone }

export interface Column<Row> {
  readonly title: string
  /** The title if room is short. */
  readonly short?: string
  readonly align?: "left" | "right"
  readonly value: (row: Row) => Cell
  /** The minimum width in cells to which the column may shrink; without it, the column never shrinks. */
  readonly min?: number
  /** The part of a too long cell that stays. */
  readonly keep?: "start" | "ends"
  /** Omitted, if room is short, when every cell is empty or zero. */
  readonly optional?: boolean
}

export interface Table<Row> {
  readonly columns: ReadonlyArray<Column<Row>>
  readonly rows: ReadonlyArray<Row>
  /** Shown under the row over the whole width, in full. */
  readonly note?: (row: Row) => ReadonlyArray<Cell>
}

interface ColoredText {
  readonly text: string
  readonly tone: Tone | undefined
}

/** A column with its printable content. */
interface FilledColumn<Row> extends Column<Row> {
  readonly cells: ReadonlyArray<ColoredText>
  readonly width: number
}

const gap = 2
const indent = "  "

/** A number for a numeric column; zero is dimmed. */
export const quantity = (n: number): Cell => (n === 0 ? { text: "0", tone: "dim" } : count(n))

export const render = <Row>(table: Table<Row>, view: View): string => {
  const columns = fitted(table, view.width)
  return (columns === undefined ? vertical(table, view) : horizontal(table, columns, view)).join("\n")
}

const toned = (cell: Cell): ColoredText => (typeof cell === "string" ? { text: cell, tone: undefined } : cell)

const printable = (cell: Cell): ColoredText => {
  const { text, tone } = toned(cell)
  return { text: Text.printable(text), tone }
}

const paint = (view: View, tone: Tone | undefined, text: string): string =>
  tone === undefined ? text : view.style(tone, text)

const isNothing = (text: string): boolean => text === "" || text === "0"

const measure = <Row>(column: Column<Row>, cells: FilledColumn<Row>["cells"], title: string): FilledColumn<Row> => ({
  ...column,
  title,
  cells,
  width: Math.max(Text.width(title), ...cells.map((cell) => Text.width(cell.text)))
})

const total = (columns: ReadonlyArray<{ readonly width: number }>): number =>
  columns.reduce((sum, column) => sum + column.width, gap * (columns.length - 1))

/** The columns with their final widths, or undefined when no table fits. */
const fitted = <Row>(table: Table<Row>, width: number): ReadonlyArray<FilledColumn<Row>> | undefined => {
  const all = table.columns.map((column) => {
    const cells = table.rows.map((row) => printable(column.value(row)))
    return measure(column, cells, column.title)
  })
  if (total(all) <= width) return all
  const informative = all.filter(
    (column) => column.optional !== true || !column.cells.every((cell) => isNothing(cell.text))
  )
  if (total(informative) <= width) return informative
  return shrink(
    informative.map((column) => measure(column, column.cells, column.short ?? column.title)),
    width
  )
}

/** Takes one cell at a time from the widest column that can spare one. */
const shrink = <Row>(
  columns: ReadonlyArray<FilledColumn<Row>>,
  width: number
): ReadonlyArray<FilledColumn<Row>> | undefined => {
  const widths = columns.map((column) => column.width)
  for (let excess = total(columns) - width; excess > 0; excess--) {
    let widest = -1
    for (const [i, column] of columns.entries()) {
      const spare = column.min !== undefined && (widths[i] ?? 0) > column.min
      if (spare && (widths[i] ?? 0) > (widths[widest] ?? 0)) widest = i
    }
    if (widest < 0) return undefined
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return columns.map((column, i) => ({ ...column, width: widths[i] ?? column.width }))
}

const horizontal = <Row>(
  table: Table<Row>,
  columns: ReadonlyArray<FilledColumn<Row>>,
  view: View
): ReadonlyArray<string> => {
  const header = line(columns, (column) => ({ text: column.title, tone: "strong" }), view)
  return [
    header,
    ...table.rows.flatMap((row, i) => [
      line(columns, (column) => column.cells[i] ?? { text: "", tone: undefined }, view),
      ...notes(table, row, view)
    ])
  ]
}

const line = <Row>(
  columns: ReadonlyArray<FilledColumn<Row>>,
  cellOf: (column: FilledColumn<Row>) => ColoredText,
  view: View
): string => {
  let text = ""
  let blank = 0
  for (const column of columns) {
    const cell = cellOf(column)
    const shown = (column.keep === "ends" ? Text.cutMiddle : Text.cut)(cell.text, column.width)
    const free = column.width - Text.width(shown)
    // Padding is written only once something follows it: no line ends in spaces.
    if (shown !== "") {
      text += " ".repeat(blank + (column.align === "right" ? free : 0)) + paint(view, cell.tone, shown)
      blank = 0
    }
    blank += gap + (shown === "" ? column.width : column.align === "right" ? 0 : free)
  }
  return text
}

const vertical = <Row>(table: Table<Row>, view: View): ReadonlyArray<string> => {
  const titles = Math.max(...table.columns.map((column) => Text.width(column.title))) + 2
  const room = Math.max(1, view.width - titles)
  const blocks = table.rows.map((row) => [
    ...table.columns.flatMap((column) => {
      const { text, tone } = printable(column.value(row))
      if (text === "" || (column.optional === true && isNothing(text))) return []
      const lines = Text.wrap(text, room).map((part) => paint(view, tone, part))
      return lines.map((part, i) => Text.pad(i === 0 ? `${column.title}:` : "", titles) + part)
    }),
    ...notes(table, row, view)
  ])
  return blocks.flatMap((block, i) => (i === 0 ? block : ["", ...block]))
}

const notes = <Row>(table: Table<Row>, row: Row, view: View): ReadonlyArray<string> =>
  (table.note?.(row) ?? []).flatMap((cell) => {
    const { text, tone } = toned(cell)
    return Text.wrap(text, view.width - indent.length).map((part) => indent + paint(view, tone, part))
  })
