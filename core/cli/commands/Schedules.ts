/** `schedules`: when which entities of an account are synced by themselves. */
import { DateTime, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Accounts } from "../../accounts/Accounts.ts"
import * as Schedules from "../../accounts/Schedules.ts"
import { accountName } from "../../config/Account.ts"
import { DurationFromText } from "../../config/schema/Scalars.ts"
import * as SchedulesView from "../render/views/SchedulesView.ts"
import { account, asking, connector, initiator, looking, orStop } from "../shared/AccountCommand.ts"
import { answer } from "../shared/Root.ts"

const id = Argument.String("id").pipe(Argument.withDescription("As `tributary schedules` shows it"))

const entities = Flag.String("entities").pipe(
  Flag.withDescription("Names without the connector's, separated by commas; else all"),
  Flag.optional
)
const every = Flag.String("every").pipe(
  Flag.withSchema(DurationFromText),
  Flag.withDescription("An interval, as in 15m"),
  Flag.optional
)
const cron = Flag.String("cron").pipe(
  Flag.withDescription("A pattern as jobs have it, in the connector's time zone"),
  Flag.optional
)

const add = Command.make(
  "add",
  { connector, account, entities, every, cron },
  Effect.fn("cli.schedules.add")(function* ({ account, connector, cron, entities, every }) {
    const services = yield* asking
    const wanted = {
      entities: Option.match(entities, {
        onNone: () => null,
        onSome: (text) => text.split(",").map((one) => one.trim())
      }),
      every: Option.getOrUndefined(every),
      cron: Option.getOrUndefined(cron)
    }
    const made = yield* Effect.gen(function* () {
      const { find } = yield* Accounts
      return yield* Schedules.add(yield* find(connector, account), wanted, initiator)
    }).pipe(orStop, Effect.provide(services))
    const next = made.nextFire === null ? "" : ` It fires first at ${DateTime.formatIso(made.nextFire)}.`
    yield* answer(SchedulesView.document(made), `${made.id} is added to ${accountName(made.account)}.${next}`)
  })
).pipe(
  Command.withDescription("Sync entities of an account at intervals, or by a cron pattern"),
  Command.withExamples([
    {
      command: "tributary schedules add market shop1 --entities order --every 15m",
      description: "The orders of one account, every quarter of an hour"
    },
    {
      command: "tributary schedules add market shop1 --cron '0 3 * * 0'",
      description: "All of it, on Sundays at three"
    }
  ])
)

const changes = (
  verb: "disable" | "enable" | "remove",
  description: string,
  done: string,
  act: (id: string) => ReturnType<typeof Schedules.turn> | ReturnType<typeof Schedules.remove>
) =>
  Command.make(
    verb,
    { id },
    Effect.fn(`cli.schedules.${verb}`)(function* ({ id }) {
      const { services } = yield* looking
      const changed = yield* act(id).pipe(orStop, Effect.provide(services))
      yield* answer(SchedulesView.document(changed), `The schedule of ${accountName(changed.account)} ${done}`)
    })
  ).pipe(Command.withDescription(description))

const enable = changes("enable", "Let a schedule fire", "is on.", (id) => Schedules.turn(id, true, initiator))
const disable = changes("disable", "Keep a schedule from firing", "is off.", (id) =>
  Schedules.turn(id, false, initiator)
)
const remove = changes("remove", "Remove a schedule", "is removed.", (id) => Schedules.remove(id, initiator))

export const schedules = Command.make(
  "schedules",
  {},
  Effect.fn("cli.schedules")(function* () {
    const { services, timezone } = yield* looking
    const listed = yield* Effect.provide(Schedules.list(), services)
    const now = DateTime.setZoneNamedUnsafe(yield* DateTime.now, timezone)
    yield* answer({ schedules: listed.map(SchedulesView.document) }, (screen) =>
      SchedulesView.render(listed, now, screen)
    )
  })
).pipe(
  Command.withDescription("Schedules of accounts; adding, switching and removing one"),
  Command.withSubcommands([add, enable, disable, remove])
)
