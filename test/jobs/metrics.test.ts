import { assert, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber, Metric } from "effect"
import { PrometheusMetrics } from "effect/observability"
import * as Metrics from "../../core/observe/Metrics.ts"
import { job, setTime, world } from "./fixtures.ts"

const isolated = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.provideService(effect, Metric.MetricRegistry, new Map())

const lines = Effect.map(PrometheusMetrics.format(), (text) => text.split("\n"))

it.effect("metrics count the fires of jobs by what became of them, and how late they began", () =>
  isolated(
    Effect.gen(function* () {
      const { process } = yield* world
      yield* setTime("2026-03-10T06:00:00Z")
      const [morning, night] = [job("morning"), job("night", { misfire: { grace: Duration.zero, policy: "skip" } })]
      const before = yield* process([morning, night])
      yield* before.planned("morning")
      yield* before.planned("night")
      yield* before.stop
      yield* setTime("2026-03-10T07:40:00Z")
      const daemon = yield* process([morning, night])
      yield* daemon.settled("morning", 1)
      yield* daemon.settled("night", 1)
      yield* daemon.jobs.run("night", { trigger: "api", actor: null })
      yield* daemon.stop
      const found = yield* lines
      assert.include(found, 'tributary_job_runs_total{job="morning",status="ok"} 1')
      assert.include(found, 'tributary_job_runs_total{job="night",status="missed"} 1')
      assert.include(found, 'tributary_job_runs_total{job="night",status="ok"} 1')
      assert.include(found, 'tributary_job_lateness_seconds_sum{job="morning"} 2400')
      assert.isFalse(
        found.some((line) => line.startsWith('tributary_job_lateness_seconds_sum{job="night"}')),
        "what a person runs is never late"
      )
    })
  )
)

it.effect("metrics count what a fire was held back on purpose as no lateness", () =>
  isolated(
    Effect.gen(function* () {
      const { process } = yield* world
      yield* setTime("2026-03-10T06:00:00Z")
      const morning = job("morning", { jitter: Duration.minutes(30) })
      const before = yield* process([morning])
      yield* before.planned("morning")
      yield* before.sql`update tributary.job_schedule set next_fire = '2026-03-10T07:20:00Z'`
      yield* before.stop
      yield* setTime("2026-03-10T07:25:00Z")
      const daemon = yield* process([morning])
      yield* daemon.settled("morning", 1)
      yield* daemon.stop
      assert.include(yield* lines, 'tributary_job_lateness_seconds_sum{job="morning"} 300')
    })
  )
)

it.effect("metrics show the runs in progress, and none after they were interrupted", () =>
  isolated(
    Effect.gen(function* () {
      const { process } = yield* world
      const begun = yield* Deferred.make<void>()
      const hanging = Effect.andThen(Deferred.succeed(begun, undefined), Effect.never)
      const daemon = yield* process([job("morning")], () => ({ before: hanging }), false)
      const running = yield* Effect.forkChild(daemon.jobs.run("morning", { trigger: "api", actor: null }), {
        startImmediately: true
      })
      yield* Deferred.await(begun)
      assert.include(yield* lines, 'tributary_runs_in_progress{connector="fake"} 1')
      yield* Fiber.interrupt(running)
      assert.include(yield* lines, 'tributary_runs_in_progress{connector="fake"} 0')
    })
  )
)

it.effect("metrics tell of reloads, and whether the last one succeeded", () =>
  isolated(
    Effect.gen(function* () {
      yield* Metrics.reloadEnded("ok", 5_000)
      yield* Metrics.reloadEnded("invalid", 9_000)
      const found = yield* lines
      assert.include(found, 'tributary_reloads_total{status="ok"} 1')
      assert.include(found, 'tributary_reloads_total{status="invalid"} 1')
      assert.include(found, "tributary_last_reload_success 0")
      assert.include(found, "tributary_last_reload_timestamp_seconds 5")
    })
  )
)
