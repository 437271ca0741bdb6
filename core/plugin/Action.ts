/**
 * The contract of an action: something done to an outside system, sent at most once. An action describes the request;
 * `once` stores the intent before and the outcome after, and decides whether anything is sent at all.
 */
import { type Context, type DateTime, type Duration, Effect, type Schema } from "effect"
import type { SqlClient } from "effect/sql"
import type { ConnectorSettings } from "../config/Declarations.ts"
import { type ActionSchema, type Decodable, NoInput } from "../config/schema/ConnectorYaml.ts"
import type { Initiator } from "../observe/Initiator.ts"
import type { Reason } from "../reason/Reason.ts"
import { ReasonError } from "../reason/ReasonError.ts"
import type { UpstreamError } from "../upstream/Source.ts"

export { NoInput }

export type Json = Schema.Json

/**
 * `already`: sent before, not again. `failed`: certainly not applied. `unknown`: perhaps applied, a person decides.
 * `busy`: another process sends it now. `skipped`: nothing to send.
 */
export type ItemStatus = "planned" | "done" | "already" | "failed" | "unknown" | "busy" | "skipped"

/** The outcome of one item that an action wanted to send. */
export interface ActionItem {
  /** Identifies the item when the action runs again. */
  readonly key: string
  readonly what: Reason
  readonly status: ItemStatus
  readonly detail: Reason | null
}

/** An item with the system's answer, received now or when it was sent before. */
export interface SentItem extends ActionItem {
  readonly response: Json | null
}

export interface ActionReport {
  /** One sentence. */
  readonly summary: Reason
  readonly items: ReadonlyArray<ActionItem>
  /** Findings for a person to check; if there are any, the status is a warning. */
  readonly notes: ReadonlyArray<Reason>
  /** The findings of the action, for programs. */
  readonly data: Json | null
}

/** The action could not be completed; the log holds what it had sent until then. */
export class ActionFailed extends ReasonError("ActionFailed") {}

/**
 * The system understood the request and refused it in its own way, such as in an answer of 200: certainly nothing was
 * applied.
 */
export class ActionRefused extends ReasonError("ActionRefused") {}

export interface Intent {
  /** Unique among everything that this action ever sends, such as `2026-11-20/Бар (Мира)`. */
  readonly key: string
  /** For example `12.5 kg of flour to Кухня (Мира)`. */
  readonly what: Reason
  /** The data to send, without secrets and with quantities as decimal text; the read-back receives it. */
  readonly request: Json
}

/** An entity whose sync failed, so that its table is unchanged. */
export interface StaleEntity {
  /** For example `crm.deal`. */
  readonly entity: string
  readonly why: Reason
}

/** The services that core provides to every action. */
export type ActionServices = SqlClient.SqlClient

export interface ActionContext extends Initiator {
  /** Nothing may be changed anywhere; `once` ensures that for its own request. */
  readonly dryRun: boolean
  /** In the connector's time zone, so that its date is the day people mean. */
  readonly now: DateTime.Zoned
  /** Syncs these entities first, all at once; a dry run leaves the tables unchanged. Returns those that failed. */
  readonly refresh: (selectors: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<StaleEntity>, ActionFailed>
  /**
   * Sends at most once per key, whatever happens and however often it is called. `send` is the only request that
   * changes something, and returns what is worth storing. Other data is read before, because a failure inside `send`
   * leaves open whether something was applied, unless the system's refusal is certain.
   */
  readonly once: <R>(
    intent: Intent,
    send: Effect.Effect<Json, UpstreamError | ActionRefused, R>
  ) => Effect.Effect<SentItem, never, R>
}

export interface Action<S extends Decodable = Decodable, I extends Decodable = Decodable, R = never>
  extends ActionSchema<S, I> {
  /** Methods, not properties, so that an action of any schema is assignable to `Action`. */
  run(settings: S["Type"], input: I["Type"], context: ActionContext): Effect.Effect<ActionReport, ActionFailed, R>
  /**
   * Looks up in the system what a request should have created; `undefined`: it certainly does not exist. Absent: the
   * system has no such lookup.
   */
  readBack?(request: Json, settings: S["Type"]): Effect.Effect<Json | undefined, UpstreamError, R>
  /**
   * How long after a lost answer the system may still apply the request: what two looks do not find then was not applied, and
   * may be sent again. Absent: what is not found may still come, and a person decides.
   */
  readonly settlesAfter?: Duration.Duration
}

/** Infers the types of its argument. */
export const make = <S extends Decodable, I extends Decodable, R>(action: Action<S, I, R>): Action<S, I, R> => action

/** An action of a running connector, with its settings and everything else it needs. */
export interface BoundAction {
  readonly name: string
  readonly description: string
  readonly input: Decodable
  readonly run: (input: unknown, context: ActionContext) => Effect.Effect<ActionReport, ActionFailed, ActionServices>
  readonly readBack?: (request: Json) => Effect.Effect<Json | undefined, UpstreamError, ActionServices>
  readonly settlesAfter?: Duration.Duration
}

/** Binds the actions that have settings: an action without a declaration is not offered. */
export const provide = <R>(
  actions: ReadonlyArray<Action<Decodable, Decodable, R | ActionServices>>,
  { actions: declared = {} }: Pick<ConnectorSettings, "actions">,
  services: Context.Context<R>
): ReadonlyArray<BoundAction> =>
  actions.flatMap((action) => {
    if (!Object.hasOwn(declared, action.name)) return []
    const { description, input, name, settlesAfter } = action
    const settings = declared[name]
    const run: BoundAction["run"] = (given, context) => Effect.provide(action.run(settings, given, context), services)
    if (action.readBack === undefined) return { name, description, input, run }
    const readBack = action.readBack.bind(action)
    return {
      name,
      description,
      input,
      run,
      ...(settlesAfter === undefined ? {} : { settlesAfter }),
      readBack: (request: Json) => Effect.provide(readBack(request, settings), services)
    }
  })
