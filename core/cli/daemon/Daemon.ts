/**
 * The daemon. It serves until it is stopped; current runs then get some seconds to finish and are interrupted cleanly
 * after that, so that the process ends within ten.
 */
import { hostname } from "node:os"
import { Cause, Duration, Effect, Fiber, Layer, Option, Path, Schedule, Semaphore } from "effect"
import { HttpServer } from "effect/http"
import { Authorizations } from "../../accounts/Authorizations.ts"
import * as VaultWorker from "../../accounts/VaultWorker.ts"
import { Actions } from "../../actions/Actions.ts"
import * as AlertWebhook from "../../control/AlertWebhook.ts"
import { Control } from "../../control/Control.ts"
import type { PluginType } from "../../control/Plugin.ts"
import { Plugins } from "../../control/Plugins.ts"
import * as Heartbeat from "../../http/Heartbeat.ts"
import * as Server from "../../http/Server.ts"
import { Inbox } from "../../inbox/Inbox.ts"
import * as InboxWorkers from "../../inbox/InboxWorkers.ts"
import * as DatabaseWatch from "../../jobs/DatabaseWatch.ts"
import * as HealthMonitor from "../../jobs/HealthMonitor.ts"
import { Jobs } from "../../jobs/Jobs.ts"
import * as Retention from "../../jobs/Retention.ts"
import { Alerts } from "../../observe/Alerts.ts"
import type { ConnectorType } from "../../plugin/Connector.ts"
import type { LoadedConfiguration } from "../../plugin/LoadedConfiguration.ts"
import { Registry } from "../../plugin/Registry.ts"
import { Reload } from "../../plugin/Reload.ts"
import { Sync } from "../../sync/Sync.ts"
import { layerHttp } from "../../upstream/exchange/Http.ts"
import { layerEngine } from "../shared/Engine.ts"
import { layerDaemonLogs } from "../shared/Logs.ts"
import { configDirectory, declarations, load, loadWith } from "../shared/Root.ts"
import * as ReloadTriggers from "./ReloadTriggers.ts"
import * as WatchFiles from "./WatchFiles.ts"

/** Leaves time for interrupted runs to write the audit. */
const grace = Duration.seconds(6)

/**
 * Runs until it is interrupted. `every`: syncs everything at once, and again this long after the end of the last sync.
 */
export const serve = Effect.fnUntraced(function* (every: Option.Option<Duration.Duration>) {
  const loaded = yield* declarations
  yield* Effect.gen(function* () {
    const registry = yield* Registry.now
    yield* Effect.logInfo("the daemon is up").pipe(
      Effect.annotateLogs({
        connectors: registry.declarations.length,
        entities: registry.entities.length,
        jobs: registry.jobs.length,
        plugins: registry.plugins.length,
        http: yield* HttpServer.addressFormattedWith(Effect.succeed)
      })
    )
    return yield* Effect.never
  }).pipe(
    Effect.provide(layerServing(loaded, every)),
    Effect.provide(layerEngine(loaded, layerDaemonLogs(loaded.daemon.log)))
  )
})

/** All parts stop at the same time, so that one grace period is enough. */
const layerServing = (
  first: LoadedConfiguration & {
    readonly types: ReadonlyArray<ConnectorType>
    readonly pluginTypes: ReadonlyArray<PluginType>
  },
  every: Option.Option<Duration.Duration>
) =>
  Layer.mergeAll(
    Layer.unwrap(Effect.map(daemonName(first), (daemon) => Jobs.layerScheduler({ daemon, grace }))),
    HealthMonitor.layer,
    DatabaseWatch.layer,
    Retention.layer([...first.types, ...first.pluginTypes], first.daemon.retention),
    Layer.effectDiscard(ReloadTriggers.onSignal),
    Layer.effectDiscard(ReloadTriggers.onClosed),
    first.daemon.reload === "watch"
      ? Layer.effectDiscard(Effect.flatMap(configDirectory, WatchFiles.start))
      : Layer.empty,
    Server.layer(first.daemon.http),
    Plugins.layerHosting.pipe(Layer.provide([layerControl(first.pluginTypes), layerHttp])),
    AlertWebhook.layer(first.daemon.alerts).pipe(Layer.provide(layerHttp)),
    Heartbeat.layer(first.daemon.alerts).pipe(Layer.provide(layerHttp)),
    Actions.layerRecovery,
    InboxWorkers.layer(grace),
    VaultWorker.layer,
    Option.match(every, { onNone: () => Layer.empty, onSome: (pause) => Layer.effectDiscard(repeat(pause)) })
  ).pipe(
    Layer.provide([Jobs.layer, Actions.layer, Authorizations.layer, Inbox.layer, Plugins.layer(first.pluginTypes)]),
    Layer.provide(Reload.layer(first, load, loadAs(first))),
    Layer.provide(Alerts.layer)
  )

const daemonName = Effect.fnUntraced(function* ({ daemon }: LoadedConfiguration) {
  return daemon.name ?? `${hostname()}:${(yield* Path.Path).resolve(yield* configDirectory)}`
})

/** Loads as if the directory held only these files. */
const loadAs = (first: LoadedConfiguration) => (files: LoadedConfiguration["files"]) =>
  loadWith(
    new Map([
      ...first.files.map(({ name }) => [name, null] as const),
      ...files.map(({ name, text }) => [name, text] as const)
    ])
  )

const layerControl = (types: ReadonlyArray<PluginType>) =>
  Layer.unwrap(
    Effect.map(configDirectory, (directory) =>
      Control.layer({ directory, load: loadWith, plugins: types.map(({ name }) => name) })
    )
  )

/**
 * Syncs in the background of the scope; when it closes, no new run begins and the current one gets its grace period.
 */
const repeat = Effect.fnUntraced(function* (pause: Duration.Duration) {
  const registry = yield* Registry
  const sync = yield* Sync
  const turn = yield* Semaphore.make(1)
  const once = registry.current.pipe(
    Effect.flatMap((generation) => sync.run(generation.entities, { trigger: "start", actor: null, generation })),
    Effect.catchCause((cause) => Effect.logError("the sync ended unexpectedly", Cause.squash(cause))),
    turn.withPermit
  )
  yield* Effect.acquireRelease(Effect.forkDetach(Effect.repeat(once, Schedule.spaced(pause))), (loop) =>
    // Taking the turn keeps the next run from starting.
    Effect.andThen(Effect.ignore(Effect.timeout(turn.take(1), grace)), Fiber.interrupt(loop))
  )
})
