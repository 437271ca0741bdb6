/** Shows help, the version and wrong usage on this terminal, with the texts of `HelpView`. */
import { Effect, Layer } from "effect"
import { CliConfig, CliOutput, GlobalFlag } from "effect/cli"
import { Terminal } from "./render/terminal/Terminal.ts"
import * as HelpView from "./render/views/HelpView.ts"

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

/** Completions work, but are not listed in every help; other options of the library are left out. */
export const layer = Layer.mergeAll(
  Layer.unwrap(Effect.map(presenter, CliOutput.layerPresenter)),
  CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] })
)
