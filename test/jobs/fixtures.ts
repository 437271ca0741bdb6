/** Daemons on one database under a clock that the test moves; the database itself lives in real time. */
import { Context, DateTime, Duration, Effect, Exit, Layer, Scope } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import type { JobDeclaration } from "../../core/config/JobDeclaration.ts"
import { Schedule } from "../../core/config/Schedule.ts"
import * as Database from "../../core/database/connection/Database.ts"
import { Jobs } from "../../core/jobs/Jobs.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { declaration, freshDatabase } from "../support/database.ts"
import { eventually } from "../support/eventually.ts"
import { type Answers, connectorOf, entity, layerSync } from "../support/source.ts"

export const job = (name: string, more: Partial<JobDeclaration> = {}): JobDeclaration => ({
  name,
  schedule: new Schedule("0 7 * * *", "UTC"),
  misfire: { grace: Duration.hours(1), policy: "once" },
  overlap: "skip",
  jitter: Duration.zero,
  onError: "continue",
  enabled: true,
  steps: [{ _tag: "Sync", selectors: ["fake.one"] }],
  hash: name,
  ...more
})

export const entities = [entity("one"), entity("two"), entity("three")]

const fine: Answers = () => ({ records: [{ id: 1 }] })

export interface Fired {
  readonly at: string
  readonly status: string
  readonly detail: string | null
}

export const setTime = (text: string) => TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe(text)))

/** The clock of the test runs ahead of the work: no connection is to be replaced and no run given up because of it. */
const forever = Duration.days(10_000)
const patient = { limits: { ...connectorOf([]).limits, deadline: forever, timeout: forever } }

/** A database, and whoever works on it. */
export const world = Effect.gen(function* () {
  const url = yield* TestClock.withLive(freshDatabase)

  /**
   * A process of its own, as far as the database can tell; `stop` ends it as a signal would. By its name, a later one is the
   * same daemon started again.
   */
  const process = Effect.fnUntraced(function* (
    jobs: ReadonlyArray<JobDeclaration>,
    answers: Answers = fine,
    scheduling = true,
    daemon = "one"
  ) {
    const scope = yield* Scope.fork(yield* Effect.scope)
    const database = yield* TestClock.withLive(
      Layer.buildWithScope(
        Database.layer({ declaration: { ...declaration(url), recycle: forever }, dataDirectory: "" }),
        scope
      )
    )
    const engine = layerSync(entities, answers, patient, jobs)
    const layer = scheduling
      ? Layer.merge(Jobs.layer, Jobs.layerScheduler({ daemon, grace: Duration.seconds(5) }))
      : Jobs.layer
    const services = yield* Layer.buildWithScope(layer.pipe(Layer.provideMerge(engine)), scope).pipe(
      Effect.provide(database)
    )
    const sql = Context.get(database, SqlClient.SqlClient)
    const fires = (name: string) =>
      Effect.map(
        sql<{ scheduled_at: Date; status: string; detail: string | null }>`
          select scheduled_at, status, detail from tributary.job_run where job = ${name} order by scheduled_at, id`,
        (rows) =>
          rows.map(({ detail, scheduled_at, status }): Fired => ({ at: scheduled_at.toISOString(), status, detail }))
      )
    const registry = Context.get(services, Registry)
    return {
      jobs: Context.get(services, Jobs),
      /** What `jobs.yaml` says from now on. */
      declare: (...jobs: ReadonlyArray<JobDeclaration>) =>
        Effect.flatMap(registry.current, ({ declarations }) => registry.swap({ connectors: declarations, jobs })),
      sql,
      fires,
      /** The fires of a job, once so many have come to an end. */
      settled: (name: string, count: number) =>
        TestClock.withLive(
          eventually(
            Effect.map(fires(name), (found) => found.filter(({ status }) => status !== "running").length >= count)
          )
        ).pipe(Effect.andThen(fires(name))),
      /** Waits until the schedule has stored when the job fires next. */
      planned: (name: string) =>
        TestClock.withLive(
          eventually(
            Effect.map(
              sql`select job from tributary.job_schedule where job = ${name} and next_fire is not null`,
              (rows) => rows.length > 0
            )
          )
        ),
      stop: Scope.close(scope, Exit.void)
    }
  })
  return { process }
})

/** Moves the clock step by step, giving the daemon real time to look each time, until the condition holds. */
export const elapseUntil = <E, R>(condition: Effect.Effect<boolean, E, R>, step: Duration.Input = "1 minute") =>
  TestClock.adjust(step).pipe(
    Effect.andThen(TestClock.withLive(Effect.sleep("5 millis"))),
    Effect.andThen(condition),
    Effect.repeat({ until: (holds) => holds, times: 3000 }),
    // Who has tried often enough succeeds, too.
    Effect.flatMap((holds) => (holds ? Effect.void : Effect.die("waited in vain")))
  )
