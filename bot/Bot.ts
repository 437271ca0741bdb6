/** The running bot: the services it is made of, and how it starts. */
import { Cause, Effect, Layer, type Redacted, Schedule } from "effect"
import { Plugin, type PluginHealth, type PluginSettings } from "../core/control/Plugin.ts"
import type { Config } from "./Config.ts"
import { features as makeFeatures, refuseSharedNames } from "./Features.ts"
import * as Onboarding from "./features/onboarding/index.ts"
import { HandlerRuntime } from "./HandlerRuntime.ts"
import { Locales } from "./i18n/Locales.ts"
import { ConnectorModule } from "./kernel/ConnectorModule.ts"
import * as Kernel from "./kernel/Kernel.ts"
import { Directory } from "./people/Directory.ts"
import { FirstAdmin } from "./people/FirstAdmin.ts"
import { Settings } from "./Settings.ts"
import * as Middleware from "./session/Middleware.ts"
import { Sessions } from "./session/Sessions.ts"
import { Commands } from "./telegram/BotCommands.ts"
import { Broadcast } from "./telegram/Broadcast.ts"
import { MigratedGroups } from "./telegram/MigratedGroups.ts"
import { Outbox } from "./telegram/Outbox.ts"
import { Telegram, type TelegramOptions } from "./telegram/Telegram.ts"
import * as Updates from "./telegram/Updates.ts"
import { MainMenu } from "./window/Menu.ts"
import { PendingConfirmations } from "./window/PendingConfirmations.ts"
import { WaitingCounts } from "./window/WaitingCounts.ts"
import { Window } from "./window/Window.ts"

/** The services that features are made of. */
const layerServices = (settings: Settings["Service"], telegram: TelegramOptions) =>
  Kernel.layer.pipe(Layer.provideMerge(layerBot(settings, telegram)))

const layerBot = (settings: Settings["Service"], telegram: TelegramOptions) =>
  Layer.mergeAll(
    FirstAdmin.layer,
    Commands.layer,
    MainMenu.layer,
    Sessions.layer,
    PendingConfirmations.layer,
    Broadcast.layer
  ).pipe(
    Layer.provideMerge(WaitingCounts.layer),
    Layer.provideMerge(Layer.mergeAll(HandlerRuntime.layer, Directory.layer, Locales.layer)),
    Layer.provideMerge(Layer.mergeAll(ConnectorModule.layer, Window.layer, MigratedGroups.layer, Outbox.layer)),
    Layer.provideMerge(Layer.merge(Telegram.layer(telegram), Layer.succeed(Settings, settings)))
  )

const start = Effect.gen(function* () {
  const { updates } = yield* Settings
  const menu = yield* MainMenu
  const onboarding = yield* Onboarding.make
  const features = [...(yield* makeFeatures), onboarding.feature]
  refuseSharedNames(features)
  const waitingCounts = yield* WaitingCounts
  yield* waitingCounts.fill(features.flatMap(({ waiting }) => waiting ?? []))
  yield* Middleware.install({ guests: onboarding.guests, features, menu })
  const broadcast = yield* Broadcast
  const { health: ofUpdates, hook } = yield* Updates.start(updates, broadcast.wake)
  /** Shown when all else is well. Other parts of the health report show a missing database. */
  const unreached = Effect.orElseSucceed(broadcast.unreached, () => undefined)
  const health = Effect.gen(function* () {
    const state = yield* ofUpdates
    const why = state.status === "ok" ? yield* unreached : undefined
    return why === undefined ? state : ({ status: "degraded", reason: why } satisfies PluginHealth)
  })
  const firstAdmin = yield* FirstAdmin
  yield* Effect.forkScoped(firstAdmin.announce)
  const commands = yield* Commands
  commands.fill(features.flatMap(({ commands = [] }) => commands))
  yield* Effect.forkScoped(Effect.retry(commands.publish, Schedule.spaced("1 minute")))
  for (const { background } of features) {
    if (background === undefined) continue
    yield* background.pipe(
      Effect.catchCause((cause) => Effect.logWarning("what the bot does by itself begins again", Cause.squash(cause))),
      Effect.repeat(Schedule.spaced("10 seconds")),
      Effect.forkScoped
    )
  }
  return Plugin.of(hook === undefined ? { health } : { health, hook })
}).pipe(Effect.annotateLogs({ plugin: "bot" }))

export const layer = ({ config, timezone }: PluginSettings<Config>, token: Redacted.Redacted) =>
  Layer.effect(Plugin, start).pipe(
    Layer.provide(layerServices({ ...config, timezone }, { token, apiRoot: config.apiRoot }))
  )
