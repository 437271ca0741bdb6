/** Actions on outside systems: lists and runs them, and knows the outcome of everything that was to be sent. */
import { Context, Effect, Layer, Schema, type Stream } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { Locks } from "../database/connection/Locks.ts"
import * as EventBus from "../observe/EventBus.ts"
import { Registry } from "../plugin/Registry.ts"
import { reason } from "../reason/Reason.ts"
import { ReasonError } from "../reason/ReasonError.ts"
import { Sync } from "../sync/Sync.ts"
import { ActionEvents } from "./ActionEvents.ts"
import * as ActionLog from "./ActionLog.ts"
import type { ActionRun } from "./ActionRun.ts"
import * as Attempts from "./Attempts.ts"
import { lookOnce, lookupOf } from "./ReadBack.ts"
import * as Recovery from "./Recovery.ts"
import * as RunAction from "./RunAction.ts"

export { type Entry, EntryStatus } from "./ActionLog.ts"
export { ActionRun } from "./ActionRun.ts"
export { type ActionOptions, InvalidInput, UnknownAction } from "./RunAction.ts"

/** There is no decision to make about this entry. */
export class ActionSettled extends ReasonError("ActionSettled")<{ readonly id: number }> {}

export interface ListedAction {
  /** `crm.send`. */
  readonly id: string
  readonly connector: string
  readonly description: string
  /** The JSON Schema of its input. */
  readonly input: unknown
  /** Whether the system can be queried for what was applied. */
  readonly readsBack: boolean
  readonly last: ActionLog.Entry | null
}

export interface LogFilter extends ActionLog.Filter {
  readonly limit: number
}

export class Actions extends Context.Service<
  Actions,
  {
    readonly list: Effect.Effect<ReadonlyArray<ListedAction>, SqlError.SqlError>
    /** Runs the action now and returns its report when it has ended; any failure on the way is in the report. */
    readonly run: (
      id: string,
      input: unknown,
      by: RunAction.ActionOptions
    ) => Effect.Effect<ActionRun, RunAction.UnknownAction | RunAction.InvalidInput>
    /** Returns entries, newest first. */
    readonly log: (filter: LogFilter) => Effect.Effect<ReadonlyArray<ActionLog.Entry>, SqlError.SqlError>
    readonly entry: (id: number) => Effect.Effect<ActionLog.Entry | undefined, SqlError.SqlError>
    /** Returns the entry of a key, as the action itself names the key. */
    readonly find: (action: string, key: string) => Effect.Effect<ActionLog.Entry | undefined, SqlError.SqlError>
    /** Records a person's decision on an unknown entry. `failed`: it was not applied, and may be sent again. */
    readonly resolve: (
      id: number,
      as: "done" | "failed",
      actor: string | null
    ) => Effect.Effect<ActionLog.Entry, ActionSettled | SqlError.SqlError>
    /** The decisions made in this daemon from now on; a slow subscriber loses the oldest. */
    readonly decisions: Stream.Stream<ActionLog.Entry>
  }
>()("tributary/core/actions/Actions") {
  static readonly layer = Layer.effect(
    Actions,
    Effect.gen(function* () {
      const services = yield* Effect.map(
        Effect.context<SqlClient.SqlClient | Locks | Registry | Sync | ActionEvents>(),
        Context.pick(SqlClient.SqlClient, Locks, Registry, Sync, ActionEvents)
      )
      const decisions = yield* EventBus.make<ActionLog.Entry>(64)
      return Actions.of({
        list: Effect.provide(list, services),
        run: (id, input, by) => Effect.provide(RunAction.run(id, input, by), services),
        log: ({ limit, ...filter }) => Effect.provide(ActionLog.page(filter, limit), services),
        entry: (id) => Effect.provide(ActionLog.byId(id), services),
        find: (action, key) => Effect.provide(ActionLog.byKey(Attempts.storedKey(action, key)), services),
        resolve: (id, as, actor) => Effect.tap(Effect.provide(resolve(id, as, actor), services), decisions.publish),
        decisions: decisions.events
      })
    })
  ).pipe(Layer.provide(ActionEvents.layer))

  /** Recovers, in the background, the attempts of killed processes. */
  static readonly layerRecovery = Layer.effectDiscard(Effect.forkScoped(Recovery.start))
}

const list = Effect.gen(function* () {
  const all = yield* RunAction.available(yield* Registry.now)
  const last = yield* ActionLog.last(all.map(({ id }) => id))
  return all.map(({ action, connector, id }): ListedAction => {
    const { definitions, schema } = Schema.toJsonSchemaDocument(action.input, { onExcessProperty: "error" })
    const input = Object.keys(definitions).length === 0 ? schema : { ...schema, $defs: definitions }
    const { description, readBack } = action
    return { id, connector, description, input, readsBack: readBack !== undefined, last: last.get(id) ?? null }
  })
}).pipe(Effect.scoped)

/** Queries the system first, if that is possible, before anything may be sent again. */
const resolve = Effect.fn("Actions.resolve")(function* (id: number, as: "done" | "failed", actor: string | null) {
  const known = yield* ActionLog.byId(id)
  if (known !== undefined) yield* Attempts.markAbandoned(known.key)
  const entry = yield* ActionLog.byId(id)
  if (entry === undefined) {
    return yield* new ActionSettled({ id, reason: reason("unknown.entry", { id }) })
  }
  const found = entry.status === "unknown" && (yield* isThere(entry))
  const decided = !found && (yield* Attempts.resolve(id, as, actor))
  const now = (yield* ActionLog.byId(id)) ?? entry
  if (decided || (found && as === "done")) return now
  const { status } = now
  return yield* new ActionSettled({
    id,
    reason: found ? reason("settled.found", { id, status }) : reason("settled.notUnknown", { id, status })
  })
})

const isThere = (entry: ActionLog.Entry) =>
  Effect.flatMap(Registry.now, (generation) => RunAction.find(generation, entry.action)).pipe(
    Effect.flatMap(({ action }) => {
      const lookup = lookupOf(action)
      return lookup === undefined ? Effect.succeed(false) : Effect.map(lookOnce(entry, lookup), ({ found }) => found)
    }),
    Effect.scoped,
    // An action that is no longer declared cannot be queried.
    Effect.catchTag("UnknownAction", () => Effect.succeed(false))
  )
