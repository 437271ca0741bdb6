// @ts-check
/**
 * `<run-chart kind="duration|changes">`: an entity's history over time. The table of runs below has the same content.
 */
import uPlot from "/assets/uplot/uPlot.esm.js"
import { count, dayOf, duration, minuteOfDay, moment, timeOfDay } from "../base/format.js"
import { changesOf, durationsOf, runAt } from "./chart-series.js"

/** @import { Colours } from "./chart-series.js" */
/** @import { RecentRun } from "../types.js" */

const height = 190
const linear = 1
/** The inverse hyperbolic sine: a logarithm that is also defined for zero and below. */
const logarithmic = 4

const system = matchMedia("(prefers-color-scheme: dark)")

class RunChart extends HTMLElement {
  /** @type {RecentRun[]} */
  #runs = []
  #log = false
  /** @type {uPlot | null} */
  #plot = null
  #resize = new ResizeObserver(() => this.#fit())
  #again = () => this.#draw()

  set runs(/** @type {RecentRun[]} */ runs) {
    if (runs === this.#runs) return
    this.#runs = runs
    if (this.isConnected) this.#draw()
  }

  set log(/** @type {boolean} */ log) {
    if (log === this.#log) return
    this.#log = log
    if (this.isConnected) this.#draw()
  }

  connectedCallback() {
    this.#resize.observe(this)
    document.addEventListener("themechange", this.#again)
    system.addEventListener("change", this.#again)
    this.#draw()
  }

  disconnectedCallback() {
    this.#resize.disconnect()
    document.removeEventListener("themechange", this.#again)
    system.removeEventListener("change", this.#again)
    this.#plot?.destroy()
    this.#plot = null
  }

  #fit() {
    if (this.clientWidth > 0) this.#plot?.setSize({ width: this.clientWidth, height })
  }

  #draw() {
    this.#plot?.destroy()
    this.replaceChildren()
    const colours = coloursOf(this)
    const isDuration = this.getAttribute("kind") === "duration"
    const { data, label, range, series, title } = (isDuration ? durationsOf : changesOf)(this.#runs, colours)
    this.setAttribute("role", "img")
    this.setAttribute("aria-label", label)
    this.#plot = new uPlot(
      {
        width: Math.max(200, this.clientWidth),
        height,
        title,
        series: [{ label: "Started", value: (_, __, ___, i) => startOf(runAt(this.#runs, i)) }, ...series],
        scales: { x: { range: timeRange }, y: { distr: this.#log ? logarithmic : linear, range } },
        axes: [
          {
            ...axis(colours),
            size: (_, labels) => (labels?.some((label) => label.includes("\n")) ? 44 : 30),
            space: 70,
            values: (_, ticks, __, ___, step) => ticksOf(ticks, step)
          },
          {
            ...axis(colours),
            size: 66,
            values: (_, ticks) => ticks.map(isDuration ? duration : signed),
            ...(this.#log ? { splits: (_, __, low, top) => powers(low, top), filter: (_, ticks) => ticks } : {})
          }
        ],
        cursor: { y: false },
        ...(isDuration ? { hooks: { draw: [(plot) => crosses(plot, this.#runs, colours.deleted)] } } : {})
      },
      data,
      this
    )
  }
}

const startOf = (/** @type {RecentRun | undefined} */ run) => (run === undefined ? "" : moment(run.startedAt))

const minute = 60
const day = 24 * 60 * minute

/**
 * One run alone stands in the middle of an hour.
 * @returns {[number, number]}
 */
const timeRange = (/** @type {uPlot} */ _, /** @type {number} */ from, /** @type {number} */ to) =>
  from === to ? [from - 30 * minute, to + 30 * minute] : [from, to]

/** If steps are shorter than a day, ticks show the time; the first tick of each day also shows the day. */
const ticksOf = (/** @type {number[]} */ ticks, /** @type {number} */ step) => {
  const days = ticks.map((at) => dayOf(at * 1000))
  if (step >= day) return days
  const timeOf = step < minute ? timeOfDay : minuteOfDay
  return ticks.map((at, i) => `${timeOf(at * 1000)}${days[i] === days[i - 1] ? "" : `\n${days[i]}`}`)
}

const signed = (/** @type {number} */ n) => (!Number.isInteger(n) ? "" : n < 0 ? `\u2212${count(-n)}` : count(n))

/** The ticks of a logarithmic scale: zero, and the powers of ten above and below it. */
const powers = (/** @type {number} */ low, /** @type {number} */ top) => {
  const up = Array.from({ length: 12 }, (_, i) => 10 ** (i + 1))
  return [...up.map((n) => -n).reverse(), 0, ...up].filter((n) => n >= low && n <= top)
}

/**
 * The style sheet's colours as a canvas understands them.
 * @returns {Colours}
 */
const coloursOf = (/** @type {Element} */ element) => {
  const probe = document.createElement("i")
  element.append(probe)
  const read = (/** @type {string} */ name) => {
    probe.style.color = `var(--${name})`
    return getComputedStyle(probe).color
  }
  const colours = {
    text: read("dim"),
    line: read("line"),
    inserted: read("ok"),
    updated: read("accent"),
    deleted: read("failed")
  }
  probe.remove()
  return colours
}

const axis = (/** @type {Colours} */ { line, text }) => ({
  stroke: text,
  font: "11px system-ui, sans-serif",
  grid: { stroke: line, width: 1 },
  ticks: { stroke: line, width: 1, size: 4 }
})

/** Marks failed runs, each with a cross at its duration. */
const crosses = (/** @type {uPlot} */ plot, /** @type {RecentRun[]} */ runs, /** @type {string} */ colour) => {
  const { ctx } = plot
  const arm = 3.5 * devicePixelRatio
  const { max = 0, min = 0 } = plot.scales.x ?? {}
  ctx.save()
  ctx.beginPath()
  for (const { durationMs, startedAt, status } of runs) {
    const at = Date.parse(startedAt) / 1000
    if (status !== "failed" || at < min || at > max) continue
    const x = plot.valToPos(at, "x", true)
    const y = plot.valToPos(durationMs, "y", true)
    ctx.moveTo(x - arm, y - arm)
    ctx.lineTo(x + arm, y + arm)
    ctx.moveTo(x + arm, y - arm)
    ctx.lineTo(x - arm, y + arm)
  }
  ctx.strokeStyle = colour
  ctx.lineWidth = 2 * devicePixelRatio
  ctx.stroke()
  ctx.restore()
}

customElements.define("run-chart", RunChart)
