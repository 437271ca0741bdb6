/** The outcome of exports: the table of runs, and the cells that changed or would change. */
import type { ExportResult } from "../../../actions/Exports.ts"
import type { CellChange } from "../../../plugin/Export.ts"
import { plural } from "../terminal/Format.ts"
import { label, mark } from "../terminal/StatusStyle.ts"
import type { Tone, View } from "../terminal/Style.ts"
import * as Text from "../terminal/Text.ts"
import * as RunTable from "./RunTable.ts"

const samples = 20

const signs: Readonly<Record<CellChange["kind"], readonly [sign: string, tone: Tone]>> = {
  insert: ["+", "good"],
  set: ["~", "accent"],
  mark: ["~", "warn"],
  remove: ["-", "bad"]
}

export const render = (
  results: ReadonlyArray<ExportResult>,
  view: View,
  { all }: { readonly all: boolean }
): string => {
  if (results.length === 0)
    return "No export is declared. Add one to the `exports:` of a connector that can be written to."
  return [
    ...results.filter(({ changes }) => changes.length > 0).map((result) => cells(result, view, all)),
    RunTable.render(
      results,
      view,
      "tributary export",
      results.some(({ dryRun }) => dryRun)
    )
  ].join("\n\n")
}

const cells = (result: ExportResult, view: View, all: boolean): string => {
  const { changes, dryRun, status } = result
  const shown = all ? changes : changes.slice(0, samples)
  const width = Math.max(...shown.map(({ cell }) => Text.width(Text.printable(cell))))
  const left = changes.length - shown.length
  const changedCells = plural(changes.length, "cell")
  return [
    `${mark(status, view.style)} ${view.style("strong", label(result))} ${dryRun ? `would change ${changedCells}` : `changed ${changedCells}`}`,
    ...shown.map((change) => line(change, width, view)),
    ...(left > 0 ? [view.style("dim", `    and ${plural(left, "more cell")}: --all shows them`)] : [])
  ].join("\n")
}

const line = ({ after, before, cell, kind }: CellChange, width: number, view: View): string => {
  const [sign, tone] = signs[kind]
  const from = before === null ? "" : `${quoted(before)} → `
  const text = `${Text.pad(Text.printable(cell), width)}  ${kind === "remove" ? quoted(before) : `${from}${quoted(after)}`}`
  return `  ${view.style(tone, sign)} ${Text.cut(text, view.width - 4)}`
}

const quoted = (value: string | null): string => (value === null ? "empty" : JSON.stringify(Text.printable(value)))
