import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient, Statement } from "effect/sql"
import { plan } from "../../core/sync/plan/Planner.ts"
import { layerDatabase } from "../support/database.ts"
import { entity, layerRegistry } from "../support/source.ts"
import { rows, syncerOf } from "./fixtures.ts"

/** The pool's statements that write to an entity's table or the audit; a run starts on the locks' connection. */
const watched = <A, E, R>(effect: Effect.Effect<A, E, R>) => {
  const statements: Array<string> = []
  return Effect.provideService(effect, Statement.CurrentTransformer, (statement) => {
    const [sql] = statement.compile()
    if (/\b(?:insert into|update|delete from) (?:"public"\."fake_|tributary\.sync_log)/.test(sql)) statements.push(sql)
    return Effect.succeed(statement)
  }).pipe(Effect.map((result) => ({ result, statements })))
}

layer(layerDatabase, { excludeTestServices: true })((it) => {
  it.effect(
    "a run writes rows, rejects, pending deletes and its audit row with one statement, in one transaction",
    () =>
      Effect.gen(function* () {
        const usual = entity("whole")
        const sync = syncerOf({ ...usual, guard: { ...usual.guard, maxReject: 1 } })
        yield* sync({ records: rows(1, 20) })
        const { result, statements } = yield* watched(
          sync({ records: [...rows(1, 3, "new"), { id: 4, amount: "many" }, { id: 21 }] })
        )
        assert.deepInclude(result, { status: "warning", inserted: 1, updated: 3, rejected: 1, deleted: 0 })
        assert.lengthOf(statements, 1)
        const sql = yield* SqlClient.SqlClient
        const transactions = yield* sql`
        select xmin::text from fake_whole where name like 'new%' or id = 21
        union select xmin::text from tributary.sync_log where id = (select max(id) from tributary.sync_log)
        union select xmin::text from tributary.sync_reject
        union select xmin::text from tributary.pending_delete`
        assert.lengthOf(transactions, 1)
      })
  )

  it.effect("only what is too large to be held goes through a table of its own, and a plan's rows never do", () =>
    Effect.gen(function* () {
      const tables = <A, E, R>(effect: Effect.Effect<A, E, R>) => {
        let made = 0
        return Effect.provideService(effect, Statement.CurrentTransformer, (statement) => {
          if (/^\s*create (?:temp|unlogged)/i.test(statement.compile()[0])) made += 1
          return Effect.succeed(statement)
        }).pipe(Effect.map((result) => ({ made, result })))
      }
      for (const [name, records, made] of [
        ["held", rows(1, 5_000), 0],
        ["too_large", rows(1, 10_000, "x".repeat(900)), 1]
      ] as const) {
        const thing = entity(name)
        const registry = layerRegistry([thing], () => ({ records }))
        const planned = yield* tables(Effect.provide(plan([thing]), registry))
        assert.strictEqual(planned.made, 0, name)
        assert.lengthOf(planned.result.entities[0]?.inserts ?? [], records.length)
        const synced = yield* tables(syncerOf(thing)({ records }))
        assert.strictEqual(synced.made, made, name)
        assert.deepInclude(synced.result, { status: "ok", inserted: records.length })
      }
    })
  )
})
