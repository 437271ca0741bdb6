/** One figure of the benchmark: what was measured, beside what, in the same run, and what it should come to. */

import type { View } from "../../core/cli/render/terminal/Style.ts"
import { render as renderTable } from "../../core/cli/render/terminal/Table.ts"

export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

export interface Figure {
  /** As in `--only`. */
  readonly part: string
  readonly name: string
  readonly unit: string
  readonly ours: Spread
  readonly reference: Spread
  /** Of each alternation by itself, so that a slow moment of the machine slows both halves of it. */
  readonly ratio: Spread
  readonly target?: Target
  /** What was measured beside it and explains it. */
  readonly notes: ReadonlyArray<string>
}

export type Target = { readonly atMost: number } | { readonly atLeast: number }

/** One alternation. */
export interface Pair {
  readonly ours: number
  readonly reference: number
}

export const spread = (values: ReadonlyArray<number>): Spread => {
  const sorted = values.toSorted((left, right) => left - right)
  const at = (index: number) => sorted[index] ?? Number.NaN
  const middle = (sorted.length - 1) / 2
  return { min: at(0), median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, max: at(sorted.length - 1) }
}

export const figure = (
  about: Pick<Figure, "part" | "name" | "unit"> & { readonly target?: Target; readonly notes?: ReadonlyArray<string> },
  pairs: ReadonlyArray<Pair>
): Figure => ({
  notes: [],
  ...about,
  ours: spread(pairs.map(({ ours }) => ours)),
  reference: spread(pairs.map(({ reference }) => reference)),
  ratio: spread(pairs.map(({ ours, reference }) => ours / reference))
})

export const met = ({ ratio, target }: Figure): boolean | undefined => {
  if (target === undefined) return undefined
  return "atMost" in target ? ratio.median <= target.atMost : ratio.median >= target.atLeast
}

const amount = (value: number): string =>
  value >= 1_000
    ? Math.round(value).toLocaleString("en").replaceAll(",", " ")
    : value.toFixed(Number.isInteger(value) ? 0 : value < 10 ? 2 : 1)

const targetText = (target: Target | undefined): string => {
  if (target === undefined) return ""
  return "atMost" in target ? `≤ ${target.atMost.toFixed(2)}` : `≥ ${target.atLeast.toFixed(2)}`
}

/** A line for each figure; what limits a missed one stands below it. */
export const render = (figures: ReadonlyArray<Figure>, view: View): string =>
  renderTable(
    {
      columns: [
        { title: "", value: ({ part }: Figure) => part },
        { title: "figure", min: 20, value: ({ name }) => name },
        { title: "ours", align: "right", value: ({ ours, unit }) => `${amount(ours.median)} ${unit}` },
        { title: "reference", align: "right", value: ({ reference }) => amount(reference.median) },
        { title: "ratio", align: "right", value: ({ ratio }) => ratio.median.toFixed(2) },
        { title: "min–max", align: "right", value: ({ ratio }) => `${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)}` },
        { title: "target", align: "right", value: ({ target }) => targetText(target) },
        {
          title: "",
          value: (row) => {
            const verdict = met(row)
            if (verdict === undefined) return ""
            return verdict ? { text: "met", tone: "good" } : { text: "missed", tone: "bad" }
          }
        }
      ],
      rows: figures,
      note: (row) => (met(row) === false ? row.notes.map((text) => ({ text, tone: "dim" as const })) : [])
    },
    view
  )
