/**
 * `check`: validates the configuration offline, reports every problem at once, and runs every example. With `--live` it
 * checks the sources too.
 */
import { Effect } from "effect"
import { Command } from "effect/cli"
import { renderDiagnostics } from "../../config/Diagnostic.ts"
import { restingJobs } from "../../config/OffConnectors.ts"
import { render as renderReason } from "../../reason/Reason.ts"
import { checkExamples } from "../../sync/discover/Examples.ts"
import { plural } from "../render/terminal/Format.ts"
import { wrapMessage } from "../render/terminal/Prose.ts"
import type { Screen } from "../render/terminal/Terminal.ts"
import { toggle, trace } from "../shared/Flags.ts"
import { answer, declarations, stop } from "../shared/Root.ts"
import { selectors } from "../shared/Selection.ts"
import { Stop } from "../shared/Stop.ts"

const live = toggle(
  "live",
  "Read one page of each entity, or of those selected, make rows of it, and hold its fields against the declared ones"
)

export const check = Command.make(
  "check",
  { selectors, live, trace },
  Effect.fn("cli.check")(function* (input) {
    if (!input.live && input.selectors.length > 0) {
      return yield* stop(2, "check reads all files; a selector says what --live reads: check --live iiko.product")
    }
    if (!input.live && input.trace) {
      return yield* stop(
        2,
        "check reaches nothing that --trace could show; check --live --trace reads a page of each entity"
      )
    }
    const loaded = yield* declarations
    const { connectors, plugins } = loaded
    const entities = connectors.flatMap((connector) => connector.entities)
    const diagnostics = entities.flatMap(checkExamples)
    if (diagnostics.length > 0) {
      return yield* stop(78, renderDiagnostics(diagnostics), { error: "examples failed", diagnostics })
    }
    const examples = entities.reduce((sum, entity) => sum + entity.examples.length, 0)
    const counts = [
      plural(connectors.length, "connector"),
      plural(entities.length, "entity", "entities"),
      ...(plugins.length === 0 ? [] : [plural(plugins.length, "plugin")])
    ]
    const resting = restingJobs(loaded.jobs).map(renderReason)
    const document = {
      ...{ connectors: connectors.length, entities: entities.length, plugins: plugins.length },
      ...{ examples, resting }
    }
    const valid = `The configuration is valid: ${counts.join(", ")}, ${plural(examples, "example")} passed.`
    const notes = resting.map((note) => `Note: ${note}.`)
    const text = ({ width }: Screen) => wrapMessage([valid, ...notes].join("\n"), width)
    if (!input.live) return yield* answer(document, text)
    // Reading takes parts that checking the files has no use for.
    const { checkLive, render } = yield* Effect.promise(() => import("./CheckLive.ts"))
    const looks = yield* checkLive(loaded, input.selectors, input.trace)
    yield* answer({ ...document, live: looks }, (screen) => `${text(screen)}\n\n${render(looks, screen)}`)
    if (looks.some(({ verdict }) => verdict === "failed")) {
      return yield* new Stop({ code: 1, message: "some entities could not be read, or their records become no rows" })
    }
  })
).pipe(
  Command.withDescription("Check the configuration without reaching anything, or with --live against the sources"),
  Command.withExamples([
    { command: "tributary check", description: "Every problem of the files at once" },
    { command: "tributary check --live 'iiko.*'", description: "Which fields the source has, and which are declared" }
  ])
)
