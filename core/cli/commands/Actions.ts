/**
 * `action` runs one action now; `actions` lists the actions and their outcomes, and decides entries whose outcome is
 * unknown.
 */
import { DateTime, Effect, Layer, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Actions } from "../../actions/Actions.ts"
import { fromText } from "../../actions/LogJson.ts"
import * as ActionsView from "../render/views/ActionsView.ts"
import { layerEngine } from "../shared/Engine.ts"
import { limitOf, toggle } from "../shared/Flags.ts"
import { operator } from "../shared/Operator.ts"
import { loadReadable } from "../shared/ReadableConfiguration.ts"
import { answer, declarations, stop } from "../shared/Root.ts"
import { Stop } from "../shared/Stop.ts"

const services = (loaded: Effect.Success<typeof declarations>) => ({
  timezone: loaded.daemon.timezone,
  services: Layer.provideMerge(Actions.layer, layerEngine(loaded))
})

/** Running an action needs valid files; viewing the log or deciding on an entry needs only the database. */
const doing = Effect.map(declarations, services)
const layer = Effect.map(loadReadable, services)

const input = Flag.String("input").pipe(
  Flag.withDescription('Its input, as JSON: \'{"store": "Бар (Мира)"}\''),
  Flag.optional
)
const dryRun = toggle("dry-run", "Say what would be sent, and send nothing")

export const action = Command.make(
  "action",
  { id: Argument.String("id").pipe(Argument.withDescription("As `tributary actions` shows it")), input, dryRun },
  Effect.fn("cli.action")(function* (given) {
    const { services } = yield* doing
    yield* Effect.gen(function* () {
      const actionInput = yield* fromText(Option.getOrElse(given.input, () => "{}")).pipe(
        Effect.catchTag("SchemaError", () => stop(2, "--input is not JSON"))
      )
      const ran = yield* Effect.flatMap(Actions, (actions) =>
        actions.run(given.id, actionInput, { trigger: "cli", actor: operator, dryRun: given.dryRun })
      ).pipe(Effect.catch(({ message }) => stop(2, message)))
      yield* answer(ran, (screen) => ActionsView.renderRun(ran, screen))
      if (ran.status === "failed") return yield* new Stop({ code: 1, message: `the action ${given.id} failed` })
    }).pipe(Effect.provide(services))
  })
).pipe(
  Command.withDescription("Do something to an outside system now, at most once"),
  Command.withExamples([
    { command: "tributary action iiko.negative-transfer --dry-run", description: "What it would send" }
  ])
)

const limit = limitOf("entries")

const log = Command.make(
  "log",
  { limit },
  Effect.fn("cli.actions.log")(function* ({ limit }) {
    const { services, timezone } = yield* layer
    yield* Effect.gen(function* () {
      const entries = yield* Effect.flatMap(Actions, (actions) => actions.log({ limit }))
      const now = DateTime.setZoneNamedUnsafe(yield* DateTime.now, timezone)
      yield* answer({ entries }, (screen) => ActionsView.renderLog(entries, now, screen))
    }).pipe(Effect.provide(services))
  })
).pipe(Command.withDescription("Everything that was ever to be sent, newest first"))

const resolve = Command.make(
  "resolve",
  {
    id: Argument.Int("id").pipe(Argument.withDescription("As `tributary actions log` shows it")),
    as: Argument.Literals("as", ["done", "failed"]).pipe(
      Argument.withDescription("done: it was applied; failed: it was not, and may be sent again")
    )
  },
  Effect.fn("cli.actions.resolve")(function* ({ as, id }) {
    const { services } = yield* layer
    yield* Effect.gen(function* () {
      const entry = yield* Effect.flatMap(Actions, (actions) => actions.resolve(id, as, operator)).pipe(
        Effect.catchTag("ActionSettled", ({ message }) => stop(1, message))
      )
      const next = as === "failed" ? " It is sent again when the action runs again." : ""
      yield* answer(entry, `"${entry.what}" is ${entry.status}.${next}`)
    }).pipe(Effect.provide(services))
  })
).pipe(Command.withDescription("Decide on an entry whose outcome is unknown"))

export const actions = Command.make(
  "actions",
  {},
  Effect.fn("cli.actions")(function* () {
    const { services, timezone } = yield* layer
    yield* Effect.gen(function* () {
      const listed = yield* Effect.flatMap(Actions, ({ list }) => list)
      const now = DateTime.setZoneNamedUnsafe(yield* DateTime.now, timezone)
      yield* answer({ actions: listed }, (screen) => ActionsView.render(listed, now, screen))
    }).pipe(Effect.provide(services))
  })
).pipe(
  Command.withDescription("What can be done to outside systems, and what became of it"),
  Command.withSubcommands([log, resolve])
)
