/** Over a proxy that counts: a load is one round trip, however far away the database is. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Database from "../../core/database/connection/Database.ts"
import { declaration, freshDatabase } from "../support/database.ts"
import { entity } from "../support/source.ts"
import { rows, syncerOf, tableOf } from "./fixtures.ts"
import { proxy } from "./Proxy.ts"

describe("a load", () => {
  it.live("is one round trip: new rows, changed ones, gone ones, a rejected one, with their audit", () =>
    Effect.gen(function* () {
      const server = yield* proxy(yield* freshDatabase)
      yield* Effect.gen(function* () {
        const thing = entity("far")
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 10) })
        let before = 0
        const changed = [...rows(2, 10, "other"), ...rows(11, 12), { id: 13, amount: "much" }]
        const guard = { ...thing.guard, maxReject: 1 }
        const result = yield* syncerOf({ ...thing, guard })(
          { records: changed },
          {
            onEvent: ({ _tag }) =>
              Effect.sync(() => {
                if (_tag === "Loading") before = server.trips.length
              })
          }
        )
        assert.deepInclude(result, { status: "warning", inserted: 2, updated: 9, deleted: 1, rejected: 1 })
        const during = server.trips.slice(before)
        const loads = during.filter(({ text }) => text.includes("facts as materialized"))
        assert.lengthOf(loads, 1)
        // Locks have their own connection, on which this run's lock is released afterwards.
        const [locks, ...others] = during.filter((trip) => !loads.includes(trip))
        assert.notStrictEqual(locks?.connection, loads[0]?.connection)
        assert.isEmpty(others)
        assert.lengthOf(yield* tableOf(thing), 11)
      }).pipe(Effect.provide(Database.layer({ declaration: declaration(server.url), dataDirectory: "" })))
    })
  )
})
