/** Queries of exports: which are refused, that they only read, and how every type of PostgreSQL is written. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { layerDatabase } from "../support/database.ts"
import { eventually } from "../support/eventually.ts"
import { world } from "./exportFixtures.ts"

describe("exports", () => {
  it.live("give every type of PostgreSQL as what it is, moments on the connector's wall", () =>
    Effect.gen(function* () {
      const query = `select 1::smallint as id, 9007199254740991::bigint as name, 1.10::numeric as price,
        date '2026-03-05' as d, timestamptz '2026-03-05 08:30Z' as at, time '06:00' as h, true as t,
        '{"a": 1}'::jsonb as j, null::text as n, array[1, 2] as l -- and a comment`
      const { now, run, tab } = yield* world(query, "", ["d", "at", "h", "t", "j", "n", "l"])
      assert.deepInclude(yield* run(), { status: "ok", error: null })
      const moment = 46_086.4375
      assert.deepEqual(now(), [[1, 9_007_199_254_740_991, 1.1, 46_086, moment, 0.25, true, '{"a": 1}', null, "{1,2}"]])
      assert.deepInclude(tab.rows[1]?.[4], { format: { type: "DATE_TIME" } })
    }).pipe(Effect.provide(layerDatabase))
  )

  const refused: ReadonlyArray<readonly [what: string, query: string, more: string, message: RegExp]> = [
    [
      "writes by a function",
      "select id, name, price from spoil()",
      "",
      /PostgreSQL: cannot execute INSERT in a read-only transaction/
    ],
    [
      "writes by a clause",
      "with gone as (delete from product returning *) select * from gone",
      "",
      /PostgreSQL: .*data-modifying/
    ],
    [
      "ends itself and begins another",
      "select 1 as id) as q; delete from product; select (1",
      "",
      /PostgreSQL: cannot insert multiple commands/
    ],
    [
      "takes too long",
      "select id, name, price from product, pg_sleep(5)",
      "timeout: 100ms",
      /the query took longer than 100ms/
    ],
    [
      "gives too much",
      "select n as id, '' as name, 1 as price from generate_series(1, 50001) as n",
      "",
      /more than 50000 rows/
    ],
    ["gives a column twice", "select 1 as id, 'x' as name, 1 as price, 2 as price", "", /two columns "price"/],
    ["lacks a column", "select id, name from product", "", /gives no column "price"/],
    ["names no table", "select * from producd", "", /PostgreSQL: relation "producd" does not exist/]
  ]

  for (const [what, query, more, message] of refused) {
    it.live(`whose query ${what} fail, and nothing is written anywhere`, () =>
      Effect.gen(function* () {
        const { audit, now, run, sql, vendor } = yield* world(query, more)
        yield* sql`create function spoil() returns setof product language sql as
          'insert into product values (9, ''x'', 1) returning *'`
        const { error, status } = yield* run()
        assert.strictEqual(status, "failed")
        assert.match(error ?? "", message)
        assert.deepEqual([now(), vendor.state.counters.writes], [[], 0])
        assert.lengthOf(yield* sql`select 1 from product`, 2)
        const [row] = yield* audit
        assert.deepInclude(row, { status: "failed", error })
      }).pipe(Effect.provide(layerDatabase))
    )
  }

  const sessions: ReadonlyArray<readonly [what: string, expression: string]> = [
    ["a role", "set_config('role', 'pg_monitor', false)"],
    ["a setting", "set_config('search_path', 'nowhere', false)"],
    ["a time without end", "set_config('statement_timeout', '0', false)"],
    ["a lock", "pg_advisory_lock(4711)::text"]
  ]

  for (const [what, expression] of sessions) {
    it.live(`whose query leaves ${what} to its session leave it to nobody else`, () =>
      Effect.gen(function* () {
        const { run, sql } = yield* world(`select 1 as id, ${expression} as name, 1 as price`)
        const asked = sql`select current_setting('role') as role, current_setting('search_path') as path,
          current_setting('statement_timeout') as time, pg_sleep(0.01)::text as slept`
        const all = Effect.all(
          Array.from({ length: 32 }, () => asked),
          { concurrency: "unbounded" }
        )
        const before = yield* all
        assert.deepInclude(yield* run(), { status: "ok", fetched: 1 })
        assert.deepEqual(yield* all, before)
        yield* eventually(
          Effect.map(
            sql`select 1 from pg_locks where locktype = 'advisory' and objid = 4711`,
            ({ length }) => length === 0
          )
        )
      }).pipe(Effect.provide(layerDatabase))
    )
  }
})
