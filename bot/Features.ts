/** The features of the bot, in the order of its menu; `features:` in `bot.yaml` switches off those that it names. */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { Control } from "../core/control/Control.ts"
import type { FeatureName } from "./Config.ts"
import type { Feature } from "./Feature.ts"
import * as Accounts from "./features/accounts/index.ts"
import * as Admins from "./features/admins/index.ts"
import * as Alerts from "./features/alerts/index.ts"
import * as Config from "./features/config/index.ts"
import * as Deletes from "./features/deletes/index.ts"
import * as Jobs from "./features/jobs/index.ts"
import * as Log from "./features/log/index.ts"
import * as Plan from "./features/plan/index.ts"
import * as Reload from "./features/reload.ts"
import * as Status from "./features/status.ts"
import * as Sync from "./features/sync.ts"
import * as Unknown from "./features/unknown.ts"
import type { HandlerRuntime } from "./HandlerRuntime.ts"
import * as ConnectorFeatures from "./kernel/ConnectorFeatures.ts"
import { refuseDuplicates } from "./kernel/Duplicates.ts"
import type { Directory } from "./people/Directory.ts"
import { Settings } from "./Settings.ts"
import type { Commands } from "./telegram/BotCommands.ts"
import type { Broadcast } from "./telegram/Broadcast.ts"
import type { Telegram } from "./telegram/Telegram.ts"
import type { MainMenu } from "./window/Menu.ts"
import type { PendingConfirmations } from "./window/PendingConfirmations.ts"
import type { WaitingCounts } from "./window/WaitingCounts.ts"
import type { Window } from "./window/Window.ts"

/** The services that features are made of. */
type FeatureServices =
  | HandlerRuntime
  | Broadcast
  | Commands
  | Control
  | Directory
  | MainMenu
  | PendingConfirmations
  | Settings
  | SqlClient.SqlClient
  | Telegram
  | WaitingCounts
  | Window

type Switched = ReadonlyArray<readonly [FeatureName | "always", Effect.Effect<Feature, never, FeatureServices>]>

/** Alerts come first: they turn their buttons into those of other features, and have no place in the menu. */
const first: Switched = [["alerts", Alerts.make]]

const ofDaemon: Switched = [
  ["status", Status.make],
  ["sync", Sync.make],
  ["plan", Plan.make],
  ["reload", Reload.make],
  ["config", Config.make],
  ["jobs", Jobs.make],
  ["accounts", Accounts.make],
  ["deletes", Deletes.make],
  ["unknown", Unknown.make],
  ["log", Log.make],
  ["always", Admins.make]
]

/** The features of the connector are first in the menu: they are the daily work. */
export const features = Effect.gen(function* () {
  const settings = yield* Settings
  const made = Effect.fnUntraced(function* (all: Switched) {
    const wanted = all.filter(([name]) => name === "always" || settings.features[name])
    return yield* Effect.forEach(wanted, ([, make]) => make)
  })
  return [...(yield* made(first)), ...(yield* ConnectorFeatures.make), ...(yield* made(ofDaemon))]
})

/** Commands that the bot handles itself, in every chat or in groups. */
const ownCommands = ["start", "menu", "id", "admin"]

/** Throws if two features of a bot, or one and the bot itself, register the same name. */
export const refuseSharedNames = (features: ReadonlyArray<Feature>): void => {
  refuseDuplicates("namespace", ["menu", ...features.flatMap(({ namespaces }) => namespaces)])
  const commands = features.flatMap((feature) => feature.commands ?? [])
  refuseDuplicates("command", [...ownCommands, ...commands.map(({ name }) => name)])
  const entries = features.flatMap((feature) => feature.entries ?? [])
  refuseDuplicates(
    "menu entry",
    entries.map(({ key }) => key)
  )
  const waiting = features.flatMap((feature) => feature.waiting ?? [])
  refuseDuplicates(
    "kind of waiting items",
    waiting.map(({ kind }) => kind)
  )
}
