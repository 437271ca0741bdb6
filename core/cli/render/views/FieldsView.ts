/** The differences between declarations and sources, one line for each entity that has any. */
import type { FieldFindings } from "../../../sync/map/FieldNames.ts"
import type { View } from "../terminal/Style.ts"
import * as Text from "../terminal/Text.ts"

export type EntityFields = Partial<FieldFindings> & { readonly id: string }

const kinds = [
  ["absent", "warn", "Declared, but in no record:"],
  ["absentPlaces", "warn", "Named by where, drop or join, but in no record:"],
  ["unmetPlaces", "dim", "Looked at by conditions, and in no record, as may be:"],
  ["undeclared", "dim", "In the source, but not declared:"]
] as const

export const sections = (found: ReadonlyArray<EntityFields>, view: View): ReadonlyArray<ReadonlyArray<string>> =>
  kinds.flatMap(([kind, tone, title]) => {
    const lines = found.flatMap(({ id, [kind]: names = [] }) =>
      names.length === 0 ? [] : hanging(`${id}: ${names.map(Text.printable).join(", ")}`, view)
    )
    return lines.length === 0 ? [] : [[view.style(tone, title), ...lines]]
  })

const hanging = (text: string, view: View): ReadonlyArray<string> =>
  Text.wrap(text, view.width - 4).map((line, at) => `${at === 0 ? "  " : "    "}${line}`)
