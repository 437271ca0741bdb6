/** What one page of each entity showed: a line for each, then the fields that differ from the declared ones. */
import type { Look } from "../../sync/Live.ts"
import * as FieldsView from "./FieldsView.ts"
import { plural } from "./Format.ts"
import type { View } from "./Style.ts"
import * as Text from "./Text.ts"

const idOf = ({ connector, entity }: Look): string => `${connector}.${entity}`

export const render = (looks: ReadonlyArray<Look>, view: View): string => {
  const width = Math.max(0, ...looks.map((look) => Text.width(idOf(look))))
  const lines = looks.flatMap((look) => {
    const [sign, said] =
      look.error === null ? [view.style("good", "✓"), found(look)] : [view.style("bad", "✗"), look.error]
    const [first = "", ...more] = Text.wrap(said, view.width - width - 4)
    return [
      `${sign} ${Text.pad(idOf(look), width)}  ${first}`,
      ...more.map((line) => `${" ".repeat(width + 4)}${line}`)
    ]
  })
  const differing = FieldsView.sections(
    looks.map((look) => ({ id: idOf(look), ...look })),
    view
  )
  const end =
    differing.length === 0 ? [["All fields that were seen are declared, and all declared ones were seen."]] : []
  return [lines, ...differing, ...end].map((section) => section.join("\n")).join("\n\n")
}

const found = ({ records, reject, rejected }: Look): string => {
  if (records === 0) return "no records, so nothing is known of its fields"
  const refused = rejected === 0 ? "" : `, ${rejected} would be rejected: ${reject}`
  return `${plural(records, "record")} of the first page${refused}`
}
