/** Runs of the fake source, with the given answers. */

import { Deferred, Effect, Fiber } from "effect"
import { SqlClient } from "effect/sql"
import type { ConnectorDeclaration } from "../../core/config/Declarations.ts"
import type { Entity } from "../../core/config/Entity.ts"
import { quoteTable } from "../../core/database/tables/Identifier.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { Sync, type SyncOptions } from "../../core/sync/Sync.ts"
import { UpstreamError } from "../../core/upstream/Source.ts"
import { type Answer, type Answers, layerSync } from "../support/source.ts"

/** Syncs every entity of `selected` (by default all) and returns their results in order. */
export const syncer = (entities: ReadonlyArray<Entity>, declared: Partial<ConnectorDeclaration> = {}) => {
  let answers: Answers = () => ({})
  const layer = layerSync(entities, (entity, options) => answers(entity, options), declared)
  return Effect.fnUntraced(function* (
    next: Answer | Answers,
    selected: ReadonlyArray<Entity> = entities,
    more: Partial<SyncOptions> = {}
  ) {
    answers = typeof next === "function" ? next : () => next
    const sync = yield* Sync
    return yield* sync.run(selected, { trigger: "test", actor: null, ...more })
  }, Effect.provide(layer))
}

/** The same for one entity; returns its result. */
export const syncerOf = (entity: Entity, declared: Partial<ConnectorDeclaration> = {}) => {
  const sync = syncer([entity], declared)
  return (next: Answer | Answers, more: Partial<SyncOptions> = {}) =>
    Effect.flatMap(sync(next, [entity], more), ([result]) => Effect.fromNullishOr(result))
}

/** The table of an entity without the daemon's own columns, in the order of its first column. */
export const tableOf = ({ columns, table }: Entity) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    sql.unsafe<Record<string, unknown>>(
      `select ${columns.map(({ name }) => `"${name.replaceAll('"', '""')}"`).join(", ")} from ${quoteTable(table)} order by 1, 2`
    )
  )

export const ids = (entity: Entity) => Effect.map(tableOf(entity), (rows) => rows.map(({ id }) => Number(id)))

/** Records `from` to `to` of `entity(…)`'s own columns. */
export const rows = (from: number, to: number, name = "row") =>
  Array.from({ length: to - from + 1 }, (_, at) => ({ id: from + at, name: `${name} ${from + at}`, amount: "1.50" }))

export const brokenOff = new UpstreamError({
  kind: "Unreachable",
  reason: foreignText("the connection broke off"),
  partialBody: true
})

/** Gives each read the next answer; the last one repeats. */
export const inTurn = (...answers: readonly [Answer, ...ReadonlyArray<Answer>]) => {
  let asked = 0
  const next: Answers = () => answers[Math.min(asked++, answers.length - 1)] ?? answers[0]
  return { next, asked: () => asked }
}

/** A reader of the table, in a transaction that stays open until `end`. */
export const readerOf = Effect.fnUntraced(function* (table: string) {
  const sql = yield* SqlClient.SqlClient
  const reading = yield* Deferred.make<void>()
  const enough = yield* Deferred.make<void>()
  const reader = yield* Effect.forkChild(
    sql.withTransaction(
      Effect.gen(function* () {
        yield* sql`select * from ${sql(table)}`
        yield* Deferred.succeed(reading, undefined)
        yield* Deferred.await(enough)
      })
    )
  )
  yield* Deferred.await(reading)
  return { end: Effect.andThen(Deferred.succeed(enough, undefined), Fiber.join(reader)) }
})
