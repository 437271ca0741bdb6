/** `tokens`: lists the holders of named tokens for the API; makes and revokes tokens. */
import { DateTime, Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import * as ApiTokens from "../../database/audit/ApiTokens.ts"
import { Terminal } from "../render/terminal/Terminal.ts"
import * as TokensView from "../render/views/TokensView.ts"
import { layerEngine } from "../shared/Engine.ts"
import { operator } from "../shared/Operator.ts"
import { loadReadable } from "../shared/ReadableConfiguration.ts"
import { answer, stop } from "../shared/Root.ts"

const name = Argument.String("name").pipe(Argument.withDescription("As the audit names who used it"))

const scope = Flag.Literals("scope", ApiTokens.tokenScopes).pipe(
  Flag.withDescription(
    "read: look; operate: also sync, run, decide, reload; accounts: accounts, their schedules and tasks. Repeatable"
  ),
  Flag.atLeast(1)
)

/** A refused token is wrong usage. */
const refused = ({ message }: ApiTokens.TokenRefused) => stop(2, message)

const add = Command.make(
  "add",
  { name, scope },
  Effect.fn("cli.tokens.add")(function* (input) {
    const loaded = yield* loadReadable
    const token = yield* ApiTokens.make(input.name, input.scope, operator).pipe(
      Effect.catchTag("TokenRefused", refused),
      Effect.provide(layerEngine(loaded))
    )
    const { err } = yield* Terminal
    yield* err.write("Shown this once and kept nowhere:\n")
    yield* answer({ name: input.name, scopes: input.scope, token }, token)
  })
).pipe(
  Command.withDescription("Make a token and show it, once"),
  Command.withExamples([
    { command: "tributary tokens add grafana --scope read", description: "May look at everything" },
    { command: "tributary tokens add deploy --scope operate", description: "May also sync, run jobs and reload" }
  ])
)

const revoke = Command.make(
  "revoke",
  { name },
  Effect.fn("cli.tokens.revoke")(function* (input) {
    const loaded = yield* loadReadable
    yield* ApiTokens.revoke(input.name, operator).pipe(
      Effect.catchTag("TokenRefused", refused),
      Effect.provide(layerEngine(loaded))
    )
    yield* answer({ name: input.name, revoked: true }, `${input.name} is refused from now on.`)
  })
).pipe(Command.withDescription("Refuse it from now on, in every daemon on this database"))

export const tokens = Command.make(
  "tokens",
  {},
  Effect.fn("cli.tokens")(function* () {
    const loaded = yield* loadReadable
    const listed = yield* Effect.provide(ApiTokens.list, layerEngine(loaded))
    const now = DateTime.setZoneNamedUnsafe(yield* DateTime.now, loaded.daemon.timezone)
    yield* answer({ tokens: listed }, (screen) => TokensView.render(listed, now, screen))
  })
).pipe(
  Command.withDescription("Named tokens of the API; making and revoking one"),
  Command.withSubcommands([add, revoke])
)
