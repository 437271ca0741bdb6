/** The result of `init`, and the next commands to type. */
import type { ExploreResult } from "../../../sync/discover/Explore.ts"
import { plural } from "../terminal/Format.ts"
import { wrapMessage } from "../terminal/Prose.ts"
import type { View } from "../terminal/Style.ts"
import * as Text from "../terminal/Text.ts"
import { fitComments } from "./ProposalView.ts"

export interface InitResult {
  readonly target: string
  readonly id: string
  readonly explored: Pick<ExploreResult, "counts" | "records" | "proposal">
  readonly steps: ReadonlyArray<readonly [command: string, does: string]>
  /** Whether the database is the embedded one. */
  readonly isOwn: boolean
  readonly text: string
}

const indent = "  "

export const render = ({ explored, id, isOwn, steps, target, text }: InitResult, view: View): string => {
  const { counts, proposal, records } = explored
  const read = `${plural(records.length, "record")}${counts.length > 1 ? ` of ${counts.length} pages` : ""}`
  const key = proposal.key.length === 0 ? "no key yet" : `key ${proposal.key.join(", ")}`
  const head = `${view.style("good", "✓")} ${wrapMessage(`${target}: ${id}, from ${read}, ${key}`, view.width - 2)}`
  const widest = Math.max(...steps.map(([command]) => Text.width(command)))
  const isWide = steps.every(([, does]) => indent.length + widest + 2 + Text.width(does) <= view.width)
  const lines = steps.flatMap(([command, does]) =>
    isWide
      ? [`${indent}${view.style("accent", Text.pad(command, widest))}  ${view.style("dim", does)}`]
      : [
          `${indent}${view.style("accent", command)}`,
          ...Text.wrap(does, view.width - 4).map((line) => `${indent}${indent}${view.style("dim", line)}`)
        ]
  )
  const database = isOwn
    ? "The database is a PostgreSQL of its own in data/, which starts by itself. For yours: DATABASE_URL=postgres://… in .env."
    : "The database is the one of DATABASE_URL."
  return [
    [head],
    fitComments(text.trimEnd(), view.width - indent.length)
      .split("\n")
      .map((line) => indent + line),
    [view.style("strong", "What to type next"), ...lines],
    Text.wrap(database, view.width)
  ]
    .map((section) => section.join("\n"))
    .join("\n\n")
}
