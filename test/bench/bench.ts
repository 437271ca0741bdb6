/**
 * `npm run bench`: how fast the daemon is, each figure as a ratio to something measured in the same run. Prints a table
 * and writes `data/bench.json`. `--only a,b` runs some parts (`e`, the usual pattern, goes with a and b), `--rows` makes
 * the row benchmarks smaller, and `--quick` everything: it shows within a minute that each part still runs.
 */
import { cpus, release } from "node:os"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, FileSystem, Layer, Logger, Redacted, References } from "effect"
import { Command, Flag } from "effect/cli"
import { Terminal } from "../../core/cli/render/terminal/Terminal.ts"
import * as Embedded from "../../core/database/connection/Embedded.ts"
import * as Accounts from "./Accounts.ts"
import * as Api from "./Api.ts"
import { type Figure, met, render } from "./Figure.ts"
import * as Presses from "./Presses.ts"
import * as Rows from "./Rows.ts"
import * as Search from "./Search.ts"
import type { Setup } from "./Setup.ts"
import * as Size from "./Size.ts"
import * as Transforms from "./Transforms.ts"
import * as Whole from "./Whole.ts"
import * as WriteoffSteps from "./WriteoffSteps.ts"

const parts = {
  a: Whole.figures,
  b: Rows.figures,
  c: Size.memory,
  d: Size.growth,
  f: Api.figures,
  g: Search.figures,
  h: Presses.figures,
  i: WriteoffSteps.figures,
  j: Transforms.figures,
  k: Accounts.figures
}

const only = Flag.String("only").pipe(
  Flag.withDefault("a,b,c,d,e,f,g,h,i,j,k"),
  Flag.withDescription("Parts, as in a,b,e")
)
const rows = Flag.Int("rows").pipe(Flag.withDefault(200_000), Flag.withDescription("Records of the row benchmarks"))
const repeat = Flag.Int("repeat").pipe(Flag.withDefault(3), Flag.withDescription("Alternations of reference and ours"))

const quick = Flag.Boolean("quick").pipe(
  Flag.withDefault(false),
  Flag.withDescription("Each part once, small and near: whether it runs; the figures say nothing")
)

const output = "data/bench.json"
/** Of `--quick`. */
const fewRows = 1_000

const program = Command.make("bench", { only, rows, repeat, quick }, (input) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { err, out } = yield* Terminal
    const chosen = input.only.split(",")
    const directory = yield* fs.makeTempDirectoryScoped({ prefix: "tributary-bench-" })
    // The server's own user reads the file that COPY reads.
    yield* fs.chmod(directory, 0o755)
    const databaseUrl = Redacted.value(yield* Embedded.start({ directory: `${directory}/postgres` }))
    const setup: Setup = {
      directory,
      databaseUrl,
      repeat: input.quick ? 1 : input.repeat,
      rows: input.quick ? fewRows : Math.ceil(input.rows / 1_000) * 1_000,
      quick: input.quick,
      usual: chosen.includes("e")
    }
    const figures: Array<Figure> = []
    for (const [part, run] of Object.entries(parts)) {
      if (!chosen.includes(part)) continue
      yield* err.write(`measuring ${part} …\n`)
      figures.push(...(yield* run(setup)))
    }
    const { style } = yield* out.screen
    yield* out.write(`${render(figures, { width: 100, style })}\n`)
    const machine = { node: process.version, system: release(), cpus: cpus().map(({ model }) => model) }
    const answer = { machine, rows: setup.rows, figures: figures.map((one) => ({ ...one, met: met(one) })) }
    if (input.quick) return
    yield* fs.makeDirectory("data", { recursive: true })
    yield* fs.writeFileString(output, `${JSON.stringify(answer, undefined, 2)}\n`)
    yield* out.write(`\nEvery ratio is the median of its alternations; all of it is in ${output}.\n`)
  }).pipe(Effect.scoped)
)

Command.run(program, { version: "0.1.0" }).pipe(
  Effect.provide(
    Layer.mergeAll(
      NodeServices.layer,
      Terminal.layer,
      NodeHttpClient.layerUndici,
      Logger.layer([Logger.consolePretty()]),
      // The runs that a figure brings about are no news.
      Layer.succeed(References.MinimumLogLevel, "Warn")
    )
  ),
  NodeRuntime.runMain
)
