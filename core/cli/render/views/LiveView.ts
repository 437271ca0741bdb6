/**
 * The result of reading one page of each entity: a line for each, then the fields that differ from the declared ones.
 */
import { targetText } from "../../../config/RunTarget.ts"
import type { LiveCheckResult } from "../../../sync/discover/LiveCheck.ts"
import { count, plural } from "../terminal/Format.ts"
import { mark } from "../terminal/StatusStyle.ts"
import type { View } from "../terminal/Style.ts"
import * as Text from "../terminal/Text.ts"
import * as FieldsView from "./FieldsView.ts"

export const render = (looks: ReadonlyArray<LiveCheckResult>, view: View): string => {
  if (looks.length === 0) return "No entity is declared, so nothing was read."
  const width = Math.max(0, ...looks.map((look) => Text.width(targetText(look))))
  const lines = looks.flatMap((look) => {
    const sign = mark(look.verdict, view.style)
    const text = look.error ?? found(look)
    const [first = "", ...more] = Text.wrap(text, view.width - width - 4)
    return [
      `${sign} ${Text.pad(targetText(look), width)}  ${first}`,
      ...more.map((line) => `${" ".repeat(width + 4)}${line}`)
    ]
  })
  const differing = FieldsView.sections(
    looks.map((look) => ({ id: targetText(look), ...look })),
    view
  )
  // For an entity that was not read, had no records or did not fit, agreement would be a guess.
  const agree = looks.every(({ records, verdict }) => records > 0 && verdict === "ok")
  const end =
    differing.length === 0 && agree
      ? [["All fields that were seen are declared, and all declared ones were seen."]]
      : []
  return [lines, ...differing, ...end].map((section) => section.join("\n")).join("\n\n")
}

const found = ({ leftOut, records, reject, rejected, repeatedKeys }: LiveCheckResult): string => {
  if (records === 0 && leftOut > 0) return `${plural(leftOut, "record")} of the first page, all left out by where`
  if (records === 0) return "no records, so nothing is known of its fields"
  const twice = repeatedKeys === 0 ? "" : `, ${plural(repeatedKeys, "key")} came more than once`
  const read = `${plural(records, "record")} of the first page${twice}`
  if (rejected === 0) return read
  return rejected === 1
    ? `${read}, 1 would be rejected: ${reject}`
    : `${read}, ${count(rejected)} would be rejected; the first: ${reject}`
}
