#!/usr/bin/env node
/** Tributary: keeps a PostgreSQL database an honest mirror of outside systems. */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import { CliError, Command } from "effect/cli"
import { apply } from "./cli/Apply.ts"
import { check } from "./cli/Check.ts"
import { deletes } from "./cli/Deletes.ts"
import { demo } from "./cli/Demo.ts"
import { discover } from "./cli/Discover.ts"
import { doctor } from "./cli/Doctor.ts"
import { jobs } from "./cli/Jobs.ts"
import { log } from "./cli/Log.ts"
import { plan } from "./cli/Plan.ts"
import { root } from "./cli/Root.ts"
import { run } from "./cli/Run.ts"
import { Terminal } from "./cli/render/Terminal.ts"
import { sandbox } from "./cli/Sandbox.ts"
import { schema } from "./cli/Schema.ts"
import { start } from "./cli/Start.ts"
import { status } from "./cli/Status.ts"
import { Stop } from "./cli/Stop.ts"
import { sync } from "./cli/Sync.ts"

const cli = Command.runWith(
  root.pipe(
    Command.withSubcommands([
      start,
      check,
      doctor,
      plan,
      apply,
      sync,
      run,
      jobs,
      discover,
      deletes,
      status,
      log,
      schema,
      sandbox
    ])
  ),
  { version: "0.1.0" }
)

/** Whatever a command did not tell itself is told here, in one sentence; the help of wrong usage was shown already. */
const ended = Effect.fnUntraced(function* (error: { readonly _tag: string; readonly message: string }) {
  if (error instanceof Stop) return yield* error
  if (error instanceof CliError.ShowHelp) {
    return error.errors.length === 0 ? undefined : yield* new Stop({ code: 2, message: "wrong usage" })
  }
  const { err, out } = yield* Terminal
  if (process.argv.includes("--json")) yield* out.write(`${JSON.stringify({ error: error.message })}\n`)
  yield* err.write(`${error.message}\n`)
  return yield* new Stop({ code: 1, message: error.message })
})

const [first, ...rest] = process.argv.slice(2)

Effect.suspend(() => (first === "demo" ? demo(rest, cli) : cli(process.argv.slice(2)))).pipe(
  Effect.catch(ended),
  Effect.provide(Layer.mergeAll(NodeServices.layer, Terminal.layer)),
  NodeRuntime.runMain
)
