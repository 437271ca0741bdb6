/** The part of the control port that chat features use, as types of its own: `core/plugin` is below `core/control`. */
import type { Effect, Stream } from "effect"
import type { SqlError } from "effect/sql"
import type { Initiator } from "../../observe/Initiator.ts"
import type { Reason } from "../../reason/Reason.ts"
import type { ItemStatus, Json } from "../Action.ts"
import type { ChatRequester } from "./ChatContext.ts"

/** The outcome of a run of an action. */
export interface ActionOutcome {
  /** Its id, as in `crm.send`. */
  readonly action: string
  readonly dryRun: boolean
  readonly summary: string
  readonly summaryReason: Reason
  readonly items: ReadonlyArray<{
    readonly status: ItemStatus
    readonly whatReason: Reason
    readonly detailReason: Reason | null
  }>
  readonly notes: ReadonlyArray<string>
  /** The data that the action found; null if it broke off. */
  readonly data: Json | null
}

/** An entry of the log of actions: one thing that was sent. */
export interface LoggedAction {
  readonly action: string
  readonly key: string
  readonly what: string
  readonly status: string
  readonly request: Json
  readonly errorReason: Reason | null
  readonly detailReason: Reason | null
  /** The person who decided whether it arrived, where the daemon did not know. */
  readonly resolvedBy: string | null
}

/** An event of the run of an entity. */
export type EntityEvent =
  | { readonly _tag: "Started" | "Reading" | "Loading"; readonly entity: string }
  /** `count` more records were mapped to rows. */
  | { readonly _tag: "Rows"; readonly entity: string; readonly count: number }
  | {
      readonly _tag: "Finished"
      readonly entity: string
      readonly result: {
        readonly status: "ok" | "warning" | "failed" | "skipped"
        readonly inserted: number
        readonly updated: number
        readonly deleted: number
      }
    }

export interface ChatControl {
  readonly actions: {
    /** Returns when the action has ended; its failures are in the outcome. */
    readonly run: (
      id: string,
      input: unknown,
      by: Initiator & { readonly dryRun?: boolean }
    ) => Effect.Effect<ActionOutcome, { readonly message: string; readonly reason: Reason }>
    /** Newest first. */
    readonly log: (filter: {
      readonly action: string
      readonly limit: number
    }) => Effect.Effect<ReadonlyArray<LoggedAction>, SqlError.SqlError>
    readonly find: (action: string, key: string) => Effect.Effect<LoggedAction | undefined, SqlError.SqlError>
    /** Decisions of people on entries, from now on. */
    readonly decisions: Stream.Stream<LoggedAction>
  }
  /** Every action that ends, whatever its trigger, from now on. */
  readonly actionRuns: Stream.Stream<{ readonly trigger: string; readonly run: ActionOutcome }>
  /** The events of all runs, from now on. */
  readonly events: Stream.Stream<EntityEvent>
  readonly summaries: Effect.Effect<
    ReadonlyArray<{
      /** `crm.deal`. */
      readonly id: string
      readonly table: string
      readonly freshAt: Date | null
    }>,
    SqlError.SqlError
  >
  readonly sync: (
    selectors: ReadonlyArray<string>,
    by: ChatRequester
  ) => Effect.Effect<unknown, { readonly message: string }>
}
