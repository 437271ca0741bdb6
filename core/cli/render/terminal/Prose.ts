/** Sentences under a table: messages in full, and what to do next. */
import type { View } from "./Style.ts"
import * as Text from "./Text.ts"

/** A message indented under its title. */
export const paragraph = (message: string, view: View): ReadonlyArray<string> =>
  Text.wrap(message, view.width - 2).map((line) => `  ${line}`)

/** The source line of a diagnostic, and the caret below its place. */
const excerpt = /^ +(?:\d+ )?\| /

/**
 * Wraps a message of several lines: long lines continue at the indentation of their start, an excerpt of a file stays
 * unchanged.
 */
export const wrapMessage = (message: string, width: number): string =>
  message
    .split("\n")
    .flatMap((line) => {
      if (Text.width(line) <= width || excerpt.test(line)) return [line]
      const indent = /^ */.exec(line)?.[0] ?? ""
      return Text.wrap(line.slice(indent.length), width - indent.length).map((part) => indent + part)
    })
    .join("\n")

/** The commands of a text, such as `tributary sync`, with the program and the configuration directory of the call. */
export const asTyped = (text: string, { config, program = "tributary" }: Pick<View, "config" | "program">): string => {
  const typed = config === undefined ? program : `${program} --config ${quoted(config)}`
  return text.replace(/(?<=^|[`: ])tributary (?=[a-z])/gm, () => `${typed} `)
}

const quoted = (word: string): string => (/^[\w./~+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** A next step, set off by an arrow. */
export const nextStep = (step: string, view: View): ReadonlyArray<string> =>
  Text.wrap(asTyped(step, view), view.width - 4).map(
    (line, i) => `${i === 0 ? `  ${view.style("accent", "→")} ` : "    "}${line}`
  )
