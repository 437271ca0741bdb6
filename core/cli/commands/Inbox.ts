/** `inbox`: lists the webhooks that were stored, shows one, and lets one be worked off again. */
import { DateTime, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import * as Inbox from "../../inbox/Inbox.ts"
import * as InboxRows from "../../inbox/InboxRows.ts"
import * as InboxView from "../render/views/InboxView.ts"
import { initiator } from "../shared/AccountCommand.ts"
import { layerEngine } from "../shared/Engine.ts"
import { limitOf } from "../shared/Flags.ts"
import { loadReadable } from "../shared/ReadableConfiguration.ts"
import { answer, stop } from "../shared/Root.ts"

const state = Flag.Literals("state", InboxRows.DeliveryState.literals).pipe(
  Flag.withDescription("Only those in it"),
  Flag.optional
)
const connector = Flag.String("connector").pipe(Flag.withDescription("Only those of this connector"), Flag.optional)
const id = Argument.Int("id").pipe(Argument.withDescription("As `tributary inbox` shows it"))

const orStop = <A, E, R>(effect: Effect.Effect<A, E | Inbox.InboxRefused, R>) =>
  Effect.catchIf(effect, isRefused, ({ message }) => stop(2, message))

const isRefused = (error: unknown): error is Inbox.InboxRefused => error instanceof Inbox.InboxRefused

/** What is only in the database needs no valid files. */
const looking = Effect.map(loadReadable, (loaded) => ({
  services: layerEngine(loaded),
  timezone: loaded.daemon.timezone
}))

const nowIn = (timezone: string) => Effect.map(DateTime.now, DateTime.setZoneNamedUnsafe(timezone))

const show = Command.make(
  "show",
  { id },
  Effect.fn("cli.inbox.show")(function* ({ id }) {
    const { services, timezone } = yield* looking
    const delivery = yield* Inbox.one(id).pipe(orStop, Effect.provide(services))
    const now = yield* nowIn(timezone)
    yield* answer(InboxView.detail(delivery), (screen) => InboxView.renderOne(delivery, now, screen))
  })
).pipe(Command.withDescription("What one holds, and what came of it"))

const replay = Command.make(
  "replay",
  { id },
  Effect.fn("cli.inbox.replay")(function* ({ id }) {
    const { services } = yield* looking
    const delivery = yield* Inbox.replay(id, initiator).pipe(orStop, Effect.provide(services))
    yield* answer(InboxView.detail(delivery), `A running daemon works off the delivery ${id} within seconds.`)
  })
).pipe(Command.withDescription("Let a dead letter, or one that was worked off, be worked off again"))

export const inbox = Command.make(
  "inbox",
  { state, connector, limit: limitOf("deliveries") },
  Effect.fn("cli.inbox")(function* ({ connector, limit, state }) {
    const { services, timezone } = yield* looking
    const wanted = { state: Option.getOrUndefined(state), connector: Option.getOrUndefined(connector) }
    const listed = yield* Effect.provide(InboxRows.list(wanted, limit), services)
    const now = yield* nowIn(timezone)
    yield* answer({ deliveries: listed.map(InboxView.document) }, (screen) => InboxView.render(listed, now, screen))
  })
).pipe(
  Command.withDescription("The webhooks that were stored, waiting, done and dead; showing and replaying one"),
  Command.withSubcommands([show, replay])
)
