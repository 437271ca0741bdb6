/** The outcome of a sync: a table with the problems first, then every warning and error in full, with advice. */
import type { RunResult } from "../../../sync/RunResult.ts"
import { duration, plural } from "../terminal/Format.ts"
import { asTyped, nextStep, paragraph } from "../terminal/Prose.ts"
import { changes, label, mark, rank, tally, tones } from "../terminal/StatusStyle.ts"
import type { View } from "../terminal/Style.ts"
import * as Table from "../terminal/Table.ts"
import * as Text from "../terminal/Text.ts"

const counted = (name: "fetched" | "inserted" | "updated" | "unchanged" | "deleted" | "rejected", short: string) =>
  ({
    title: name,
    short,
    align: "right",
    optional: true,
    value: (run) => Table.quantity(run[name])
  }) satisfies Table.Column<RunResult>

const columnsOf = (isPlan: boolean): ReadonlyArray<Table.Column<RunResult>> => [
  { title: "entity", value: label, min: 14, keep: "ends" },
  { title: "status", value: (run) => ({ text: run.status, tone: tones[run.status] }) },
  counted("fetched", "read"),
  { ...counted("inserted", "new"), ...(isPlan ? { title: "to insert" } : {}) },
  { ...counted("updated", "upd"), ...(isPlan ? { title: "to update" } : {}) },
  counted("unchanged", "same"),
  { ...counted("deleted", "del"), ...(isPlan ? { title: "to delete" } : {}) },
  counted("rejected", "rej"),
  { title: "time", align: "right", value: (run) => duration(run.durationMs) }
]

/** `again`: the command that repeats what failed; the default is a sync of it. `isPlan`: nothing was changed. */
export const render = (results: ReadonlyArray<RunResult>, view: View, again?: string, isPlan = false): string => {
  if (results.length === 0) return asTyped("Nothing was selected. `tributary status` lists every entity.", view)
  const runs = [...results].sort((a, b) => rank(a.status) - rank(b.status))
  const sections = [
    Table.render({ columns: columnsOf(isPlan), rows: runs }, view).split("\n"),
    ...runs.filter((run) => messages(run).length > 0).map((run) => problem(run, view)),
    [...Text.wrap(totals(runs, isPlan), view.width), ...retry(runs, again).flatMap((step) => nextStep(step, view))]
  ]
  return sections.map((lines) => lines.join("\n")).join("\n\n")
}

const messages = (run: RunResult): ReadonlyArray<string> => [
  ...(run.error === null ? [] : [run.error]),
  ...run.warnings,
  ...run.notes
]

const problem = (run: RunResult, view: View): ReadonlyArray<string> => [
  `${mark(run.status, view.style)} ${view.style("strong", label(run))}`,
  ...messages(run).flatMap((message) => paragraph(message, view)),
  ...advice(run).flatMap((step) => nextStep(step, view))
]

/** Warnings are prose by contract; every warning about withheld rows contains the word "withheld". */
const advice = (run: RunResult): ReadonlyArray<string> => [
  ...(run.warnings.some((warning) => warning.includes("withheld"))
    ? ["see the rows and decide: tributary deletes"]
    : []),
  ...(run.rejected > 0 ? ["the records and the reasons are in the table tributary.sync_reject"] : [])
]

/** `31 entities: 30 ok, 1 failed; 24 310 rows, 12 inserted`. */
const totals = (runs: ReadonlyArray<RunResult>, isPlan: boolean): string => {
  const sum = (name: "fetched" | "inserted" | "updated" | "deleted" | "rejected"): number =>
    runs.reduce((total, run) => total + run[name], 0)
  const counts = {
    inserted: sum("inserted"),
    updated: sum("updated"),
    deleted: sum("deleted"),
    rejected: sum("rejected")
  }
  const statuses = tally(runs.map((run) => run.status))
  return `${plural(runs.length, "entity", "entities")}: ${statuses}; ${plural(sum("fetched"), "row")}, ${changes(counts, isPlan)}`
}

/** Whether the plan or the table caused the failure, independent of the source. */
const isOfTable = ({ errorReason }: RunResult): boolean => /^(?:plan|table)\./.test(errorReason?.code ?? "")

const retry = (runs: ReadonlyArray<RunResult>, again: string | undefined): ReadonlyArray<string> => {
  const failures = runs.filter((run) => run.status === "failed")
  const failed = [...new Set(failures.map((run) => `${run.connector}.${run.entity}`))]
  if (failed.length === 0) return []
  const selection = failed.length > 6 ? "" : ` ${failed.join(" ")}`
  const reach = failures.every(isOfTable) ? [] : ["which systems answer: tributary doctor"]
  return [...reach, `again: ${again ?? `tributary sync${selection}`}`]
}
