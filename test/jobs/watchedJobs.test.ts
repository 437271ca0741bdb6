import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { eventually } from "../support/eventually.ts"
import { job } from "./fixtures.ts"
import { isolated, jobFailed, late, world } from "./watchFixtures.ts"

describe("a job", () => {
  it.effect("that failed or was missed is wrong until a run of it succeeds, not while it tries", () =>
    isolated(
      Effect.gen(function* () {
        const { alerts, fire, look, sql } = yield* world("2026-03-10T07:01:00Z")
        yield* fire("2026-03-10T07:00:00Z", "failed")
        assert.deepEqual(yield* look, [jobFailed])
        assert.strictEqual(
          (yield* alerts.open)[0]?.message,
          "The job morning of 2026-03-10T07:00:00Z failed:\nin words"
        )
        yield* fire("2026-03-10T07:02:00Z", "running", "api")
        assert.deepEqual(yield* look, [jobFailed], "it is running")
        yield* sql`update tributary.job_run set status = 'warning' where status = 'running'`
        assert.deepEqual(yield* look, [])
        yield* fire("2026-03-11T07:00:00Z", "missed")
        assert.deepEqual(yield* look, [jobFailed])
        yield* fire("2026-03-11T07:05:00Z", "skipped")
        assert.deepEqual(yield* look, [jobFailed])
      })
    )
  )

  it.effect("whose fire nobody deals with is wrong, and its entities are late", () =>
    isolated(
      Effect.gen(function* () {
        const { alerts, look, nextFire, run } = yield* world("2026-03-10T07:58:00Z")
        yield* run("2026-03-09T07:00:05Z", "ok")
        yield* nextFire("2026-03-10T07:00:00Z")
        assert.deepEqual(yield* look, [])
        assert.deepEqual(yield* look, [late, jobFailed])
        assert.include((yield* alerts.open).find(({ key }) => key === jobFailed)?.message, "the scheduler does not run")
      })
    )
  )

  it.effect("that is paused is not wrong for a fire that nobody deals with", () =>
    isolated(
      Effect.gen(function* () {
        const { look, nextFire, sql } = yield* world("2026-03-10T09:00:00Z")
        yield* nextFire("2026-03-10T07:00:00Z")
        yield* sql`insert into tributary.job_state (job, paused_at) values ('morning', now())`
        assert.deepEqual(yield* look, [])
        yield* sql`update tributary.job_state set paused_at = null`
        assert.deepEqual(yield* look, [jobFailed])
      })
    )
  )

  it.effect("that is no longer enabled is not wrong", () =>
    isolated(
      Effect.gen(function* () {
        const { declare, fire, keys, look } = yield* world("2026-03-10T07:01:00Z")
        yield* fire("2026-03-10T07:00:00Z", "failed")
        assert.deepEqual(yield* look, [jobFailed])
        yield* declare([job("morning", { enabled: false, hash: "off" })])
        yield* TestClock.withLive(eventually(Effect.map(keys, ({ length }) => length === 0)))
      })
    )
  )
})
