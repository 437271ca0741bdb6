/**
 * The control port: what a person can do to the running daemon, for plugins that put it before people. It goes through
 * the same services as the command line and the API, so permissions and audit are the same; what it sets off goes on when
 * the one who asked for it ends.
 */
import { Context, type Effect, type Stream } from "effect"
import type { SqlError } from "effect/sql"
import type { ActionRun, Actions } from "../actions/Actions.ts"
import type { Diagnostic } from "../config/Diagnostic.ts"
import type { Entity } from "../config/Entity.ts"
import type { AuditedRun, RunFilter } from "../database/Audit.ts"
import type { PendingDelete, PendingDeleteGone, PendingDeletePage } from "../database/PendingDeletes.ts"
import type { Jobs } from "../jobs/Jobs.ts"
import type { Alert, Alerts, Notification } from "../observe/Alerts.ts"
import type { Changes, ConfigVersion } from "../plugin/ConfigVersion.ts"
import type { Generation } from "../plugin/Registry.ts"
import type { Plan } from "../sync/Plan.ts"
import type { RunResult, SyncEvent } from "../sync/Run.ts"
import type { RunFailure } from "../sync/RunFailure.ts"
import type { UnknownSelector } from "../sync/Selector.ts"
import type { RunEvent } from "../sync/Sync.ts"
import type { ConfigurationUnwritable } from "./Edits.ts"

export type {
  ActionRun,
  Alert,
  AuditedRun,
  Changes,
  ConfigVersion,
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

/** Who asks, for the audit. */
export interface By {
  /** `bot`. */
  readonly trigger: string
  /** As in `telegram:42`. */
  readonly actor: string
}

export type OnEvent = (event: SyncEvent) => Effect.Effect<void>

/** How an entity stands. */
export interface EntityStanding {
  /** `iiko.product`. */
  readonly id: string
  readonly table: string
  /** null: there is no table yet. */
  readonly rows: number | null
  readonly freshAt: Date | null
  readonly late: boolean
  /** Withheld deletes that wait for a decision, in rows. */
  readonly pending: number
  /** The last runs, the oldest first. */
  readonly recent: ReadonlyArray<{ readonly status: AuditedRun["status"]; readonly startedAt: Date }>
  readonly last: { readonly status: AuditedRun["status"]; readonly error: string | null } | null
}

/** How many runs of a day ended how, by the daemon's zone. */
export interface DayOfRuns {
  /** `2026-11-27`. */
  readonly day: string
  readonly ok: number
  readonly warning: number
  readonly failed: number
}

/** An edited file that could be taken: what it changes, and nothing is written yet. */
export type Proposal =
  | { readonly _tag: "Invalid"; readonly diagnostics: ReadonlyArray<Diagnostic> }
  | { readonly _tag: "Unchanged" }
  | { readonly _tag: "Valid"; readonly patch: string; readonly changes: Changes }

export interface ConfigFile {
  /** Below the configuration directory: `connectors/iiko.yaml`. */
  readonly name: string
  readonly text: string
}

export class Control extends Context.Service<
  Control,
  {
    /** What is declared at this moment. */
    readonly generation: Effect.Effect<Generation>
    readonly generations: Stream.Stream<Generation>

    /** Those that the selectors name; one that names nothing is an error with the nearest name. */
    readonly select: (selectors: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Entity>, UnknownSelector>
    readonly standings: Effect.Effect<ReadonlyArray<EntityStanding>, SqlError.SqlError>
    /** Of the last days, today included, the oldest first; days without runs have zeros. */
    readonly days: (count: number) => Effect.Effect<ReadonlyArray<DayOfRuns>, SqlError.SqlError>
    readonly sync: (
      selectors: ReadonlyArray<string>,
      by: By,
      onEvent?: OnEvent
    ) => Effect.Effect<ReadonlyArray<RunResult>, UnknownSelector>
    /** Everything that any run of this daemon tells from now on. */
    readonly events: Stream.Stream<RunEvent>
    readonly plan: (
      selectors: ReadonlyArray<string>,
      onEvent?: OnEvent
    ) => Effect.Effect<Plan, UnknownSelector | SqlError.SqlError>
    /** Exactly that, or nothing where the table or the configuration has moved on. */
    readonly apply: (plan: Plan, by: By) => Effect.Effect<ReadonlyArray<RunResult>, RunFailure | SqlError.SqlError>
    /** The audit, newest first. */
    readonly runs: (filter: RunFilter, limit: number) => Effect.Effect<ReadonlyArray<AuditedRun>, SqlError.SqlError>

    readonly deletes: {
      readonly open: (sampleSize: number) => Effect.Effect<ReadonlyArray<PendingDelete>, SqlError.SqlError>
      readonly page: (
        id: bigint,
        offset: number,
        limit: number
      ) => Effect.Effect<PendingDeletePage | undefined, SqlError.SqlError>
      /** Decided once; who comes second is told. Answers how many rows were deleted. */
      readonly decide: (
        id: bigint,
        decision: "apply" | "drop",
        by: By
      ) => Effect.Effect<number, PendingDeleteGone | SqlError.SqlError>
    }

    readonly jobs: Jobs["Service"]
    readonly actions: Actions["Service"]
    /** Every action that ended in this daemon, whatever set it off, from now on. */
    readonly actionRuns: Stream.Stream<{ readonly trigger: string; readonly run: ActionRun }>
    readonly alerts: Pick<Alerts["Service"], "open" | "changes">

    readonly reload: (by: By) => Effect.Effect<ConfigVersion>
    readonly configuration: {
      /** What is live. */
      readonly files: Effect.Effect<ReadonlyArray<ConfigFile>>
      readonly versions: (limit: number) => Effect.Effect<ReadonlyArray<ConfigVersion>, SqlError.SqlError>
      /** Checks the whole configuration as it would be with this file in it. A name that nothing reads is a diagnostic. */
      readonly propose: (file: ConfigFile) => Effect.Effect<Proposal, ConfigurationUnwritable>
      /** Writes the files, each whole or not at all, and reloads; what does not load is put back as it was. */
      readonly write: (
        files: ReadonlyArray<ConfigFile>,
        by: By
      ) => Effect.Effect<ConfigVersion, ConfigurationUnwritable>
      /** The files of a version that was live. */
      readonly filesOf: (version: number) => Effect.Effect<ReadonlyArray<ConfigFile> | undefined, SqlError.SqlError>
    }
  }
>()("tributary/core/control/Control") {}
