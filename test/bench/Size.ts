/** What a million records cost: memory of the daemon's process, and time for each row compared with ten thousand. */
import { fileURLToPath } from "node:url"
import { Effect, FileSystem, Schedule, Schema, Stream } from "effect"
import { ChildProcess } from "effect/process"
import { RunResult } from "../../core/sync/RunResult.ts"
import * as Child from "./Child.ts"
import { layerEngine, rowsOf, sync } from "./Engine.ts"
import { Source } from "./FarProtocol.ts"
import { figure, type Pair } from "./Figure.ts"
import { fresh, timedSync } from "./Rows.ts"
import { type Setup, writeConfig } from "./Setup.ts"

const allowedMegabytes = 350
const smallPerRound = 5

const main = fileURLToPath(new URL("../../core/main.ts", import.meta.url))

const decodeAnswer = Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Struct({ runs: Schema.Array(RunResult) })))

/** The most memory the process has held so far, in megabytes, as the kernel knows it. */
const highWater = (pid: number) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFileString(`/proc/${pid}/status`)).pipe(
    Effect.map((status) => Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1] ?? 0) / 1_000),
    // It has ended.
    Effect.orElseSucceed(() => 0)
  )

/** One run of the whole program, watched until it ends. */
const watched = Effect.fnUntraced(function* (
  { config, env }: { readonly config: string; readonly env: Readonly<Record<string, string>> },
  entity: "large" | "small",
  rows: number
) {
  const handle = yield* ChildProcess.make(
    process.execPath,
    [main, "--config", config, "--json", "sync", `bench.${entity}`],
    {
      env: { ...env },
      extendEnv: true,
      stderr: "ignore"
    }
  )
  let peak = 0
  const look = Effect.tap(highWater(handle.pid), (megabytes) =>
    Effect.sync(() => {
      peak = Math.max(peak, megabytes)
    })
  )
  const watching = Effect.andThen(Effect.repeat(look, Schedule.spaced("50 millis")), Effect.never)
  const output = yield* Effect.raceFirst(handle.stdout.pipe(Stream.decodeText(), Stream.mkString), watching)
  const { inserted, unchanged } = rowsOf((yield* decodeAnswer(output)).runs)
  if (inserted + unchanged !== rows) return yield* Effect.die(`${inserted + unchanged} of ${rows} rows arrived`)
  return peak
}, Effect.scoped)

const prepare = Effect.fnUntraced(function* (setup: Setup) {
  const [large, small] = [setup.rows * 5, Math.ceil(setup.rows / 20_000) * 1_000]
  const { url } = yield* Child.start("source.ts", Source, { args: [String(large)] })
  const config = `${setup.directory}/size`
  yield* writeConfig(config, { large: { format: "json", rows: large }, small: { format: "json", rows: small } })
  return { large, small, config, env: { DATABASE_URL: setup.databaseUrl, BENCH_URL: url } }
})

const count = (rows: number): string => rows.toLocaleString("en").replaceAll(",", " ")

export const memory = Effect.fn("bench.memory")(function* (setup: Setup) {
  const prepared = yield* prepare(setup)
  const { large, small } = prepared
  // The first run finds no table, the second finds every row as it is.
  const pairs = yield* Effect.forEach(["new", "unchanged"], () =>
    Effect.map(watched(prepared, "large", large), (ours): Pair => ({ ours, reference: allowedMegabytes }))
  )
  const little = yield* watched(prepared, "small", small)
  return [
    figure(
      {
        part: "c",
        name: `peak memory, ${count(large)} records`,
        unit: "MB",
        target: { atMost: 1 },
        notes: [`${Math.round(little)} MB at ${count(small)} records`]
      },
      pairs
    )
  ]
}, Effect.scoped)

export const growth = Effect.fn("bench.growth")(function* (setup: Setup) {
  const { config, env, large, small } = yield* prepare(setup)
  const microsecondsPerRow = (entity: "large" | "small", rows: number) =>
    Effect.andThen(
      fresh(`bench_${entity}`),
      Effect.map(timedSync(entity, { inserted: rows, unchanged: 0 }), ({ total }) => (total / rows) * 1_000_000)
    )
  const pairs = yield* Effect.gen(function* () {
    // Once for nothing: makes the tables, warms the code.
    yield* sync([])
    const found: Array<Pair> = []
    for (let at = 0; at < 2; at++) {
      const smalls = yield* Effect.replicateEffect(microsecondsPerRow("small", small), smallPerRound)
      const reference = smalls.toSorted((left, right) => left - right)[Math.floor(smallPerRound / 2)] ?? Number.NaN
      found.push({ ours: yield* microsecondsPerRow("large", large), reference })
    }
    return found
  }).pipe(Effect.provide(layerEngine(config, env)))
  return [
    figure(
      {
        part: "d",
        name: `time per row, ${count(large)} to ${count(small)}`,
        unit: "µs",
        target: { atMost: 1.3 }
      },
      pairs
    )
  ]
}, Effect.scoped)
