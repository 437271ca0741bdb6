/**
 * A picture of how the runs of the last days ended: a bar for each day, as PNG, drawn without the machine's fonts so
 * that it looks the same everywhere. Telegram shows it at about two fifths of its size, so nothing in it is small.
 */
import { createRequire } from "node:module"
import { Resvg } from "@resvg/resvg-js"
import { DateTime, Option } from "effect"

export interface RunsOfDay {
  /** `2026-11-27`. */
  readonly day: string
  readonly ok: number
  readonly warning: number
  readonly failed: number
}

export interface ChartWords {
  readonly title: string
  readonly ok: string
  readonly warning: string
  readonly failed: string
  /** The label of a day without runs. Default: a dash. */
  readonly empty?: string
  /** The locale of the weekdays' names. Default: `ru`. */
  readonly locale?: string
}

const [width, height, zoom] = [900, 420, 2]
const plot = { left: 88, right: width - 24, top: 146, bottom: height - 80 }

/** From the bottom up. They also differ in lightness, for people who cannot distinguish red from green. */
export const colours = { ok: "#5aa89b", warning: "#ffc83d", failed: "#a3123a" } as const
const outcomes = ["ok", "warning", "failed"] as const

const [ink, faint, line] = ["#1d2733", "#5d6b7a", "#dde3ea"]

/** A single failure among hundreds of runs must be visible. */
const leastHeight = 5

const { resolve } = createRequire(import.meta.url)
const font = "@expo-google-fonts/golos-text"
const options = {
  font: {
    loadSystemFonts: false,
    fontFiles: ["400Regular/GolosText_400Regular.ttf", "600SemiBold/GolosText_600SemiBold.ttf"].map((file) =>
      resolve(`${font}/${file}`)
    ),
    defaultFontFamily: "Golos Text"
  },
  fitTo: { mode: "zoom" as const, value: zoom }
}

/** Draws the days, the oldest first. */
export const runsChart = (days: ReadonlyArray<RunsOfDay>, translator: ChartWords): Uint8Array =>
  new Resvg(drawing(days, translator), options).render().asPng()

const drawing = (days: ReadonlyArray<RunsOfDay>, words: ChartWords): string => {
  const most = Math.max(0, ...days.map(runsOf))
  const inside =
    most === 0
      ? text(words.empty ?? "—", (plot.left + plot.right) / 2, (plot.top + plot.bottom) / 2 + 10, {
          anchor: "middle",
          fill: faint,
          size: 32
        })
      : bars(days, most)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<rect width="${width}" height="${height}" fill="#ffffff"/>
${text(words.title, 32, 54, { size: 34, weight: 600 })}
${legend(words)}
${inside}
<path d="M${plot.left} ${plot.bottom}H${plot.right}" stroke="${faint}" stroke-width="2"/>
${dayNames(days, words.locale ?? "ru")}
</svg>`
}

const runsOf = ({ failed, ok, warning }: RunsOfDay): number => ok + warning + failed

interface Style {
  readonly anchor?: "start" | "middle" | "end"
  readonly fill?: string
  readonly size?: number
  readonly weight?: 400 | 600
}

const text = (
  content: string,
  x: number,
  y: number,
  { anchor = "start", fill = ink, size = 26, weight = 400 }: Style = {}
): string =>
  `<text x="${x}" y="${y}" font-family="Golos Text" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" fill="${fill}">${escaped(content)}</text>`

/** Removes characters that XML cannot hold, in whatever spelling. */
const escaped = (content: string): string =>
  content
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)

/** The average width of a letter in the legend: only the renderer knows that of a word. */
const letter = 15.2

const legend = (words: ChartWords): string => {
  let x = 32
  return outcomes
    .map((outcome) => {
      const mark = `<rect x="${x}" y="83" width="22" height="22" rx="5" fill="${colours[outcome]}"/>`
      const entry = `${mark}${text(words[outcome], x + 34, 102)}`
      x += 34 + words[outcome].length * letter + 34
      return entry
    })
    .join("\n")
}

/** Draws the grid, and the bars before it. */
const bars = (days: ReadonlyArray<RunsOfDay>, most: number): string => {
  const step = stepFor(most)
  const top = Math.ceil(most / step) * step
  const scale = (plot.bottom - plot.top) / top
  const grid = Array.from({ length: top / step }, (_, at) => (at + 1) * step).map((value) => {
    const y = plot.bottom - value * scale
    return `<path d="M${plot.left} ${y}H${plot.right}" stroke="${line}" stroke-width="2"/>
${text(String(value), plot.left - 14, y + 9, { anchor: "end", fill: faint })}`
  })
  return [...grid, ...days.map((day, at) => bar(day, placeOf(at, days.length), scale))].join("\n")
}

/** Returns a round step that needs only two or three lines. */
const stepFor = (most: number): number => {
  const rough = most / 3
  const power = 10 ** Math.floor(Math.log10(rough))
  const round = [1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10
  return Math.max(1, round * power)
}

interface Place {
  readonly middle: number
  /** The width of the bar. */
  readonly width: number
  /** The width of the day. */
  readonly slot: number
}

const placeOf = (at: number, count: number): Place => {
  const slot = (plot.right - plot.left) / count
  return { middle: plot.left + slot * (at + 0.5), width: Math.min(72, slot * 0.62), slot }
}

const bar = (day: RunsOfDay, { middle, slot, width: wide }: Place, scale: number): string => {
  let y = plot.bottom - 1
  const parts = outcomes
    .filter((outcome) => day[outcome] > 0)
    .map((outcome) => {
      const high = Math.max(leastHeight, day[outcome] * scale)
      y -= high
      // The white edge separates adjacent colours.
      return `<rect x="${middle - wide / 2}" y="${y}" width="${wide}" height="${high}" fill="${colours[outcome]}" stroke="#ffffff" stroke-width="1.5"/>`
    })
  const isNarrow = slot < 34
  const count =
    day.failed > 0 && !isNarrow
      ? text(String(day.failed), middle, y - 8, { anchor: "middle", fill: colours.failed, weight: 600 })
      : ""
  return `${parts.join("")}${count}`
}

/** Returns as many names as fit, and always that of the last day. */
const dayNames = (days: ReadonlyArray<RunsOfDay>, locale: string): string => {
  const every = Math.ceil(days.length / 14)
  return days
    .map(({ day }, at) => {
      if ((days.length - 1 - at) % every !== 0) return ""
      const { middle } = placeOf(at, days.length)
      const [weekday, date] = namesOf(day, locale)
      return (
        text(weekday, middle, plot.bottom + 34, { anchor: "middle" }) +
        text(date, middle, plot.bottom + 64, { anchor: "middle", fill: faint, size: 24 })
      )
    })
    .join("\n")
}

const namesOf = (day: string, locale: string): readonly [weekday: string, date: string] =>
  Option.match(DateTime.make(`${day}T00:00:00Z`), {
    onNone: () => ["", day],
    onSome: (at) => [DateTime.formatUtc(at, { locale, weekday: "short" }), `${DateTime.toPartsUtc(at).day}`]
  })
