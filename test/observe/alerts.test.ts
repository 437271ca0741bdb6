import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, Metric, Stream } from "effect"
import { PrometheusMetrics } from "effect/observability"
import { TestClock } from "effect/testing"
import { Alerts, type Notification } from "../../core/observe/Alerts.ts"
import { remember } from "../../core/observe/Secrets.ts"
import { foreignText } from "../../core/reason/Reason.ts"

const failed = { kind: "job_failed", subject: "morning", reason: foreignText("morning failed") } as const

/** The alerts of a process, and all that it told. */
const world = Effect.gen(function* () {
  const alerts = yield* Alerts
  const notifications: Array<Notification> = []
  yield* alerts.changes.pipe(
    Stream.runForEach((notification) => Effect.sync(() => notifications.push(notification))),
    Effect.forkScoped({ startImmediately: true })
  )
  const texts = Effect.as(Effect.yieldNow, notifications).pipe(
    Effect.map((all) => all.map(({ text, what }) => [what, text]))
  )
  return { alerts, texts }
})

const isolated = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  effect.pipe(Effect.provide(Alerts.layer), Effect.provideService(Metric.MetricRegistry, new Map()))

describe("an alert", () => {
  it.effect("is told once when it is raised and once when it is over", () =>
    isolated(
      Effect.gen(function* () {
        const { alerts, texts } = yield* world
        yield* alerts.raise(failed)
        yield* TestClock.adjust("90 minutes")
        yield* alerts.raise({ ...failed, reason: foreignText("morning failed again") })
        const [open, ...others] = yield* alerts.open
        assert.lengthOf(others, 0)
        assert.deepInclude(open, { key: "job_failed morning", message: "morning failed again" })
        assert.strictEqual(open?.since.epochMilliseconds, 0, "it is as old as the first time it was raised")
        yield* TestClock.adjust("35 minutes")
        yield* alerts.clear("job_failed morning")
        yield* alerts.clear("job_failed morning")
        assert.deepEqual(yield* alerts.open, [])
        assert.deepEqual(yield* texts, [
          ["raised", "morning failed"],
          ["changed", "morning failed again"],
          ["recovered", "recovered after 2h 5m; it was: morning failed again"]
        ])
      })
    )
  )

  it.effect("is told again when it is still raised a day later, and a day after that", () =>
    isolated(
      Effect.gen(function* () {
        const { alerts, texts } = yield* world
        const everyHour = Effect.andThen(alerts.raise(failed), TestClock.adjust("1 hour"))
        yield* Effect.repeat(everyHour, { times: 49 })
        assert.deepEqual(yield* texts, [
          ["raised", "morning failed"],
          ["reminded", "still, after 1d: morning failed"],
          ["reminded", "still, after 2d: morning failed"]
        ])
      })
    )
  )

  it.effect("that is news is told once, however long it stays open", () =>
    isolated(
      Effect.gen(function* () {
        const { alerts, texts } = yield* world
        const news = { kind: "fields_changed", subject: "crm.deal", reason: foreignText("a new field") } as const
        yield* Effect.repeat(Effect.andThen(alerts.raise(news), TestClock.adjust("1 day")), { times: 3 })
        yield* alerts.clear("fields_changed crm.deal")
        assert.deepEqual(yield* texts, [
          ["raised", "a new field"],
          ["recovered", "recovered after 4d; it was: a new field"]
        ])
      })
    )
  )

  it.effect("is one for each subject and kind, and a new one after it was over", () =>
    isolated(
      Effect.gen(function* () {
        const { alerts, texts } = yield* world
        yield* alerts.raise(failed)
        yield* alerts.raise({ ...failed, subject: "evening" })
        yield* alerts.raise({ ...failed, kind: "entity_stale" })
        yield* alerts.clear("job_failed morning")
        yield* alerts.raise(failed)
        assert.deepEqual(
          (yield* alerts.open).map(({ key }) => key),
          ["job_failed evening", "entity_stale morning", "job_failed morning"]
        )
        assert.deepEqual(
          (yield* texts).map(([what]) => what),
          ["raised", "raised", "raised", "recovered", "raised"]
        )
      })
    )
  )

  it.effect("holds no secret", () =>
    isolated(
      Effect.gen(function* () {
        const { alerts } = yield* world
        remember("open-sesame-1234")
        yield* alerts.raise({ ...failed, reason: foreignText("the vendor answered: open-sesame-1234 is wrong") })
        assert.notInclude((yield* alerts.open)[0]?.message, "open-sesame")
      })
    )
  )

  it.effect("is a line in the log when it is raised and when it is over, and a gauge by its kind", () => {
    const lines: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => {
      lines.push(`${logLevel} ${message}`)
    })
    return isolated(
      Effect.gen(function* () {
        const { alerts } = yield* world
        const gauge = Effect.map(PrometheusMetrics.format(), (text) => /kind="job_failed"\} (\d+)/.exec(text)?.[1])
        assert.strictEqual(yield* gauge, "0")
        yield* alerts.raise(failed)
        yield* alerts.raise(failed)
        assert.strictEqual(yield* gauge, "1")
        yield* alerts.clear("job_failed morning")
        assert.strictEqual(yield* gauge, "0")
        assert.deepEqual(lines, ["Warn morning failed", "Info recovered after 0; it was: morning failed"])
      }).pipe(Effect.provide(Logger.layer([logger])))
    )
  })
})
