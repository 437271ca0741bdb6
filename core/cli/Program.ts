/** The commands of Tributary, and how the program ends. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Layer } from "effect"
import { CliError, Command } from "effect/cli"
import { escapeControls } from "../observe/SafeText.ts"
import { type DescribedError, describe } from "../sync/RunFailure.ts"
import { commandsFor } from "./Commands.ts"
import * as Help from "./Help.ts"
import { Terminal } from "./render/terminal/Terminal.ts"
import { root } from "./shared/Root.ts"
import { Stop } from "./shared/Stop.ts"

const cli = (args: ReadonlyArray<string>) =>
  Effect.flatMap(commandsFor(args), (commands) =>
    Command.runWith(root.pipe(Command.withSubcommands(commands)), { version: "0.1.0" })(args)
  )

/** Reports in one sentence any failure that the command has not reported itself; wrong usage was already reported. */
const ended = (args: ReadonlyArray<string>) =>
  Effect.fnUntraced(function* (error: DescribedError) {
    if (error instanceof Stop) return yield* error
    if (error instanceof CliError.ShowHelp) {
      return error.errors.length === 0 ? undefined : yield* new Stop({ code: 2, message: "wrong usage" })
    }
    const { err, out } = yield* Terminal
    const message = describe(error)
    if (args.includes("--json")) yield* out.write(`${JSON.stringify({ error: message })}\n`)
    yield* err.write(`${escapeControls(message)}\n`)
    return yield* new Stop({ code: 1, message })
  })

/** Shows a bug with its location. The runtime would log it without the terminal, so secrets would not be removed. */
const broke = Effect.fnUntraced(function* (defect: unknown) {
  const message = "Something unexpected went wrong"
  const where = defect instanceof Error ? defect.stack : undefined
  const { err } = yield* Terminal
  yield* err.write(escapeControls(`${message}: ${where ?? String(defect)}\n`))
  return yield* new Stop({ code: 1, message })
})

/**
 * Runs one command line, without the program's name. A command that fails ends with a `Stop`, with everything already
 * reported.
 */
export const runCommandLine = (args: ReadonlyArray<string>) => {
  const [first, ...rest] = args
  const demo = Effect.promise(() => import("./commands/Demo.ts"))
  return Effect.suspend(() => (first === "demo" ? Effect.flatMap(demo, (it) => it.demo(rest, cli)) : cli(args))).pipe(
    Effect.catch(ended(args)),
    Effect.catchDefect(broke),
    Effect.provide(Help.layer.pipe(Layer.provideMerge(NodeServices.layer)))
  )
}

export const program = Effect.suspend(() => runCommandLine(process.argv.slice(2))).pipe(Effect.provide(Terminal.layer))
