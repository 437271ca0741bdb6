/** Sentences under a table: messages in full, and what to do next. */
import type { View } from "./Style.ts"
import * as Text from "./Text.ts"

/** A message indented under its title. */
export const paragraph = (message: string, view: View): ReadonlyArray<string> =>
  Text.wrap(message, view.width - 2).map((line) => `  ${line}`)

/** A next step, set off by an arrow. */
export const todo = (step: string, view: View): ReadonlyArray<string> =>
  Text.wrap(step, view.width - 4).map((line, i) => `${i === 0 ? `  ${view.style("accent", "→")} ` : "    "}${line}`)
