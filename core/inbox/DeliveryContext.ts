/** What the engine does for a delivery that is worked off: reads of its connector, and actions on it. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { ActionRun } from "../actions/ActionRun.ts"
import { Actions } from "../actions/Actions.ts"
import type { Entity } from "../config/Entity.ts"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import { type InboxActionRun, type InboxContext, InboxFailed } from "../plugin/Inbox.ts"
import { type Generation, Registry } from "../plugin/Registry.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import { keyedPart, loaded } from "../sync/KeyedRuns.ts"
import { reasonOf } from "../sync/RunFailure.ts"
import type { RunResult } from "../sync/RunResult.ts"
import { Sync } from "../sync/Sync.ts"
import type { Claim } from "./InboxQueue.ts"

/** The trigger that the audit records; the actor is the delivery. */
const trigger = "inbox"

const failed = (why: Reason, again: boolean) => new InboxFailed({ reason: why, again })

const entityOf = ({ entities }: Generation, { connector }: Claim, name: string) =>
  entities.find((one) => one.connector === connector && one.name === name)

export const make = Effect.fnUntraced(function* (claim: Claim) {
  const [sync, actions] = [yield* Sync, yield* Actions]
  const generation = yield* Registry.now
  const services = yield* Effect.context<Effect.Services<ReturnType<typeof loaded>>>()
  const { connector, id } = claim
  const actor = `delivery ${id}`

  /** Waits for other runs of the entity, and counts the rows that changed. */
  const read = (entity: Entity, keys?: ReadonlyArray<string>) => {
    let results: ReadonlyArray<RunResult> = []
    const run = Effect.tap(sync.run([entity], { trigger, actor, keys, generation }), (ended) =>
      Effect.sync(() => {
        results = ended
      })
    )
    const part = keys === undefined ? { selected: [entity], registry: generation } : keyedPart(generation, entity, keys)
    return loaded(entity, part, () => run).pipe(
      Effect.provideContext(services),
      Effect.mapBoth({
        onFailure: (error) => failed(reasonOf(error), true),
        onSuccess: () => results.reduce((sum, one) => sum + one.inserted + one.updated + one.deleted, 0)
      })
    )
  }

  return {
    readRecords: Effect.fn("DeliveryContext.readRecords")(function* (name: string, keys: ReadonlyArray<string>) {
      const entity = entityOf(generation, claim, name)
      if (entity?.one === undefined || entity.perAccount === true) {
        return yield* failed(reason("inbox.noEntity", { connector, entity: name }), false)
      }
      return yield* read(entity, keys)
    }),
    refresh: Effect.fn("DeliveryContext.refresh")(function* (names: ReadonlyArray<string>) {
      for (const name of names) {
        const entity = entityOf(generation, claim, name)
        if (entity === undefined) return yield* failed(reason("inbox.noEntity", { connector, entity: name }), false)
        const isFresh = yield* Effect.provideContext(wasRead(entity, claim), services)
        if (!isFresh) yield* read(entity)
      }
    }),
    runAction: Effect.fn("DeliveryContext.runAction")(function* (name: string, input: Schema.Json) {
      return yield* actions.run(`${connector}.${name}`, input, { trigger, actor }).pipe(
        Effect.map(runOf),
        Effect.mapError(({ reason: why }) => failed(why, false))
      )
    })
  } satisfies InboxContext
})

/** The items of a run that ended, as the action reported them. */
const runOf = ({ data, items, reasons, status, summaryReason }: ActionRun): InboxActionRun => ({
  status,
  summary: summaryReason,
  items: items.map(({ detailReason, key, status: of, whatReason }) => ({
    key,
    what: whatReason,
    status: of,
    detail: detailReason
  })),
  notes: reasons,
  data
})

const decodeFresh = decodeOwn(Schema.Struct({ fresh: Schema.Boolean }))

/**
 * Whether a whole read of the entity began since the delivery came and was loaded: thousands of deliveries need few reads. Both
 * times are of the database's clock.
 */
const wasRead = Effect.fnUntraced(
  function* ({ connector, name }: Entity, { id }: Claim) {
    const sql = yield* SqlClient.SqlClient
    const [row] = yield* decodeFresh(
      yield* sql`
        select exists (
          select from tributary.sync_log
          where connector = ${connector} and entity = ${name} and account is null and status in ('ok', 'warning')
            and config_hash is not null
            and started_at >= (select stored_at from tributary.inbox where id = ${BigInt(id)})
        ) as fresh`
    )
    return row?.fresh === true
  },
  Effect.mapError((error) => failed(reasonOf(error), true))
)
