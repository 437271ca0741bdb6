/** A daemon whose health monitor is looked at: its alerts, and its gauges. */
import { Context, Duration, Effect, Layer, Metric } from "effect"
import { PrometheusMetrics } from "effect/observability"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import type { JobDeclaration } from "../../core/config/JobDeclaration.ts"
import * as Database from "../../core/database/connection/Database.ts"
import * as HealthMonitor from "../../core/jobs/HealthMonitor.ts"
import { Alerts } from "../../core/observe/Alerts.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { VendorState } from "../../core/upstream/exchange/VendorState.ts"
import { declaration, freshDatabase } from "../support/database.ts"
import { eventually } from "../support/eventually.ts"
import { type Answers, connectorOf, entity, layerSync } from "../support/source.ts"
import { job, setTime } from "./fixtures.ts"

export const one = entity("one")

/** The clock of the test runs ahead of the connections, none of which is to be replaced because of it. */
const recycle = Duration.days(10_000)

/** A daemon that watches a database, and the hand of the test in it. */
export const world = Effect.fnUntraced(function* (
  time: string,
  answers: Answers = () => ({}),
  jobs = [job("morning")],
  engine: ReturnType<typeof layerSync> = layerSync([one], answers, {}, jobs)
) {
  yield* setTime(time)
  const database = yield* TestClock.withLive(
    Effect.flatMap(freshDatabase, (url) =>
      Layer.build(Database.layer({ declaration: { ...declaration(url), recycle }, dataDirectory: "" }))
    )
  )
  const services = yield* Layer.build(
    HealthMonitor.layer.pipe(Layer.provideMerge(Layer.merge(Alerts.layer, engine)))
  ).pipe(Effect.provide(database))
  const [alerts, registry] = [Context.get(services, Alerts), Context.get(services, Registry)]
  const sql = Context.get(database, SqlClient.SqlClient)
  const keys = Effect.map(alerts.open, (open) => open.map(({ key }) => key).toSorted())
  return {
    alerts,
    database,
    registry,
    sync: Context.get(services, Sync),
    vendors: Context.get(services, VendorState),
    keys,
    /** What is open after the look in a minute. */
    look: Effect.andThen(looked(TestClock.adjust("1 minute")), keys),
    /** What the look on the way comes to is another matter. */
    jump: (to: string) => looked(setTime(to)),
    fire: (at: string, status: string, trigger = "schedule") =>
      sql`insert into tributary.job_run (job, scheduled_at, trigger, status, detail, finished_at)
        values ('morning', ${at}::timestamptz, ${trigger}, ${status}, 'in words', ${at}::timestamptz)`,
    run: (at: string, status: string, trigger = "job") =>
      sql`insert into tributary.sync_log (connector, entity, trigger, status, started_at, finished_at, config_hash)
        values ('fake', 'one', ${trigger}, ${status}, ${at}::timestamptz, ${at}::timestamptz, 'hash')`,
    nextFire: (at: string) =>
      sql`insert into tributary.job_schedule (job, pattern, timezone, since, next_fire, declared_by)
        values ('morning', '0 7 * * *', 'UTC', ${at}::timestamptz - interval '1 second', ${at}::timestamptz, array['one'])`,
    declare: (jobs: ReadonlyArray<JobDeclaration>, entities = [one]) =>
      registry.swap({ connectors: [connectorOf(entities)], jobs }),
    sql
  }
})

/** Until the look that the clock sets off has ended: it sets the gauge of the connections last. */
const looked = Effect.fnUntraced(function* (clock: Effect.Effect<void>) {
  const metrics = yield* Metric.MetricRegistry
  metrics.clear()
  yield* clock
  const ended = Effect.map(PrometheusMetrics.format(), (text) => text.includes("tributary_database_connections"))
  yield* TestClock.withLive(eventually(ended))
})

export const isolated = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.provideService(effect, Metric.MetricRegistry, new Map())

export const [late, jobFailed, held, open] = [
  "entity_stale fake unrefreshed",
  "job_failed morning",
  "guard_held fake guard.empty",
  "circuit_open fake"
]
