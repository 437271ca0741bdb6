/** Rows of a plan on lines of their own: `+ id=1 name="Salt "`, `~ id=17  name: "Salt " → Salt`. */
import type { EntityPlan, PlannedRow } from "../../../sync/plan/Plan.ts"
import type { Tone, View } from "../terminal/Style.ts"
import * as Text from "../terminal/Text.ts"

type Update = EntityPlan["updates"][number]

/** How a row is displayed: its sign, and whether in full or on one line. */
export interface RowStyle {
  readonly sign: string
  readonly tone: Tone
  readonly whole: boolean
}

const indent = 4

export const row = (planned: PlannedRow, style: RowStyle, view: View): ReadonlyArray<string> =>
  signed(rowText(planned), style, view)

/** A single change is written beside the key if there is room, otherwise each change has its own line. */
export const update = ({ key, changes }: Update, style: RowStyle, view: View): ReadonlyArray<string> => {
  const room = view.width - indent - 4
  const [only] = changes
  const beside = only === undefined ? "" : `${rowText(key)}  ${changeText(only, Number.POSITIVE_INFINITY)}`
  if (changes.length === 1 && Text.width(beside) <= room + 2) return signed(beside, style, view)
  const lines = changes.flatMap((change) =>
    style.whole ? Text.wrap(changeText(change, Number.POSITIVE_INFINITY), room) : [changeText(change, room)]
  )
  return [...signed(rowText(key), style, view), ...lines.map((line) => " ".repeat(indent + 4) + line)]
}

const signed = (text: string, { sign, tone, whole }: RowStyle, view: View): ReadonlyArray<string> => {
  const room = view.width - indent - 2
  const lines = whole ? Text.wrap(text, room) : [Text.cut(text, room)]
  return lines.map((line, i) => `${" ".repeat(indent)}${i === 0 ? view.style(tone, sign) : " "} ${line}`)
}

/** One word, or a JSON object or array, which has its own quotes. */
const bare = /^([^\s"=]+|\{.*\}|\[.*\])$/

/** Bare if it cannot be misread; otherwise in quotes, so that leading and trailing blanks are visible. */
const valueText = (value: string | null): string => {
  if (value === null) return "null"
  return value !== "null" && bare.test(value) ? value : JSON.stringify(value)
}

export const rowText = (planned: PlannedRow): string =>
  Text.printable(
    Object.entries(planned)
      .map(([column, value]) => `${column}=${valueText(value)}`)
      .join(" ")
  )

/** Two long values with the same beginning are shown from the first difference. */
const changeText = (change: Update["changes"][number], room: number): string => {
  const column = Text.printable(change.column)
  const from = Text.printable(valueText(change.from))
  const to = Text.printable(valueText(change.to))
  const text = `${column}: ${from} → ${to}`
  if (Text.width(text) <= room) return text
  const each = Math.max(8, Math.floor((room - Text.width(column) - 5) / 2))
  const skip =
    Text.width(from) > each || Text.width(to) > each ? Math.max(0, alike(from, to) - Math.floor(each / 3)) : 0
  return `${column}: ${Text.cut(tail(from, skip), each)} → ${Text.cut(tail(to, skip), each)}`
}

const tail = (text: string, skip: number): string => (skip === 0 ? text : `…${text.slice(skip)}`)

/** How many characters two texts have in common at the start. */
const alike = (a: string, b: string): number => {
  let i = 0
  while (i < a.length && a[i] === b[i]) i++
  return i
}
