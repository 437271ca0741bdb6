import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect, Exit, Layer, Metric, Scope } from "effect"
import { PrometheusMetrics } from "effect/observability"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import type { JobDeclaration } from "../../core/config/Job.ts"
import * as PendingDeletes from "../../core/database/audit/PendingDeletes.ts"
import * as Database from "../../core/database/connection/Database.ts"
import * as HealthMonitor from "../../core/jobs/HealthMonitor.ts"
import { Alerts } from "../../core/observe/Alerts.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { VendorState } from "../../core/upstream/exchange/VendorState.ts"
import { declaration, freshDatabase } from "../support/database.ts"
import { eventually } from "../support/eventually.ts"
import { type Answers, connectorOf, entity, layerSync } from "../support/source.ts"
import { rows } from "../sync/fixtures.ts"
import { job, setTime } from "./fixtures.ts"

const one = entity("one")

/** The clock of the test runs ahead of the connections, none of which is to be replaced because of it. */
const recycle = Duration.days(10_000)

/** A daemon that watches a database, and the hand of the test in it. */
const world = Effect.fnUntraced(function* (time: string, answers: Answers = () => ({}), jobs = [job("morning")]) {
  yield* setTime(time)
  const database = yield* TestClock.withLive(
    Effect.flatMap(freshDatabase, (url) =>
      Layer.build(Database.layer({ declaration: { ...declaration(url), recycle }, dataDirectory: "" }))
    )
  )
  const services = yield* Layer.build(
    HealthMonitor.layer.pipe(Layer.provideMerge(Layer.merge(Alerts.layer, layerSync([one], answers, {}, jobs))))
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

const isolated = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.provideService(effect, Metric.MetricRegistry, new Map())

const [late, jobFailed, held, open] = [
  "entity_stale fake unrefreshed",
  "job_failed morning",
  "guard_held fake guard.empty",
  "circuit_open fake"
]

describe("what was to be sent", () => {
  it.effect("and may or may not have arrived says so until a person has decided", () =>
    isolated(
      Effect.gen(function* () {
        const { alerts, look, sql } = yield* world("2026-03-10T07:00:00Z")
        yield* sql`
          insert into tributary.action_log (action, key, attempt, what, status, trigger, request, created_at)
          values ('fake.send', 'fake.send:1', gen_random_uuid(), '5 kg of flour', 'unknown', 'job', '{}', now()),
            ('fake.send', 'fake.send:2', gen_random_uuid(), '6 kg of flour', 'done', 'job', '{}', now())`
        assert.deepEqual(yield* look, ["action_unknown fake.send"])
        const [alert] = yield* alerts.open
        assert.include(alert?.message, "5 kg of flour")
        yield* sql`update tributary.action_log set status = 'failed' where status = 'unknown'`
        assert.deepEqual(yield* look, [])
      })
    )
  )
})

describe("an entity", () => {
  it.effect("is late from the end of its job's allowance until its next good run has ended", () =>
    isolated(
      Effect.gen(function* () {
        const { alerts, fire, look, run, sql } = yield* world("2026-03-10T07:58:00Z")
        yield* run("2026-03-09T07:01:00Z", "ok")
        yield* fire("2026-03-10T07:00:00Z", "ok")
        assert.deepEqual(yield* look, [], "07:59")
        assert.deepEqual(yield* look, [late], "08:00")
        const [alert] = yield* alerts.open
        assert.strictEqual(
          alert?.message,
          "fake.one is late: it was to be fresh after 2026-03-10T07:00:00Z, and its last good run ended at 2026-03-09T07:01:00Z."
        )
        yield* run("2026-03-10T08:00:10Z", "failed")
        assert.deepEqual(yield* look, [late])
        yield* run("2026-03-10T08:00:50Z", "ok", "api")
        // As a decision about withheld deletes leaves it: nothing was read.
        yield* sql`update tributary.sync_log set config_hash = null where started_at = '2026-03-10T08:00:50Z'`
        assert.deepEqual(yield* look, [late])
        yield* run("2026-03-10T08:02:10Z", "warning", "api")
        assert.deepEqual(yield* look, [])
      })
    )
  )

  it.effect("is not late before a job had run it", () =>
    isolated(
      Effect.gen(function* () {
        const { fire, jump, look, run } = yield* world("2026-03-10T12:00:00Z")
        yield* fire("2026-03-10T07:00:00Z", "ok")
        assert.deepEqual(yield* look, [], "it was declared after the fire")
        yield* run("2026-03-10T12:00:30Z", "failed", "api")
        assert.deepEqual(yield* look, [], "a person tried it")
        yield* run("2026-03-10T12:01:30Z", "failed")
        assert.deepEqual(yield* look, [], "the job was run by hand")
        yield* jump("2026-03-11T08:00:00Z")
        yield* fire("2026-03-11T07:00:00Z", "ok")
        assert.deepEqual(yield* look, [late], "its first whole fire has passed")
      })
    )
  )

  it.effect("owes nothing for fires that were skipped, nor while its job is paused", () =>
    isolated(
      Effect.gen(function* () {
        const { fire, look, run, sql } = yield* world("2026-03-11T12:00:00Z")
        yield* run("2026-03-10T07:00:05Z", "ok")
        yield* fire("2026-03-11T07:00:00Z", "skipped")
        assert.deepEqual(yield* look, [])
        yield* fire("2026-03-11T06:59:00Z", "ok")
        assert.deepEqual(yield* look, [late])
        yield* sql`insert into tributary.job_state (job, paused_at) values ('morning', now())`
        assert.deepEqual(yield* look, [])
      })
    )
  )

  it.effect("is no longer late when a reload removes it, and its gauge is gone", () =>
    isolated(
      Effect.gen(function* () {
        const { declare, fire, keys, look, run } = yield* world("2026-03-10T09:00:00Z")
        yield* run("2026-03-09T09:01:00Z", "ok")
        yield* fire("2026-03-10T07:00:00Z", "ok")
        assert.deepEqual(yield* look, [late])
        assert.include(
          yield* PrometheusMetrics.format(),
          'tributary_entity_age_seconds{connector="fake",entity="one"} 86400'
        )
        yield* declare([job("morning")], [entity("other")])
        yield* TestClock.withLive(eventually(Effect.map(keys, ({ length }) => length === 0)))
        assert.notInclude(yield* PrometheusMetrics.format(), "tributary_entity_age_seconds{")
      })
    )
  )

  it.effect("whose deletes are held back says so until somebody decides", () => {
    let records = rows(1, 30)
    return isolated(
      Effect.gen(function* () {
        const { alerts, database, look, sync } = yield* world("2026-03-10T09:00:00Z", () => ({ records }), [])
        const run = sync.run([one], { trigger: "api", actor: null })
        yield* run
        assert.deepEqual(yield* look, [])
        records = []
        yield* run
        assert.deepEqual(yield* look, [held])
        assert.include(
          (yield* alerts.open)[0]?.message,
          "fake.one: 30 deletes wait for a decision: the source is empty"
        )
        const [pending] = yield* Effect.provide(PendingDeletes.open(1), database)
        yield* Effect.provide(PendingDeletes.drop(pending?.id ?? 0n, "anna"), database)
        assert.deepEqual(yield* look, [])
      })
    )
  })
})

describe("a source", () => {
  it.effect("whose fields change says so until they are as before, a new field for a week at most", () => {
    let more: object = {}
    return isolated(
      Effect.gen(function* () {
        const { alerts, jump, look, sync } = yield* world(
          "2026-03-10T09:00:00Z",
          () => ({ records: rows(1, 4).map(({ id, name }) => ({ id, name, ...more })) }),
          []
        )
        const run = sync.run([one], { trigger: "api", actor: null })
        const changed = "fields_changed fake field.appeared"
        more = { amount: null }
        yield* run
        assert.deepEqual(yield* look, [])
        more = { colour: "red" }
        yield* run
        assert.deepEqual(yield* look, [changed])
        assert.strictEqual(
          (yield* alerts.open)[0]?.message,
          [
            "fake.one: its source has other fields than before:",
            "1 field of the source is new, and not declared: colour",
            "1 declared field is in none of the records: amount; if that is as it should be, declare it optional: true"
          ].join("\n")
        )
        more = { colour: "red", amount: null }
        yield* run
        assert.deepEqual(yield* look, [changed])
        assert.notInclude((yield* alerts.open)[0]?.message, "amount")
        yield* jump("2026-03-17T08:50:00Z")
        assert.deepEqual(yield* look, [changed])
        yield* jump("2026-03-17T09:10:00Z")
        assert.deepEqual(yield* look, [])
        more = { amount: null, size: 1 }
        yield* run
        assert.deepEqual(yield* look, [changed])
        more = { amount: null }
        yield* run
        assert.deepEqual(yield* look, [])
      })
    )
  })
})

describe("sources of one connector", () => {
  it.effect("that change together are one alert, with the names of all", () =>
    isolated(
      Effect.gen(function* () {
        const { alerts, declare, look, sql } = yield* world("2026-03-10T09:00:00Z", undefined, [])
        yield* declare([], [one, entity("other")])
        yield* sql`
          insert into tributary.source_fields (connector, entity, source, seen, absent, appeared, vanished)
          select 'fake', name, '', '[]', '[]', '{"colour": "2026-03-10T08:00:00Z"}', '{}'
          from unnest(array['one', 'other']) as name`
        assert.deepEqual(yield* look, ["fields_changed fake field.appeared"])
        const [alert] = yield* alerts.open
        assert.deepInclude(alert, { subject: "fake", entities: ["fake.one", "fake.other"] })
        assert.strictEqual(
          alert?.message,
          "2 entities of fake have other fields than before (fake.one, fake.other), among them: 1 field of the source is new, and not declared: colour"
        )
      })
    )
  )
})

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

describe("an outside system", () => {
  const gauges = Effect.map(PrometheusMetrics.format(), (text) =>
    [...text.matchAll(/^tributary_circuit_open(\{.*\} \d)/gm)].map(([, told]) => told)
  )

  const failing = Effect.fnUntraced(function* () {
    const daemon = yield* world("2026-03-10T07:01:00Z")
    const { breaker } = daemon.vendors
    const call = (effect: Effect.Effect<void, string>) => Effect.ignore(breaker.execute(effect, { key: "fake" }))
    for (let i = 0; i < 5; i++) yield* call(Effect.fail("it is down"))
    const becomes = (expected: string) =>
      TestClock.withLive(eventually(Effect.map(daemon.keys, (keys) => keys.join() === expected)))
    const gauge = Effect.map(PrometheusMetrics.format(), (text) => /tributary_circuit_open\{.*\} (\d)/.exec(text)?.[1])
    return { ...daemon, becomes, call, gauge }
  })

  it.effect("is wrong from when its circuit opens until it closes, also while it is tried", () =>
    isolated(
      Effect.gen(function* () {
        const { becomes, call, gauge, look } = yield* failing()
        yield* becomes(open)
        assert.strictEqual(yield* gauge, "1")
        yield* TestClock.adjust("31 seconds")
        yield* call(Effect.fail("it is still down"))
        assert.deepEqual(yield* look, [open])
        yield* TestClock.adjust("10 minutes")
        yield* call(Effect.void)
        yield* becomes("")
        assert.strictEqual(yield* gauge, "0")
      })
    )
  )

  it.effect("of which something is counted apart is told by that name, as long as it may be asked", () =>
    isolated(
      Effect.gen(function* () {
        const { keys, look, vendors } = yield* world("2026-03-10T07:01:00Z")
        const asking = yield* Scope.make()
        yield* Scope.provide(vendors.hold({ connector: "fake", group: "cloud" }), asking)
        const shared = vendors.hold({ connector: "fake", group: "cloud" })
        yield* Effect.scoped(shared)
        yield* Scope.provide(vendors.hold({ connector: "gone", group: "cloud" }), asking)
        for (const key of ["fake cloud", "gone cloud"]) {
          for (let i = 0; i < 5; i++) yield* Effect.ignore(vendors.breaker.execute(Effect.fail("it is down"), { key }))
        }
        const told = yield* look
        assert.deepEqual(told, ["circuit_open fake cloud"])
        assert.sameMembers(yield* gauges, ['{connector="fake"} 0', '{connector="fake",group="cloud"} 1'])
        yield* Scope.close(asking, Exit.void)
        assert.deepEqual(yield* look, [])
        assert.deepEqual(yield* gauges, ['{connector="fake"} 0'])
        assert.deepEqual(yield* keys, [])
      })
    )
  )

  it.effect("is forgotten when a reload removes it", () =>
    isolated(
      Effect.gen(function* () {
        const { becomes, gauge, registry } = yield* failing()
        yield* becomes(open)
        yield* registry.swap({ connectors: [], jobs: [] })
        yield* becomes("")
        assert.isUndefined(yield* gauge)
      })
    )
  )
})
