import { assert, describe, it } from "@effect/vitest"
import { Context, DateTime, Duration, Effect, Layer, Metric, Stream } from "effect"
import { PrometheusMetrics } from "effect/observability"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { targetOf } from "../../core/config/RunTarget.ts"
import * as Database from "../../core/database/connection/Database.ts"
import type { EntityHealth } from "../../core/jobs/EntityState.ts"
import * as HealthMonitor from "../../core/jobs/HealthMonitor.ts"
import { entityAlerts, isCoveredElsewhere } from "../../core/jobs/Outages.ts"
import { type Alert, type AlertInput, Alerts } from "../../core/observe/Alerts.ts"
import { foreignText, type Reason, reason, render } from "../../core/reason/Reason.ts"
import { declaration, freshDatabase } from "../support/database.ts"
import { eventually } from "../support/eventually.ts"
import { entity, layerSync } from "../support/source.ts"
import { job, setTime } from "./fixtures.ts"

const at = DateTime.makeUnsafe("2026-03-10T07:00:00Z")

/** As a request of one of them failed. */
const failed = (path: string, why: Reason) =>
  reason("request.tried", { why: reason("request.failed", { request: `iiko: GET /${path}`, why }), count: 4 })
const timeout = reason("request.timeout", { limit: "30s" })
const refused = reason("request.unauthorized", { status: 401, body: foreignText("«no»") })

const late = (failure: Reason | null): EntityHealth => ({
  target: targetOf(entity("one")),
  state: "late",
  ended: null,
  expectedAt: at,
  nextFire: null,
  late: true,
  freshAt: null,
  firstByJob: null,
  cursorAt: null,
  pending: 0,
  pendingReason: null,
  failure,
  appeared: [],
  vanished: []
})

const held = (pending: number, why: Reason): EntityHealth => ({
  ...late(null),
  state: "withheld",
  late: false,
  pending,
  pendingReason: why
})

const many = (connector: string, count: number, why: Reason | null) =>
  Array.from({ length: count }, (_, n): readonly [string, EntityHealth] => [
    `${connector}.e${n}`,
    late(why && failed(`e${n}`, why))
  ])

const openOf = (raised: ReadonlyArray<AlertInput & { readonly key: string }>): ReadonlyArray<Alert> =>
  raised.map((one) => ({ entities: [], ...one, message: render(one.reason), since: at }))

describe("what is wrong with entities", () => {
  it("is one thing for sixty of a connector that fail alike, with their number and the first names", () => {
    const [alert, ...others] = entityAlerts(new Map(many("iiko", 60, timeout)), [])
    assert.isEmpty(others)
    assert.deepInclude(alert, { key: "entity_stale iiko request.timeout", subject: "iiko" })
    assert.lengthOf(alert?.entities ?? [], 60)
    const { code, params } = alert?.reason ?? foreignText("")
    assert.strictEqual(code, "alert.lateManyFailing")
    assert.deepInclude(params, { count: 60, connector: "iiko", entities: "iiko.e0, iiko.e1, iiko.e2, …" })
  })

  it("is another thing for another cause, another connector and another kind", () => {
    const entities = new Map([
      ...many("iiko", 3, timeout),
      ["iiko.other", late(failed("other", refused))] as const,
      ["iiko.silent", late(null)] as const,
      ...many("fintablo", 2, timeout),
      ["iiko.held", held(1, reason("guard.empty", { count: 1 }))] as const,
      ["iiko.held2", held(7, reason("guard.empty", { count: 7 }))] as const
    ])
    assert.deepEqual(
      entityAlerts(entities, []).map(({ key, reason: why, subject }) => [key, subject, why.code]),
      [
        ["entity_stale iiko request.timeout", "iiko", "alert.lateManyFailing"],
        ["entity_stale fintablo request.timeout", "fintablo", "alert.lateManyFailing"],
        ["guard_held iiko guard.empty", "iiko", "alert.heldMany"],
        ["entity_stale iiko request.unauthorized", "iiko.other", "alert.lateFailing"],
        ["entity_stale iiko unrefreshed", "iiko.silent", "alert.late"]
      ]
    )
  })

  it("is the same thing while its entities fail for another reason: they have not recovered", () => {
    const before = openOf(entityAlerts(new Map(many("iiko", 5, null)), []))
    const [now, ...others] = entityAlerts(new Map(many("iiko", 5, timeout)), before)
    assert.isEmpty(others)
    assert.deepInclude(now, { key: "entity_stale iiko unrefreshed" })
    assert.strictEqual(now?.reason.code, "alert.lateManyFailing")
  })

  it("does not go on under the key of one that is about other entities", () => {
    const before = openOf(entityAlerts(new Map([["iiko.e9", late(failed("e9", timeout))]]), []))
    const now = entityAlerts(new Map(many("iiko", 1, timeout)), before)
    assert.deepEqual(
      now.map(({ key }) => key),
      ["entity_stale iiko request.timeout iiko.e0"]
    )
  })

  it("has a key of its own where an alert that is continued for another cause has it", () => {
    const before = openOf(entityAlerts(new Map(many("iiko", 4, timeout)), []))
    const now = entityAlerts(new Map([...many("iiko", 4, refused), ["iiko.e9", late(failed("e9", timeout))]]), before)
    assert.deepEqual(
      now.map(({ entities, key, reason: why }) => [key, entities.length, why.code]),
      [
        ["entity_stale iiko request.timeout", 4, "alert.lateManyFailing"],
        ["entity_stale iiko request.timeout iiko.e9", 1, "alert.lateFailing"]
      ]
    )
  })

  it("becomes two when some have another cause, and of two one when it is the same again", () => {
    const before = openOf(entityAlerts(new Map(many("iiko", 5, timeout)), []))
    const apart = new Map([...many("iiko", 5, timeout), ["iiko.e4", late(refused)] as const])
    const two = entityAlerts(apart, before)
    assert.deepEqual(
      two.map(({ entities, key }) => [key, entities.length]),
      [
        ["entity_stale iiko request.timeout", 4],
        ["entity_stale iiko request.unauthorized", 1]
      ]
    )
    const together = entityAlerts(new Map(many("iiko", 5, timeout)), openOf(two))
    assert.deepEqual(
      together.map(({ key }) => key),
      ["entity_stale iiko request.timeout"]
    )
    const [, gone] = openOf(two)
    assert.isTrue(gone !== undefined && isCoveredElsewhere(gone, together), "what it was about is told by the other")
    assert.isFalse(gone !== undefined && isCoveredElsewhere(gone, []), "it has recovered")
    const other = entityAlerts(new Map([["iiko.e4", held(1, reason("guard.empty", { count: 1 }))]]), [])
    assert.deepEqual(other[0]?.entities, gone?.entities)
    assert.isFalse(
      gone !== undefined && isCoveredElsewhere(gone, other),
      "what is held back says nothing of what was late"
    )
  })
})

const names = Array.from({ length: 12 }, (_, n) => `e${String(n).padStart(2, "0")}`)

/** A daemon that watches twelve entities, and what it tells of them. */
const world = Effect.gen(function* () {
  yield* setTime("2026-03-10T09:00:00Z")
  const database = yield* TestClock.withLive(
    Effect.flatMap(freshDatabase, (url) =>
      Layer.build(
        Database.layer({ declaration: { ...declaration(url), recycle: Duration.days(10_000) }, dataDirectory: "" })
      )
    )
  )
  const sync = layerSync(
    names.map((name) => entity(name)),
    () => ({}),
    {},
    [job("morning", { steps: [{ _tag: "Sync", selectors: ["fake.*"] }] })]
  )
  const services = yield* Layer.build(
    HealthMonitor.layer.pipe(Layer.provideMerge(Layer.merge(Alerts.layer, sync)))
  ).pipe(Effect.provide(database))
  const alerts = Context.get(services, Alerts)
  const sql = Context.get(database, SqlClient.SqlClient)
  const changes: Array<readonly [what: string, key: string]> = []
  yield* alerts.changes.pipe(
    Stream.runForEach(({ alert, what }) => Effect.sync(() => changes.push([what, alert.key]))),
    Effect.forkScoped({ startImmediately: true })
  )
  const look = Effect.gen(function* () {
    const metrics = yield* Metric.MetricRegistry
    metrics.clear()
    yield* TestClock.adjust("1 minute")
    const ended = Effect.map(PrometheusMetrics.format(), (text) => text.includes("tributary_database_connections"))
    yield* TestClock.withLive(eventually(ended))
    return yield* alerts.open
  })
  const run = (of: ReadonlyArray<string>, when: string, status: string, why: Reason | null) => {
    const texts = why === null ? [null, null] : [render(why), JSON.stringify(why)]
    return sql`
      insert into tributary.sync_log (connector, entity, trigger, status, started_at, finished_at, config_hash, error, error_reason)
      select 'fake', n, 'job', ${status}, ${when}::timestamptz, ${when}::timestamptz, 'hash', ${texts[0] ?? null}, ${texts[1] ?? null}::jsonb
      from json_array_elements_text(${JSON.stringify(of)}::json) as n`
  }
  yield* sql`insert into tributary.job_run (job, scheduled_at, trigger, status)
    values ('morning', '2026-03-10T07:00:00Z', 'schedule', 'failed')`
  yield* run(names, "2026-03-09T07:00:00Z", "ok", null)
  return { look, run, changes }
})

describe("the outage of a system", () => {
  it.effect("is told once when it begins and once when the last entity has recovered", () =>
    Effect.gen(function* () {
      const { look, run, changes } = yield* world
      yield* run(names, "2026-03-10T07:00:10Z", "failed", failed("x", timeout))
      const stale = (open: ReadonlyArray<Alert>) => open.filter(({ kind }) => kind === "entity_stale")
      const [alert, ...others] = stale(yield* look)
      assert.isEmpty(others)
      assert.deepInclude(alert, { subject: "fake" })
      assert.lengthOf(alert?.entities ?? [], 12)
      assert.include(alert?.message, "12 entities of fake are late (fake.e00, fake.e01, fake.e02, …)")

      yield* run(names.slice(0, 2), "2026-03-10T09:01:10Z", "failed", failed("x", refused))
      assert.deepEqual(
        stale(yield* look).map(({ entities, key }) => [key, entities.length]),
        [
          ["entity_stale fake request.timeout", 10],
          ["entity_stale fake request.unauthorized", 2]
        ]
      )
      yield* run(names.slice(0, 11), "2026-03-10T09:02:10Z", "ok", null)
      assert.deepInclude(stale(yield* look)[0], { subject: "fake.e11" })
      yield* run(names.slice(11), "2026-03-10T09:03:10Z", "ok", null)
      assert.isEmpty(stale(yield* look))
      assert.deepEqual(
        changes.filter(([what, key]) => key.startsWith("entity_stale") && what !== "changed"),
        [
          ["raised", "entity_stale fake request.timeout"],
          ["raised", "entity_stale fake request.unauthorized"],
          ["recovered", "entity_stale fake request.unauthorized"],
          ["recovered", "entity_stale fake request.timeout"]
        ]
      )
    }).pipe(Effect.scoped, Effect.provideService(Metric.MetricRegistry, new Map()))
  )
})
