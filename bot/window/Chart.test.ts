import { inflateSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { colours, type RunsOfDay, runsChart } from "./Chart.ts"

const translator = {
  title: "Запуски за неделю",
  ok: "успешно",
  warning: "с замечаниями",
  failed: "с ошибкой",
  empty: "Запусков не было"
}
const week: ReadonlyArray<RunsOfDay> = Array.from({ length: 7 }, (_, at) => ({
  day: `2026-11-2${at}`,
  ok: 300 + at,
  warning: at,
  failed: 0
}))

/** Returns eight bits of red, green, blue and opacity for each pixel, after undoing the filters of PNG's rows. */
const pixelsOf = (png: Uint8Array) => {
  const bytes = Buffer.from(png)
  assert.deepEqual([...bytes.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
  assert.deepEqual([...bytes.subarray(24, 29)], [8, 6, 0, 0, 0])
  const parts: Array<Buffer> = []
  for (let at = 8; at < bytes.length; at += bytes.readUInt32BE(at) + 12) {
    if (bytes.toString("latin1", at + 4, at + 8) !== "IDAT") continue
    parts.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)))
  }
  const raw = inflateSync(Buffer.concat(parts))
  const stride = width * 4
  const pixels = Buffer.alloc(stride * height)
  const before = (row: number, at: number) => (row < 0 || at < 0 ? 0 : (pixels[row * stride + at] ?? 0))
  for (let row = 0; row < height; row++) {
    const filter = raw[row * (stride + 1)]
    for (let at = 0; at < stride; at++) {
      const [left, up, corner] = [before(row, at - 4), before(row - 1, at), at < 4 ? 0 : before(row - 1, at - 4)]
      const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)]
      const paeth = a <= b && a <= c ? left : b <= c ? up : corner
      const guess = [0, left, up, (left + up) >> 1, paeth][filter ?? 0] ?? 0
      pixels[row * stride + at] = (raw[row * (stride + 1) + 1 + at] ?? 0) + guess
    }
  }
  const colourAt = (x: number, y: number) => pixels.readUIntBE(y * stride + x * 4, 3)
  /** Counts the pixels of an area that have a wanted colour. */
  const count = (from: { x: number; y: number }, to: { x: number; y: number }, wanted: (colour: number) => boolean) => {
    let found = 0
    for (let y = from.y; y < to.y; y++) for (let x = from.x; x < to.x; x++) if (wanted(colourAt(x, y))) found++
    return found
  }
  return { width, height, count }
}

const isDark = (colour: number) => colour >> 16 < 0x60
const numberOf = (colour: string) => Number.parseInt(colour.slice(1), 16)
const inkOfTitle = (title: string) =>
  pixelsOf(runsChart(week, { ...translator, title })).count({ x: 60, y: 20 }, { x: 1200, y: 140 }, isDark)
const plotted = (days: ReadonlyArray<RunsOfDay>, colour: string) =>
  pixelsOf(runsChart(days, translator)).count(
    { x: 180, y: 290 },
    { x: 1760, y: 675 },
    (one) => one === numberOf(colour)
  )

describe("the picture of the last days' runs", () => {
  it("is a PNG of twice 900 by 420", () => {
    const { height, width } = pixelsOf(runsChart(week, translator))
    assert.deepEqual([width, height], [1800, 840])
  })

  it("has its Cyrillic title drawn, letter by letter", () => {
    const [none, one, other] = ["", "Щщщщщ", "Ггггг"].map(inkOfTitle)
    assert.strictEqual(none, 0)
    assert.isAbove(other ?? 0, 500)
    // A font without these letters would draw the same box for both.
    assert.isAbove(one ?? 0, (other ?? 0) * 1.5)
  })

  it("shows a single failure among hundreds of runs, and more of them as more", () => {
    const failing = (failed: number) => week.map((day, at) => (at === 3 ? { ...day, failed } : day))
    const [none, one, many] = [0, 1, 100].map((failed) => plotted(failing(failed), colours.failed))
    assert.strictEqual(none, 0)
    assert.isAbove(one ?? 0, 500)
    assert.isAbove(many ?? 0, (one ?? 0) * 3)
    assert.isAbove(plotted(week, colours.ok), plotted(week, colours.warning))
  })

  it("says that there were no runs where there were none, with days or without", () => {
    const quiet = week.map(({ day }) => ({ day, ok: 0, warning: 0, failed: 0 }))
    for (const days of [quiet, []]) {
      const { count } = pixelsOf(runsChart(days, translator))
      assert.isAbove(
        count({ x: 180, y: 290 }, { x: 1760, y: 675 }, (colour) => colour !== 0xffffff),
        500
      )
      assert.strictEqual(plotted(days, colours.ok), 0)
    }
  })

  it("has colours of different lightness, for those who see no red or no green", () => {
    const channel = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    const lightness = (colour: string) => {
      const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
        channel(Number.parseInt(colour.slice(at, at + 2), 16) / 255)
      )
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
    const [failed = 0, ok = 0, warning = 0] = [colours.failed, colours.ok, colours.warning].map(lightness)
    assert.isAbove((ok + 0.05) / (failed + 0.05), 1.6)
    assert.isAbove((warning + 0.05) / (ok + 0.05), 1.6)
  })

  it("takes texts, days and numbers as they come", () => {
    const odd = { ...translator, title: `<&">'\u0000 \ud800 😀`, ok: "</text>" }
    const days = [{ day: "today", ok: 1, warning: 0, failed: 0 }]
    assert.strictEqual(pixelsOf(runsChart(days, odd)).width, 1800)
    const month = Array.from({ length: 60 }, (_, at) => ({ day: "2026-11-27", ok: at * 1_000, warning: 0, failed: 3 }))
    assert.strictEqual(pixelsOf(runsChart(month, translator)).width, 1800)
  })
})
