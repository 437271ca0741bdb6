/** The differences between declarations and sources, one line for each entity that has any. */
import type { FieldFindings } from "../../sync/map/FieldNames.ts"
import type { View } from "./Style.ts"
import * as Text from "./Text.ts"

export type EntityFields = Partial<FieldFindings> & { readonly id: string }

const titles = {
  absent: "Declared, but in no record:",
  undeclared: "In the source, but not declared:",
  absentPlaces: "Named by where, drop or join, but in no record:",
  unmetPlaces: "Looked at by conditions, and in no record, as may be:"
} as const

const kinds = ["absent", "absentPlaces", "unmetPlaces", "undeclared"] as const

export const sections = (found: ReadonlyArray<EntityFields>, view: View): ReadonlyArray<ReadonlyArray<string>> =>
  kinds.flatMap((kind) => {
    const lines = found.flatMap(({ id, [kind]: names = [] }) =>
      names.length === 0 ? [] : hanging(`${id}: ${names.map(Text.printable).join(", ")}`, view)
    )
    return lines.length === 0 ? [] : [[view.style(kind.startsWith("absent") ? "warn" : "dim", titles[kind]), ...lines]]
  })

const hanging = (text: string, view: View): ReadonlyArray<string> =>
  Text.wrap(text, view.width - 4).map((line, at) => `${at === 0 ? "  " : "    "}${line}`)
