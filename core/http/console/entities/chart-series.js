// @ts-check
/** The data of the charts of an entity's runs, and a sentence with the same content for those who cannot see them. */
import uPlot from "/assets/uplot/uPlot.esm.js"
import { count, duration } from "../base/format.js"

/** @import { RecentRun } from "../types.js" */

/** @typedef {{ text: string, line: string, inserted: string, updated: string, deleted: string }} Colours */

/** @typedef {{ title: string, label: string, data: uPlot.AlignedData, series: uPlot.Series[],
 *   range: (plot: uPlot, low: number | null, top: number | null) => [number, number] }} Drawing */

/** The run under the pointer; the last one if there is none. */
export const runAt = (/** @type {RecentRun[]} */ runs, /** @type {number | null | undefined} */ i) => runs.at(i ?? -1)

const times = (/** @type {RecentRun[]} */ runs) => runs.map(({ startedAt }) => Date.parse(startedAt) / 1000)

/** @returns {Drawing} */
export const durationsOf = (/** @type {RecentRun[]} */ runs, /** @type {Colours} */ { updated }) => {
  const values = runs.map(({ durationMs }) => durationMs)
  const sorted = values.toSorted((a, b) => a - b)
  const failed = runs.filter(({ status }) => status === "failed").length
  const half = duration(sorted[Math.floor(sorted.length / 2)] ?? 0)
  return {
    title: "Duration (\u00d7 failed)",
    label:
      `Durations of ${runs.length} runs: half took ${half} or less, ` +
      `the longest ${duration(sorted.at(-1) ?? 0)}, ${failed} failed`,
    data: [times(runs), values],
    range: (_, __, top) => [0, Math.max(1, (top ?? 0) * 1.1)],
    series: [
      {
        label: "Took",
        stroke: updated,
        width: 1.5,
        points: { size: 4 },
        value: (_, __, ___, i) => duration(runAt(runs, i)?.durationMs ?? 0)
      }
    ]
  }
}

/**
 * Inserted and updated rows are stacked above zero; deleted rows hang below it.
 * @returns {Drawing}
 */
export const changesOf = (/** @type {RecentRun[]} */ runs, /** @type {Colours} */ colours) => {
  const written = runs.map(({ inserted, updated }) => inserted + updated)
  const sum = (/** @type {"inserted" | "updated" | "deleted"} */ kind) =>
    count(runs.reduce((total, run) => total + run[kind], 0))
  /** @returns {uPlot.Series} */
  const bars = (/** @type {"inserted" | "updated" | "deleted"} */ kind, /** @type {string} */ sign) => ({
    label: `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`,
    stroke: colours[kind],
    fill: colours[kind],
    width: 0,
    points: { show: false },
    value: (_, __, ___, i) => {
      const n = runAt(runs, i)?.[kind] ?? 0
      return n === 0 ? "0" : `${sign}${count(n)}`
    },
    ...(uPlot.paths.bars === undefined ? {} : { paths: uPlot.paths.bars({ size: [0.7, 10, 2] }) })
  })
  return {
    title: "Rows changed",
    label:
      `Rows changed in ${runs.length} runs: ${sum("inserted")} inserted, ${sum("updated")} updated, ` +
      `${sum("deleted")} deleted`,
    // The longer bar of a stack is drawn first.
    data: [times(runs), written, runs.map(({ inserted }) => inserted), runs.map(({ deleted }) => -deleted)],
    range: (_, low, top) => [Math.min(0, (low ?? 0) * 1.1), Math.max(1, (top ?? 0) * 1.1)],
    series: [bars("updated", "~"), bars("inserted", "+"), bars("deleted", "\u2212")]
  }
}
