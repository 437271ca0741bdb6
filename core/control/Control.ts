/**
 * The control port: what a person can do to the running daemon, for plugins that offer it to people. It uses the same
 * services as the command line and the API, so permissions and audit are the same. The work it starts continues when
 * its caller ends. When the daemon stops, the work gets the grace period of all runs, and callers that still wait are
 * interrupted.
 */
import { Context, DateTime, Effect, Layer, Schema, type Stream } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { ActionEvents } from "../actions/ActionEvents.ts"
import { type ActionRun, Actions } from "../actions/Actions.ts"
import type { Diagnostic } from "../config/Diagnostic.ts"
import type { Entity } from "../config/Entity.ts"
import { targetId } from "../config/RunTarget.ts"
import { type AuditedRun, type AuditedRunDetail, type RunFilter, runDetail, runsPage } from "../database/audit/Audit.ts"
import * as PendingDeletes from "../database/audit/PendingDeletes.ts"
import { Locks } from "../database/connection/Locks.ts"
import { tableId } from "../database/tables/Identifier.ts"
import * as EntityState from "../jobs/EntityState.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { type Alert, Alerts, type Notification } from "../observe/Alerts.ts"
import type { Initiator } from "../observe/Initiator.ts"
import type { Changes, ConfigVersion } from "../plugin/ConfigVersion.ts"
import type { ConnectorChat } from "../plugin/chat/ChatFeature.ts"
import { type Generation, Registry } from "../plugin/Registry.ts"
import { Reload } from "../plugin/Reload.ts"
import type { Reason } from "../reason/Reason.ts"
import * as ApplyPlan from "../sync/plan/ApplyPlan.ts"
import type { Plan } from "../sync/plan/Plan.ts"
import * as Planner from "../sync/plan/Planner.ts"
import type { RunFailure } from "../sync/RunFailure.ts"
import type { RunResult, SyncEvent } from "../sync/RunResult.ts"
import { type CursorOptions, selectFrom, type UnknownSelector } from "../sync/SelectEntities.ts"
import { type RunEvent, Sync, type SyncOptions } from "../sync/Sync.ts"
import * as AccountControl from "./AccountControl.ts"
import { BackgroundWork, Stopping } from "./BackgroundWork.ts"
import * as DailyRunCounts from "./DailyRunCounts.ts"
import { type Decision, decide } from "./Decisions.ts"
import * as Edits from "./Edits.ts"
import { SyncTasks } from "./SyncTasks.ts"

type DecidedDelete = PendingDeletes.DecidedDelete
type PendingDelete = PendingDeletes.PendingDelete
type PendingDeletePage = PendingDeletes.PendingDeletePage

export type { EndedAction } from "../actions/ActionEvents.ts"
export type { Entry as ActionEntry } from "../actions/Actions.ts"
export { syncSelectors } from "../config/JobDeclaration.ts"
export { alertKinds } from "../observe/Metrics.ts"
export type { ConfigEdit, ConfigFile, ConfigurationUnwritable, FileEdit, Proposal } from "./Edits.ts"
export type {
  ActionRun,
  Alert,
  AuditedRun,
  AuditedRunDetail,
  Changes,
  ConfigVersion,
  DecidedDelete,
  Diagnostic,
  Entity,
  Generation,
  Notification,
  PendingDelete,
  PendingDeletePage,
  Plan,
  RunEvent,
  RunResult,
  SyncEvent
}

/** A person who asks for something. */
export interface Requester extends Initiator {
  readonly actor: string
}

export type OnEvent = (event: SyncEvent) => Effect.Effect<void>

/** The state of an entity. */
export interface EntitySummary extends Pick<EntityState.EntityState, "state" | "late" | "failure"> {
  /** For example `crm.deal`. */
  readonly id: string
  readonly table: string
  /** null: there is no table yet. */
  readonly rows: number | null
  readonly freshAt: Date | null
  /** Rows with a pending delete. */
  readonly pending: number
  /** The last runs, oldest first. */
  readonly recent: ReadonlyArray<{ readonly status: AuditedRun["status"]; readonly startedAt: Date }>
  readonly last: { readonly status: AuditedRun["status"]; readonly errorReason: Reason | null } | null
}

/** How many runs of a day had which outcome, in the daemon's time zone. */
export interface DayOfRuns {
  /** For example `2026-11-27`. */
  readonly day: string
  readonly ok: number
  readonly warning: number
  readonly failed: number
}

export class Control extends Context.Service<
  Control,
  {
    /** The declarations at this moment. */
    readonly generation: Effect.Effect<Generation>
    readonly generations: Stream.Stream<Generation>
    /** The chat features of a connector; `undefined`: it is not declared, or has none. */
    readonly chat: (connector: string) => Effect.Effect<ConnectorChat | undefined>

    /** The entities that the selectors name; a selector without a match is an error with the nearest name. */
    readonly select: (selectors: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Entity>, UnknownSelector>
    readonly summaries: Effect.Effect<ReadonlyArray<EntitySummary>, SqlError.SqlError>
    /** The last days including today, oldest first; days without runs have zeros. */
    readonly days: (count: number) => Effect.Effect<ReadonlyArray<DayOfRuns>, SqlError.SqlError>
    readonly sync: (
      selectors: ReadonlyArray<string>,
      by: Requester,
      options?: Pick<SyncOptions, "full" | "onEvent" | "pastRejected">
    ) => Effect.Effect<ReadonlyArray<RunResult>, UnknownSelector>
    /** Every event of any run of this daemon from now on. */
    readonly events: Stream.Stream<RunEvent>
    readonly plan: (
      selectors: ReadonlyArray<string>,
      options?: Planner.PlanOptions
    ) => Effect.Effect<Plan, UnknownSelector | SqlError.SqlError>
    /** Applies exactly this plan, or nothing if the table or the configuration has changed. */
    readonly apply: (
      plan: Plan,
      by: Requester
    ) => Effect.Effect<ReadonlyArray<RunResult>, RunFailure | SqlError.SqlError>
    /** The audit, newest first. */
    readonly runs: (filter: RunFilter, limit: number) => Effect.Effect<ReadonlyArray<AuditedRun>, SqlError.SqlError>
    /** The run with its first rejected records and its last requests; `undefined`: no run has this id. */
    readonly run: (id: bigint) => Effect.Effect<AuditedRunDetail | undefined, SqlError.SqlError>

    readonly deletes: {
      readonly open: (sampleSize: number) => Effect.Effect<ReadonlyArray<PendingDelete>, SqlError.SqlError>
      /** The last deletes that are no longer open, the latest decision first. */
      readonly decided: (
        sampleSize: number,
        limit: number
      ) => Effect.Effect<ReadonlyArray<DecidedDelete>, SqlError.SqlError>
      readonly page: (
        id: bigint,
        offset: number,
        limit: number
      ) => Effect.Effect<PendingDeletePage | undefined, SqlError.SqlError>
      /** Decides once; a second decision fails with `PendingDeleteGone`. Returns the number of deleted rows. */
      readonly decide: (
        id: bigint,
        decision: Decision,
        by: Requester
      ) => Effect.Effect<number, PendingDeletes.PendingDeleteGone | SqlError.SqlError>
    }

    readonly accounts: AccountControl.AccountControl
    readonly jobs: Jobs["Service"]
    readonly actions: Actions["Service"]
    /** Every action that ends in this daemon, whatever started it, from now on. */
    readonly actionRuns: ActionEvents["Service"]["events"]
    readonly alerts: Pick<Alerts["Service"], "open" | "changes" | "markDelivered">

    readonly reload: (by: Requester) => Effect.Effect<ConfigVersion>
    readonly configuration: {
      /** The names of the files beside those of connectors. */
      readonly names: ReadonlyArray<string>
      /** The live files. */
      readonly files: Effect.Effect<ReadonlyArray<Edits.ConfigFile>>
      readonly versions: (limit: number) => Effect.Effect<ReadonlyArray<ConfigVersion>, SqlError.SqlError>
      /**
       * Checks the whole configuration as it would be with this file, or without it. A file name that nothing reads is
       * a diagnostic. The file is compared with the one on disk, which differs from the live one if somebody has edited
       * it since.
       */
      readonly propose: (file: Edits.FileEdit) => Effect.Effect<Edits.Proposal, Edits.ConfigurationUnwritable>
      /**
       * Writes or removes the files, each completely or not at all, and reloads. If they do not load, they are
       * restored, and the answer gives the reason. If a file has changed since it was proposed, nothing is written at
       * all.
       */
      readonly write: (
        files: ReadonlyArray<Edits.ConfigEdit>,
        by: Requester
      ) => Effect.Effect<ConfigVersion, Edits.ConfigurationUnwritable>
      /** The files of a version that was live. */
      readonly filesOf: (
        version: number
      ) => Effect.Effect<ReadonlyArray<Edits.ConfigFile> | undefined, SqlError.SqlError>
    }
  }
>()("tributary/core/control/Control") {
  static readonly layer = <R>(options: Edits.EditOptions<R>) =>
    Layer.effect(Control, make(options)).pipe(
      Layer.provide([
        SyncTasks.layer.pipe(Layer.provide(BackgroundWork.layer)),
        BackgroundWork.layer,
        ActionEvents.layer
      ])
    )
}

type Engine = SqlClient.SqlClient | Locks | Registry | Sync

const make = Effect.fnUntraced(function* <R>(options: Edits.EditOptions<R>) {
  const engine = Context.pick(SqlClient.SqlClient, Locks, Registry, Sync)(yield* Effect.context<Engine>())
  const [actions, alerts, jobs, registry, reload, sync, work] = [
    yield* Actions,
    yield* Alerts,
    yield* Jobs,
    yield* Registry,
    yield* Reload,
    yield* Sync,
    yield* BackgroundWork
  ]
  const edits = yield* Edits.make(options)
  const accounts = yield* AccountControl.make
  const { events: actionRuns } = yield* ActionEvents
  yield* Effect.addFinalizer(() => work.stop)

  const goesOn = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.catchIf(Effect.flatten(work.start(effect)), isStopping, () => Effect.interrupt)
  const asked = <A, E>(effect: Effect.Effect<A, E | Schema.SchemaError, Engine>) =>
    effect.pipe(Effect.catchIf(Schema.isSchemaError, Effect.die), Effect.provide(engine))
  const selected = Effect.fnUntraced(function* (selectors: ReadonlyArray<string>, options: CursorOptions = {}) {
    const generation = yield* registry.current
    return { generation, entities: yield* selectFrom(generation, selectors, options) }
  })

  return Control.of({
    accounts,
    generation: registry.current,
    generations: registry.changes,
    chat: Effect.fnUntraced(function* (connector) {
      const { declarations } = yield* registry.current
      const declared = declarations.find(({ name }) => name === connector)
      const load = registry.types.find(({ type }) => type === declared?.type)?.chat?.load
      return load === undefined ? undefined : (yield* Effect.promise(load)).chat
    }),
    select: (selectors) => Effect.map(selected(selectors), ({ entities }) => entities),
    summaries: registry.current.pipe(
      Effect.flatMap((generation) => EntityState.read(generation, EntityState.recentRuns)),
      Effect.map((states) => states.map(summaryOf)),
      asked
    ),
    days: (count) =>
      asked(Effect.flatMap(reload.declared, ({ daemon }) => DailyRunCounts.read(count, daemon.timezone))),
    sync: (selectors, by, options) =>
      Effect.flatMap(selected(selectors, options), ({ entities, generation }) =>
        goesOn(sync.run(entities, { ...options, ...by, generation }))
      ),
    events: sync.events,
    plan: (selectors, options) =>
      Effect.flatMap(selected(selectors, options), ({ entities }) => asked(Planner.plan(entities, options))),
    apply: (plan, { actor, trigger }) => goesOn(asked(ApplyPlan.apply(plan, actor, trigger))),
    runs: (filter, limit) => asked(runsPage(filter, limit)),
    run: (id) => asked(runDetail(id, rejectsShown)),
    deletes: {
      open: (sampleSize) => asked(PendingDeletes.open(sampleSize)),
      decided: (sampleSize, limit) => asked(PendingDeletes.decided(sampleSize, limit)),
      page: (id, offset, limit) => asked(PendingDeletes.page(id, offset, limit)),
      decide: (id, decision, by) => asked(Effect.map(decide(id, decision, by), ({ deleted }) => deleted))
    },
    jobs: { ...jobs, run: (name, by) => goesOn(jobs.run(name, by)) },
    actions: { ...actions, run: (id, input, by) => goesOn(actions.run(id, input, by)) },
    actionRuns,
    alerts: { open: alerts.open, changes: alerts.changes, markDelivered: alerts.markDelivered },
    reload: (by) => goesOn(reload.reload(by)),
    configuration: {
      files: Effect.map(reload.live, ({ files }) => files),
      versions: (limit) => reload.versions(undefined, limit),
      names: edits.names,
      propose: edits.propose,
      write: (files, by) => goesOn(edits.write(files, by)),
      filesOf: reload.files
    }
  })
})

/** How many rejected records of a run are returned. */
const rejectsShown = 20

const isStopping = (error: unknown): error is Stopping => error instanceof Stopping

const summaryOf = ({ freshAt, last, past, target, ...state }: EntityState.EntityState): EntitySummary => ({
  id: targetId(target),
  table: tableId(target.entity.table),
  state: state.state,
  rows: state.rows,
  freshAt: freshAt === null ? null : DateTime.toDateUtc(freshAt),
  late: state.late,
  failure: state.failure,
  pending: state.pending,
  recent: past.map(({ startedAt, status }) => ({ startedAt, status })),
  last: last === null ? null : { status: last.status, errorReason: last.errorReason }
})
