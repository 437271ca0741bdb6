/** Statements that change tables, as they will be sent. */
import type { View } from "../terminal/Style.ts"
import * as Text from "../terminal/Text.ts"

/** Never cut or wrapped: the output can be executed. */
export const render = (statements: ReadonlyArray<string>, view: View): string =>
  statements
    .flatMap((statement) => `${statement.trimEnd().replace(/;$/, "")};`.split(/\r?\n/))
    .map((line) => `    ${view.style("accent", Text.printable(line))}`)
    .join("\n")
