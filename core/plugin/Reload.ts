/**
 * Reloads the configuration while the daemon runs. All of it is read, checked and built before anything is swapped. If
 * anything is wrong, the daemon continues unchanged and the answer gives the reason. Every attempt is a row in
 * `config_version`.
 */
import { Context, DateTime, Effect, Layer, Semaphore, type Stream } from "effect"
import type { PlatformError } from "effect/PlatformError"
import type { SqlClient, SqlError } from "effect/sql"
import type { Declarations } from "../config/Declarations.ts"
import { type ConfigurationInvalid, locatedReason } from "../config/Diagnostic.ts"
import { Alerts, alertKey } from "../observe/Alerts.ts"
import * as EventBus from "../observe/EventBus.ts"
import type { Initiator } from "../observe/Initiator.ts"
import * as Metrics from "../observe/Metrics.ts"
import { combineReasons, foreignText, type Reason, reason, reasonOfError, render } from "../reason/Reason.ts"
import { changesBetween, changesOfFiles, changesSinceStop } from "./ConfigChanges.ts"
import { type Changes, type ConfigVersion, nothingChanged } from "./ConfigVersion.ts"
import type { LoadedConfiguration } from "./LoadedConfiguration.ts"
import { Registry } from "./Registry.ts"
import { truncatedFiles } from "./TruncatedFiles.ts"
import * as Versions from "./Versions.ts"

/** The text that an edit wrote into a file; `null` if it removed the file. */
export interface WrittenFile {
  readonly name: string
  readonly text: string | null
}

export class Reload extends Context.Service<
  Reload,
  {
    /**
     * Reloads, one attempt at a time. A configuration that cannot be loaded is an answer, not an error. `written` are files
     * that were checked before: if the directory holds other texts, the attempt fails.
     */
    readonly reload: (by: Initiator, written?: ReadonlyArray<WrittenFile>) => Effect.Effect<ConfigVersion>
    /** The live version and its files. */
    readonly live: Effect.Effect<{ readonly version: ConfigVersion; readonly files: LoadedConfiguration["files"] }>
    /** The declarations of that version, which hold secrets. */
    readonly declared: Effect.Effect<Declarations>
    /** The attempts, newest first. */
    readonly versions: (
      before: number | undefined,
      limit: number
    ) => Effect.Effect<ReadonlyArray<ConfigVersion>, SqlError.SqlError>
    /** The files of a version that was live; `undefined`: no version has this id. */
    readonly files: (id: number) => Effect.Effect<LoadedConfiguration["files"] | undefined, SqlError.SqlError>
    /** Every attempt from now on. */
    readonly events: Stream.Stream<ConfigVersion>
  }
>()("tributary/core/plugin/Reload") {
  /**
   * `first` is the configuration that the registry started with. `load` reads the directory and the environment again.
   * `loadAs` does the same as if the directory held the given files, which shows the changes since the daemon was
   * stopped.
   */
  static readonly layer = <R>(
    first: LoadedConfiguration,
    load: Effect.Effect<LoadedConfiguration, ConfigurationInvalid | PlatformError, R>,
    loadAs?: (
      files: LoadedConfiguration["files"]
    ) => Effect.Effect<Declarations, ConfigurationInvalid | PlatformError, R>
  ) =>
    Layer.effect(
      Reload,
      Effect.gen(function* () {
        const registry = yield* Registry
        const alerts = yield* Alerts
        const services = yield* Effect.context<R | SqlClient.SqlClient>()
        const turn = yield* Semaphore.make(1)
        const events = yield* EventBus.make<ConfigVersion>(64)

        const record = (attempt: Attempt, by: Initiator) => Effect.provide(recorded(attempt, by), services)
        const sinceStop = Effect.provide(changesSince(first, loadAs), services)
        const { hash } = yield* registry.current
        const began: Attempt = { ...nothing, hash, status: "ok", changes: yield* sinceStop, files: first.files }
        let live = { loaded: first, version: yield* record(began, { trigger: "start", actor: null }) }
        if (live.version.changes !== null) {
          yield* Effect.logInfo(`the configuration is not what ran before: ${summary(live.version)}`)
        }

        /** An interruption either comes before the swap, or waits until everything is reported. */
        const attempt = Effect.fnUntraced(function* (by: Initiator, written: ReadonlyArray<WrittenFile>) {
          const loaded = yield* Effect.interruptible(Effect.provide(load, services))
          const other = written.find((file) => !isIn(loaded.files, file))
          if (other !== undefined) {
            return yield* record(failed(reason("config.editedMeanwhile", { file: other.name })), by)
          }
          const changes = changesBetween(live.loaded, loaded)
          // A person who requests a reload has seen what it removes; a file that was only saved may be incomplete.
          const cut = by.trigger === "watch" ? truncatedFiles(live.loaded, loaded, changes) : undefined
          if (cut !== undefined) return yield* record(failed(cut), by)
          yield* registry.swap(loaded)
          const { hash } = yield* registry.current
          const version = yield* record({ ...succeeded(hash, changes), files: loaded.files }, by)
          live = { loaded, version }
          return version
        })

        const reload = Effect.fn("Reload.reload")(
          function* (by: Initiator, written: ReadonlyArray<WrittenFile> = []) {
            const version = yield* attempt(by, written).pipe(
              Effect.catchTag("ConfigurationInvalid", ({ diagnostics }) =>
                record({ ...nothing, status: "invalid", diagnostics, reasons: diagnostics.map(locatedReason) }, by)
              ),
              Effect.catch((error) => record(failed(reasonOfError(error)), by)),
              Effect.catchDefect((defect) =>
                Effect.andThen(
                  Effect.logError("the reload ended unexpectedly", defect),
                  record(failed(reason("config.defect", { why: foreignText(String(defect)) })), by)
                )
              )
            )
            yield* events.publish(version)
            yield* tell(version, alerts)
            return version
          },
          Effect.uninterruptible,
          turn.withPermit
        )
        return Reload.of({
          reload,
          live: Effect.sync(() => ({ version: live.version, files: live.loaded.files })),
          declared: Effect.sync(() => live.loaded),
          versions: (before, limit) => Effect.provide(Versions.page(before, limit), services),
          files: (id) => Effect.provide(Versions.files(id), services),
          events: events.events
        })
      })
    )
}

/** Stores an attempt. The version has no id if the database is away. */
const recorded = Effect.fnUntraced(function* (attempt: Attempt, { actor, trigger }: Initiator) {
  const { files, ...outcome } = attempt
  const version = { ...outcome, trigger, actor, loadedAt: yield* DateTime.now }
  const id = yield* Versions.record(version, files).pipe(
    Effect.timeout(timeout),
    Effect.tapError((error) => Effect.logWarning("the configuration's version is not recorded", error.message)),
    Effect.orElseSucceed(() => null)
  )
  return { ...version, id } satisfies ConfigVersion
})

/** What changed while no daemon ran; null if none ran before, or if the files are the same. */
const changesSince = <E, R>(
  first: LoadedConfiguration,
  loadAs: ((files: LoadedConfiguration["files"]) => Effect.Effect<Declarations, E, R>) | undefined
) =>
  Effect.gen(function* () {
    const before = (yield* Versions.latest)?.files
    if (before === undefined || sameFiles(before, first.files)) return null
    const byText = changesOfFiles(before, first.files)
    if (loadAs === undefined) return byText
    return yield* Effect.match(loadAs(before), {
      onSuccess: (loaded) => changesSinceStop(loaded, first),
      onFailure: () => byText
    })
  }).pipe(
    Effect.timeout(timeout),
    Effect.orElseSucceed(() => null)
  )

const sameFiles = (before: LoadedConfiguration["files"], after: LoadedConfiguration["files"]): boolean =>
  before.length === after.length &&
  before.every(({ name, text }) => after.some((file) => file.name === name && file.text === text))

const isIn = (files: LoadedConfiguration["files"], { name, text }: WrittenFile): boolean =>
  (files.find((file) => file.name === name)?.text ?? null) === text

/** The database may be unavailable at this moment; the loaded configuration runs anyway. */
const timeout = "5 seconds"

type Attempt = Pick<ConfigVersion, "hash" | "status" | "changes" | "diagnostics" | "error" | "reasons"> & {
  readonly files?: LoadedConfiguration["files"]
}

const nothing = { hash: null, changes: null, diagnostics: [], error: null, reasons: [] }

const failed = (why: Reason): Attempt => ({ ...nothing, status: "failed", error: render(why), reasons: [why] })

const succeeded = (hash: string, changes: Changes | null): Attempt => ({
  ...nothing,
  hash,
  changes,
  status: changes !== null && nothingChanged(changes) ? "unchanged" : "ok"
})

const alert = { kind: "reload_failed", subject: "configuration" } as const

/** A failed attempt raises an alert that lasts until the next good one. */
const tell = Effect.fnUntraced(
  function* (version: ConfigVersion, alerts: Alerts["Service"]) {
    yield* Metrics.reloadEnded(version.status, DateTime.toEpochMillis(version.loadedAt))
    if (version.status === "ok" || version.status === "unchanged") {
      yield* alerts.clear(alertKey(alert.kind, alert.subject))
      return yield* Effect.logInfo(`the configuration was reloaded: ${summary(version)}`)
    }
    const why = reason("alert.reload", { why: combineReasons(version.reasons) })
    yield* alerts.raise({ ...alert, reason: why })
    yield* Effect.logError(render(why))
  },
  (effect, { actor, trigger }) => Effect.annotateLogs(effect, { service: "Reload", trigger, actor })
)

const summary = ({ changes }: ConfigVersion): string => {
  if (changes === null || nothingChanged(changes)) return "nothing has changed"
  const { daemon, rebuilt: _, restart, ...kinds } = changes
  const parts = Object.entries(kinds).flatMap(([kind, change]) =>
    (["added", "changed", "removed"] as const).flatMap((what) =>
      change[what].length === 0 ? [] : `${kind} ${what}: ${change[what].join(", ")}`
    )
  )
  if (daemon.length > 0) parts.push(`daemon.yaml: ${daemon.join(", ")}`)
  return [...parts, ...(restart.length === 0 ? [] : [`after a restart: ${restart.join(", ")}`])].join("; ")
}
