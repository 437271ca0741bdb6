/**
 * The daemon in this process with a copy of the shipped configuration, sandboxes of all its systems, everything synced
 * once, and people who chat with its bot over real HTTP.
 */
import { cp } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert } from "@effect/vitest"
import { Context, Effect, Exit, FileSystem, Layer, Logger, Path, type Redacted, Scope } from "effect"
import { SqlClient } from "effect/sql"
import { pluginType } from "../../bot/index.ts"
import { sandbox as telegramSandbox } from "../../bot/sandbox.ts"
import { connectorType as allegro } from "../../connectors/allegro/index.ts"
import { connectorType as bitrix24 } from "../../connectors/bitrix24/index.ts"
import { connectorType as fintablo } from "../../connectors/fintablo/index.ts"
import { sandbox as fintabloSandbox } from "../../connectors/fintablo/sandbox.ts"
import { connectorType as gsheet } from "../../connectors/gsheet/index.ts"
import { sandbox as gsheetSandbox } from "../../connectors/gsheet/sandbox.ts"
import { connectorType as iiko } from "../../connectors/iiko/index.ts"
import { sandbox as iikoSandbox } from "../../connectors/iiko/sandbox.ts"
import { connectorType as rest } from "../../connectors/rest/index.ts"
import * as VaultSource from "../../core/accounts/VaultSource.ts"
import { Actions } from "../../core/actions/Actions.ts"
import * as Configuration from "../../core/config/Configuration.ts"
import type { Overlay } from "../../core/config/files/Files.ts"
import { Control } from "../../core/control/Control.ts"
import { Plugins } from "../../core/control/Plugins.ts"
import * as Database from "../../core/database/connection/Database.ts"
import * as Server from "../../core/http/Server.ts"
import { Inbox } from "../../core/inbox/Inbox.ts"
import { Jobs } from "../../core/jobs/Jobs.ts"
import { Alerts } from "../../core/observe/Alerts.ts"
import { type LogLine, lineOf } from "../../core/observe/LogLine.ts"
import * as Migrations from "../../core/plugin/Migrations.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Reload } from "../../core/plugin/Reload.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { declaration, freshDatabase } from "../support/database.ts"
import { freePort } from "../support/freePort.ts"
import { layerVault } from "../support/vault.ts"

/** The `bot.yaml` of a bot with a webhook. */
export const webhook = `type: telegram
token: { secret: TELEGRAM_TOKEN }
apiRoot: { env: TELEGRAM_API_ROOT }
updates: { url: { env: TELEGRAM_HOOK }, secretToken: { secret: TELEGRAM_SECRET } }
admins: [{ env: TELEGRAM_ADMIN, default: 0 }]
`

const types = [allegro, bitrix24, fintablo, gsheet, iiko, rest]
const shipped = fileURLToPath(new URL("../../config", import.meta.url))

export interface Options {
  /** Configuration files by name that replace the shipped ones. */
  readonly files?: Readonly<Record<string, string>>
  /** Settings besides those of the sandboxes. */
  readonly environment?: Readonly<Record<string, string>>
  /** The entities that are synced before the bot starts; all of them by default. */
  readonly sync?: ReadonlyArray<string>
  /** The daemon's connection to its database; direct by default. */
  readonly through?: (database: Redacted.Redacted) => Effect.Effect<Redacted.Redacted, never, Scope.Scope>
}

const make = Effect.fnUntraced(function* ({
  environment = {},
  files = {},
  sync = ["*"],
  through = Effect.succeed
}: Options) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const directory = yield* fs.makeTempDirectoryScoped()
  yield* Effect.promise(() => cp(shipped, directory, { recursive: true }))
  for (const [name, text] of Object.entries(files)) yield* fs.writeFileString(path.join(directory, name), text)

  const port = yield* freePort
  const telegram = yield* telegramSandbox.start({ seed: 1 })
  const systems = {
    fintablo: yield* fintabloSandbox.start({ seed: 1 }),
    gsheet: yield* gsheetSandbox.start({ seed: 1 }),
    iiko: yield* iikoSandbox.start({ seed: 1 })
  }
  const known = {
    ...systems.fintablo.environment,
    ...systems.gsheet.environment,
    ...systems.iiko.environment,
    ...telegram.environment,
    /** The address at which the daemon receives updates, for a bot with a webhook. */
    TELEGRAM_HOOK: `http://127.0.0.1:${port}/hooks/telegram/bot`,
    ...environment
  }
  const loadWith = (overlay: Overlay) =>
    Configuration.load({ directory, types, plugins: [pluginType], environment: known, overlay })
  const loaded = yield* loadWith(new Map())
  const url = yield* freshDatabase
  const way = yield* through(url)

  const logged: Array<LogLine> = []
  const services = yield* Control.layer({ directory, load: loadWith, plugins: [pluginType.name] }).pipe(
    Layer.provideMerge(
      Layer.mergeAll(Jobs.layer, Actions.layer, Inbox.layer, Reload.layer(loaded, loadWith(new Map())))
    ),
    Layer.provideMerge(Layer.merge(Alerts.layer, Sync.layer)),
    Layer.provideMerge(VaultSource.layer),
    Layer.provideMerge(layerVault),
    Layer.provideMerge(Registry.layer(loaded, types)),
    Layer.provideMerge(layerHttp),
    Layer.provideMerge(
      Layer.effectDiscard(Migrations.run([...types, pluginType])).pipe(
        Layer.provideMerge(Database.layer({ declaration: declaration(way), dataDirectory: "" }))
      )
    ),
    Layer.provideMerge(Logger.layer([Logger.make((options) => logged.push(lineOf(options)))])),
    Layer.build
  )
  const control = Context.get(services, Control)
  const sql = Context.get(services, SqlClient.SqlClient)

  if (sync.length > 0) {
    const results = yield* control.sync(sync, { trigger: "test", actor: "test" })
    assert.deepEqual(
      results.flatMap(({ entity, error }) => (error === null ? [] : `${entity}: ${error}`)),
      []
    )
  }

  let hosting: Scope.Closeable | undefined
  let plugins = Plugins.of({ statuses: Effect.succeed([]), hook: () => Effect.succeed(undefined), host: Effect.void })
  /** Includes the HTTP server, which receives webhooks. */
  const startBot = Effect.gen(function* () {
    hosting = yield* Scope.make()
    const layer = Layer.merge(Plugins.layerHosting, Server.layer({ ...loaded.daemon.http, port })).pipe(
      Layer.provideMerge(Plugins.layer([pluginType])),
      Layer.fresh
    )
    plugins = Context.get(yield* Effect.provide(Layer.buildWithScope(layer, hosting), services), Plugins)
  })
  const stopBot = Effect.suspend(() => (hosting === undefined ? Effect.void : Scope.close(hosting, Exit.void)))
  yield* Effect.addFinalizer(() => stopBot)
  yield* startBot

  const { admin, employee } = telegram.state
  return {
    ...systems,
    telegram,
    admin,
    employee,
    control,
    sql,
    directory,
    database: url,
    alerts: Context.get(services, Alerts),
    statuses: Effect.suspend(() => plugins.statuses),
    /** The daemon's log. */
    logged,
    /** The address of the daemon. */
    address: `http://127.0.0.1:${port}`,
    /** Ends the bot in an orderly way, as a reload and a stop do. */
    stopBot,
    startBot,
    /** The employee has shared a phone number and sees the menu; the admin has opened it. */
    signIn: Effect.gen(function* () {
      yield* employee.send("/start")
      yield* employee.sees((chat) => chat.some(({ from }) => from === "bot"))
      yield* employee.contact()
      yield* employee.sees(
        (chat) =>
          chat
            .at(-1)
            ?.buttons.flat()
            .some((label) => label.includes("🏠")) === true
      )
      yield* admin.send("/start")
      yield* admin.sees((chat) => (chat.at(-1)?.buttons.length ?? 0) > 0)
    })
  }
})

export class World extends Context.Service<World, Effect.Success<ReturnType<typeof make>>>()(
  "tributary/test/bot/fixtures"
) {
  /** Shared by one test file, whose tests see each other's chats. */
  static readonly layer = (options: Options = {}) =>
    Layer.effect(World, make(options)).pipe(Layer.provideMerge(NodeServices.layer))
}
