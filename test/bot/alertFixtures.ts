/** What tests of alerts share: two admins, the notifier without the rest of the bot, and the stored messages. */
import { Duration, Effect, Fiber, Layer, Redacted, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { configOf } from "../../bot/Config.ts"
import * as AlertNotifier from "../../bot/features/alerts/AlertNotifier.ts"
import { Locales } from "../../bot/i18n/Locales.ts"
import { ConnectorModule } from "../../bot/kernel/ConnectorModule.ts"
import { Directory } from "../../bot/people/Directory.ts"
import { Settings } from "../../bot/Settings.ts"
import { Broadcast } from "../../bot/telegram/Broadcast.ts"
import { MigratedGroups } from "../../bot/telegram/MigratedGroups.ts"
import { Outbox } from "../../bot/telegram/Outbox.ts"
import { Telegram } from "../../bot/telegram/Telegram.ts"
import { Window } from "../../bot/window/Window.ts"
import { Control } from "../../core/control/Control.ts"
import { eventually } from "../support/eventually.ts"
import { people, promote } from "./adminFixtures.ts"
import { World } from "./fixtures.ts"

/** The notifier of alerts, without the rest of the bot. */
const telling = Layer.unwrap(
  Effect.gen(function* () {
    const { control, sql, telegram } = yield* World
    const config = yield* Schema.decodeUnknownEffect(configOf([]))({ admins: [telegram.state.admin.id] })
    const { TELEGRAM_TOKEN: token = "", TELEGRAM_API_ROOT: apiRoot = "" } = telegram.environment
    return Broadcast.layer.pipe(
      Layer.provide(Layer.merge(Directory.layer, Locales.layer)),
      Layer.provide(Layer.mergeAll(ConnectorModule.layer, Window.layer, MigratedGroups.layer, Outbox.layer)),
      Layer.provideMerge(Telegram.layer({ token: Redacted.make(token), apiRoot })),
      Layer.provideMerge(
        Layer.mergeAll(
          Layer.succeed(Settings, { ...config, timezone: "UTC" }),
          Layer.succeed(Control, control),
          Layer.succeed(SqlClient.SqlClient, sql)
        )
      )
    )
  })
)

/** As if minutes later: a notifier looks for the first time in place of the bot's, which then continues. */
export const minutesLater = <A, E, R>(seen: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const { startBot, stopBot } = yield* World
    yield* stopBot
    const notifier = yield* Effect.forkChild(
      Effect.scoped(Effect.flatten(AlertNotifier.make(Duration.zero))).pipe(Effect.provide(telling))
    )
    const found = yield* seen
    yield* Fiber.interrupt(notifier)
    yield* startBot
    return found
  })

/** Waits for that number of messages: a sent one is remembered a moment later, and one that is over forgotten. */
export const stand = (messages: number) =>
  Effect.flatMap(World, ({ sql }) =>
    eventually(
      Effect.map(sql`select 1 from tributary.bot_message where kind = 'alert'`, (rows) => rows.length === messages)
    )
  )

/** The admin and the employee, who is also an admin here. */
export const two = Layer.effectDiscard(
  Effect.gen(function* () {
    const world = yield* World
    yield* world.signIn
    yield* promote(world, world.employee)
  })
).pipe(Layer.provideMerge(World.layer({ sync: people })))
