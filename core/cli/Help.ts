/** Who shows help, the version and wrong usage: this terminal, in the words of `HelpView`. */
import { Effect, Layer } from "effect"
import { CliConfig, CliOutput, GlobalFlag } from "effect/cli"
import * as HelpView from "./render/HelpView.ts"
import { Terminal } from "./render/Terminal.ts"

const presenter = Effect.map(
  Terminal,
  ({ err, out }): CliOutput.Presenter => ({
    present: Effect.fnUntraced(function* (event) {
      switch (event._tag) {
        case "Help":
          return yield* out.write(`${HelpView.render(event.helpDoc, yield* out.screen)}\n`)
        case "Version":
          return yield* out.write(`${event.name} ${event.version}\n`)
        case "InvalidInvocation": {
          const text = HelpView.wrongUsage(event.errors, event.helpDoc, yield* err.screen)
          if (process.argv.includes("--json")) yield* out.write(`${JSON.stringify({ error: text.split("\n")[0] })}\n`)
          return yield* err.write(`${text}\n`)
        }
      }
    })
  })
)

/** Completions work, and are no line of every help; what else the library offers is left out. */
export const layer = Layer.mergeAll(
  Layer.unwrap(Effect.map(presenter, CliOutput.layerPresenter)),
  CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] })
)
