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

/** Names the configuration directory in the commands of a text, as `tributary sync`, so that they work as printed. */
export const withConfig = (text: string, { config }: Pick<View, "config">): string =>
  config === undefined
    ? text
    : text.replace(/(?<=^|[`: ])tributary (?=[a-z])/gm, () => `tributary --config ${quoted(config)} `)

const quoted = (word: string): string => (/^[\w./~+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** A next step, set off by an arrow. */
export const nextStep = (step: string, view: View): ReadonlyArray<string> =>
  Text.wrap(withConfig(step, view), view.width - 4).map(
    (line, i) => `${i === 0 ? `  ${view.style("accent", "→")} ` : "    "}${line}`
  )
