/** The whole daemon over the shipped configuration, with sandboxes of all its systems, at the beginning of a day. */
import { fileURLToPath } from "node:url"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert } from "@effect/vitest"
import { Clock, Context, DateTime, Duration, Effect, Layer, type Redacted, Stream } from "effect"
import { HttpServer } from "effect/http"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { connectorType as fintablo } from "../../connectors/fintablo/index.ts"
import { sandbox as fintabloSandbox } from "../../connectors/fintablo/sandbox.ts"
import { connectorType as gsheet } from "../../connectors/gsheet/index.ts"
import { sandbox as gsheetSandbox } from "../../connectors/gsheet/sandbox.ts"
import { connectorType as iiko } from "../../connectors/iiko/index.ts"
import { sandbox as iikoSandbox } from "../../connectors/iiko/sandbox.ts"
import { viaActions } from "../../connectors/iiko/writeoff/WriteoffSender.ts"
import { Writeoffs } from "../../connectors/iiko/writeoff/Writeoffs.ts"
import { Actions } from "../../core/actions/Actions.ts"
import { load } from "../../core/config/Configuration.ts"
import { pluginTypes } from "../../core/control/PluginDiscovery.ts"
import { Plugins } from "../../core/control/Plugins.ts"
import { sweep } from "../../core/database/audit/Sweep.ts"
import * as Database from "../../core/database/connection/Database.ts"
import * as Server from "../../core/http/Server.ts"
import { Inbox } from "../../core/inbox/Inbox.ts"
import * as EntityState from "../../core/jobs/EntityState.ts"
import { Jobs } from "../../core/jobs/Jobs.ts"
import { Alerts } from "../../core/observe/Alerts.ts"
import * as Migrations from "../../core/plugin/Migrations.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Reload } from "../../core/plugin/Reload.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { declaration } from "../support/database.ts"
import { layerVault } from "../support/vault.ts"
import * as Time from "./Time.ts"

const types = [fintablo, gsheet, iiko]
const directory = fileURLToPath(new URL("../../config", import.meta.url))
const webhookToken = "the-token-of-webhooks"

/** The clock runs ahead: no connection is to be replaced because of it. */
const layerDatabase = (url: Redacted.Redacted) =>
  Layer.effectDiscard(Effect.andThen(sweep, Migrations.run(types))).pipe(
    Layer.provideMerge(
      Database.layer({ declaration: { ...declaration(url), recycle: Duration.days(10_000) }, dataDirectory: "" })
    )
  )

/** As a bot has them. */
const layerWriteoffs = Layer.unwrap(
  Effect.gen(function* () {
    const { events } = yield* Sync
    const synced = Stream.map(
      Stream.filter(events, ({ _tag }) => _tag === "Finished"),
      ({ entity }) => entity
    )
    return Writeoffs.layer({ connector: "iiko", ...viaActions("iiko", yield* Actions), synced })
  })
)

/**
 * Put together as the command `start` does it, without the look every minute, which would be in the middle of its work
 * whenever the time is moved; `at` is what the clock says.
 */
export const world = Effect.fnUntraced(function* (at: string) {
  yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe(at)))
  const systems = {
    fintablo: yield* fintabloSandbox.start(),
    gsheet: yield* gsheetSandbox.start(),
    iiko: yield* iikoSandbox.start()
  }
  const environment = {
    ...systems.fintablo.environment,
    ...systems.gsheet.environment,
    ...systems.iiko.environment,
    IIKO_WEBHOOK_TOKEN: webhookToken
  }
  const plugins = yield* pluginTypes
  const declared = yield* load({ directory, types, plugins, environment }).pipe(Effect.provide(NodeServices.layer))
  // Others rest, because their connector is off.
  const loaded = { ...declared, types, jobs: declared.jobs.filter(({ enabled }) => enabled) }
  const url = yield* TestClock.withLive(Time.movedDatabase(at))
  const database = yield* TestClock.withLive(Layer.build(layerDatabase(url)))
  const { clock, ends } = yield* Time.watchedClock
  const services = yield* Layer.mergeAll(
    Jobs.layerScheduler({ daemon: "day", grace: Duration.seconds(6) }),
    Server.layer({ ...loaded.daemon.http, port: 0 }),
    Actions.layerRecovery,
    layerWriteoffs
  ).pipe(
    Layer.provideMerge(Layer.mergeAll(Jobs.layer, Actions.layer, Inbox.layer)),
    Layer.provide(Plugins.layer([])),
    Layer.provide(Reload.layer(loaded, Effect.succeed(loaded))),
    Layer.provideMerge(Alerts.layer),
    Layer.provideMerge(Sync.layer),
    Layer.provide(layerVault),
    Layer.provideMerge(Registry.layer(loaded, types).pipe(Layer.provide(layerHttp))),
    Layer.build,
    Effect.provide(database),
    Effect.provideService(Clock.Clock, clock)
  )
  const sql = Context.get(database, SqlClient.SqlClient)
  const time = yield* Time.make({ url, jobs: loaded.jobs.length, ends })
  const address = yield* Effect.provide(HttpServer.addressFormattedWith(Effect.succeed), services)
  const { cloud } = systems.iiko.state
  const askCloud = cashDesk(systems.iiko.url, cloud.behaviour.apiLogin)
  for (const { id } of cloud.organizations) {
    yield* askCloud("webhooks/update_settings", {
      organizationId: id,
      webHooksUri: `${address}/hooks/iiko/iiko`,
      authToken: webhookToken,
      webHooksFilter: { stopListUpdateFilter: { updates: true } }
    })
  }
  return {
    ...time,
    ...systems,
    sql,
    /** How jobs and entities stand, as the watch over them judges. */
    watched: Effect.flatMap(Context.get(services, Registry).current, (declared) => EntityState.health(declared)).pipe(
      Effect.provide(database)
    ),
    entities: loaded.connectors.flatMap(({ entities }) => entities),
    askCloud,
    actions: Context.get(services, Actions),
    jobs: Context.get(services, Jobs),
    sync: Context.get(services, Sync),
    writeoffs: Context.get(services, Writeoffs)
  }
})

export type World = Effect.Success<ReturnType<typeof world>>

/** What a café does at its till reaches iikoCloud. */
const cashDesk = (url: string, apiLogin: string) => {
  const post = (path: string, request: unknown, headers: Record<string, string> = {}) =>
    Effect.promise(async () => {
      const answer = await fetch(`${url}/api/1/${path}`, { method: "POST", body: JSON.stringify(request), headers })
      const text = await answer.text()
      assert.strictEqual(answer.status, 200, `${path}: ${text}`)
      return text
    })
  return Effect.fnUntraced(function* (path: string, request: unknown) {
    const { token } = JSON.parse(yield* post("access_token", { apiLogin }))
    yield* post(path, request, { authorization: `Bearer ${token}` })
  })
}
