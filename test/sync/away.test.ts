import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber, Layer, type Scope } from "effect"
import { SqlClient } from "effect/sql"
import * as Database from "../../core/database/connection/Database.ts"
import type { Locks } from "../../core/database/connection/Locks.ts"
import { declaration, freshDatabase } from "../support/database.ts"
import { connectorOf, entity } from "../support/source.ts"
import { ids, rows, syncer, syncerOf } from "./fixtures.ts"
import { proxy } from "./Proxy.ts"

const thing = entity("thing")

type Network = Effect.Success<ReturnType<typeof proxy>>

const overNetwork = (
  test: (network: Network) => Effect.Effect<void, unknown, SqlClient.SqlClient | Scope.Scope | Locks>
) =>
  Effect.gen(function* () {
    const network = yield* proxy(yield* freshDatabase)
    const database = Database.layer({ declaration: declaration(network.url), dataDirectory: "" })
    yield* Effect.provide(test(network), database.pipe(Layer.orDie))
  })

const statuses = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql<{ status: string; error: string | null }>`select status, error from tributary.sync_log order by id`
)

describe("a database that is away", () => {
  it.live("when a run begins is waited for", () =>
    overNetwork(({ cut, mend }) =>
      Effect.gen(function* () {
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 3) })
        yield* cut
        const running = yield* Effect.forkChild(sync({ records: rows(1, 5) }))
        yield* Effect.andThen(Effect.sleep("100 millis"), mend)
        assert.deepInclude(yield* Fiber.join(running), { status: "ok", inserted: 2, unchanged: 3 })
      })
    )
  )

  it.live("when the rows are to be loaded is waited for, and they are loaded once", () =>
    overNetwork(({ cut, mend }) =>
      Effect.gen(function* () {
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 30) })
        const reading = yield* Deferred.make<void>()
        const goOn = yield* Deferred.make<void>()
        const before = Effect.andThen(Deferred.succeed(reading, undefined), Deferred.await(goOn))
        const running = yield* Effect.forkChild(sync({ records: rows(6, 35, "new"), before }))
        yield* Deferred.await(reading)
        yield* Effect.sleep("100 millis")
        yield* cut
        yield* Deferred.succeed(goOn, undefined)
        yield* Effect.andThen(Effect.sleep("100 millis"), mend)
        assert.deepInclude(yield* Fiber.join(running), { status: "ok", inserted: 5, updated: 25, deleted: 5 })
        assert.deepStrictEqual(
          (yield* statuses).map(({ status }) => status),
          ["ok", "ok"]
        )
      })
    )
  )

  it.live("by its own word, whichever it has for that, is waited for while a load is under way", () =>
    overNetwork(() =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const codes = ["57P01", "57P02", "57P03", "57P05"]
        const entities = codes.map((code) => entity(code.toLowerCase()))
        // A rollback does not undo what a sequence returned.
        yield* sql.unsafe(`create function away() returns trigger language plpgsql as $$ begin
          if nextval('once_' || lower(tg_argv[0])) = 1 then raise exception 'away' using errcode = tg_argv[0]; end if;
          return null; end $$`)
        const sync = syncer(entities)
        yield* sync({ records: rows(1, 3) })
        for (const code of codes) {
          yield* sql.unsafe(`create sequence once_${code}`)
          yield* sql.unsafe(`create trigger away before insert on fake_${code} execute function away('${code}')`)
        }
        for (const result of yield* sync({ records: rows(1, 5) })) {
          assert.deepInclude(result, { status: "ok", inserted: 2, unchanged: 3 }, result.entity)
        }
      })
    )
  )

  it.live("for longer than the deadline fails the run in time, and the next one repairs", () =>
    overNetwork(({ cut, mend }) =>
      Effect.gen(function* () {
        const limits = { ...connectorOf([thing]).limits, deadline: Duration.millis(300) }
        yield* syncerOf(thing)({ records: rows(1, 3) })
        yield* cut
        const result = yield* syncerOf(thing, { limits })({ records: rows(1, 5) }).pipe(Effect.timeout("5 seconds"))
        assert.strictEqual(result.status, "failed")
        assert.match(result.error ?? "", /not finished within 300ms/)
        yield* mend
        assert.deepInclude(yield* syncerOf(thing)({ records: rows(1, 4) }), { status: "ok", inserted: 1 })
        assert.deepStrictEqual(yield* ids(thing), [1, 2, 3, 4])
        assert.isFalse((yield* statuses).some(({ status }) => status === "running"))
      })
    )
  )
})
