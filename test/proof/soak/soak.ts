/**
 * Runs a real daemon with everything on for any time: `npm run proof:soak -- --minutes 20`. It reports the growth per
 * hour of memory, descriptors, connections, catalog and disk, the availability, and the rows of its own tables.
 */
import { parseArgs } from "node:util"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { PgClient } from "@effect/sql-pg"
import { Console, Duration, Effect, Redacted } from "effect"
import * as Load from "./Load.ts"
import * as Place from "./Place.ts"
import * as Samples from "./Samples.ts"
import { percentile, perHour, type Sample } from "./Slope.ts"

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "20" }, chats: { type: "string", default: "50" } }
})
const minutes = Number(values.minutes)
const people = Number(values.chats)
if (!(minutes > 0) || !Number.isSafeInteger(people) || people < 1) {
  console.error("Usage: npm run proof:soak -- [--minutes 20] [--chats 50]")
  process.exit(2)
}

const pause = Duration.seconds(5)
/** Code is compiled and tables are created at first, so growth in this share of the time does not count. */
const warm = 0.25

const cell = (value: number) => (Number.isFinite(value) ? value.toFixed(Math.abs(value) < 100 ? 2 : 0) : "-")
const line = (name: string, ...cells: ReadonlyArray<number>) =>
  `${name.padEnd(24)}${cells.map((value) => cell(value).padStart(12)).join("")}`

class Series {
  readonly #samples = new Map<string, Array<Sample>>()

  add(at: number, figures: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(figures)) {
      const samples = this.#samples.get(name) ?? []
      samples.push({ at, value })
      this.#samples.set(name, samples)
    }
  }

  lines(from: number): ReadonlyArray<string> {
    return [...this.#samples].map(([name, all]) => {
      const samples = all.filter(({ at }) => at >= from)
      const values = samples.map(({ value }) => value)
      return line(
        name,
        values.at(0) ?? Number.NaN,
        percentile(values, 0.5),
        values.at(-1) ?? Number.NaN,
        perHour(samples)
      )
    })
  }
}

const availability = (name: string, { availability: share, failures, waits }: Load.Tally) => [
  `${name.padEnd(10)} ${(share * 100).toFixed(3)} % of ${waits.length + failures.length}, p50 ${cell(percentile(waits, 0.5))} ms, p99 ${cell(percentile(waits, 0.99))} ms, longest ${cell(Math.max(...waits))} ms`,
  ...failures.slice(0, 10).map((failure) => `  ${failure}`)
]

const program = Effect.gen(function* () {
  const place = yield* Place.make
  yield* Console.log(`${place.origin}, ${place.databaseUrl}, ${place.directory}, pid ${place.daemon.pid}`)
  yield* Effect.gen(function* () {
    const presses = yield* Load.crowd(place, people)
    const { api, health } = yield* Load.operator(place)
    const reloads = yield* Load.edits(place)
    yield* Load.trouble(place, people)
    const figures = new Series()
    const tables = new Series()
    const from = performance.now()
    const lasts = minutes * 60_000
    const first = yield* Samples.take(place)
    let last = first
    for (let at = 0; at < lasts; at = performance.now() - from) {
      if (place.daemon.exitCode !== null) return yield* Effect.die(`the daemon ended with ${place.daemon.exitCode}`)
      last = yield* Samples.take(place)
      figures.add(at, last.figures)
      tables.add(at, yield* Samples.tables)
      yield* Effect.sleep(pause)
    }
    const since = lasts * warm
    const heads = ["", "first", "median", "last", "per hour"]
    const head = heads.map((name, at) => (at === 0 ? name.padEnd(24) : name.padStart(12))).join("")
    const cores = ((last.processor - first.processor) * 1_000) / (performance.now() - from)
    const report = [
      `${minutes} minutes, ${people} chats, from minute ${cell(since / 60_000)}; the daemon took ${cell(cores)} of a core`,
      head,
      ...figures.lines(since),
      "",
      "rows of the daemon's own tables",
      head,
      ...tables.lines(since),
      "",
      ...availability("/health", health),
      ...availability("API", api),
      ...availability("reloads", reloads),
      ...availability("presses", presses)
    ]
    yield* Console.log(report.join("\n"))
  }).pipe(
    Effect.provide(
      PgClient.layer({ url: Redacted.make(place.databaseUrl), applicationName: "soak", maxConnections: 1 })
    )
  )
}).pipe(Effect.scoped)

NodeRuntime.runMain(program)
