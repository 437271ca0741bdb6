/** Tables that somebody else has made, and plans for them. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import type { SourceRecord } from "../../core/upstream/Source.ts"
import { layerRegistry } from "../support/source.ts"

export const make = Effect.fnUntraced(function* (...statements: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  for (const statement of statements) yield* sql.unsafe(statement)
})

export const planned = (thing: Entity, records: ReadonlyArray<SourceRecord>) =>
  Effect.gen(function* () {
    const { entities } = yield* Effect.provide(
      plan([thing]),
      layerRegistry([thing], () => ({ records }))
    )
    return yield* Effect.fromNullishOr(entities[0])
  })
