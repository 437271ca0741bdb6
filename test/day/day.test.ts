import { assert, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { world } from "./World.ts"

it.effect("a day", () =>
  Effect.gen(function* () {
    const { goTo, sql } = yield* world("2026-03-05T06:55:00+02:00")
    const t0 = performance.now()
    yield* goTo("2026-03-05T07:10:00+02:00")
    console.log(performance.now() - t0)
    console.log(
      yield* sql`select job, scheduled_at, started_at, finished_at, status, detail from tributary.job_run order by id`
    )
    console.log(
      yield* sql`select connector, entity, status, finished_at, fetched, inserted, updated, deleted, rejected, warnings::text, error from tributary.sync_log order by id`
    )
    assert.isTrue(true)
  })
)
