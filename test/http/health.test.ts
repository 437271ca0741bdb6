import { assert, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { Schedule } from "../../core/config/Schedule.ts"
import * as Database from "../../core/database/connection/Database.ts"
import * as Health from "../../core/http/Health.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { VendorState } from "../../core/upstream/exchange/VendorState.ts"
import { UpstreamError } from "../../core/upstream/Source.ts"
import { job } from "../jobs/fixtures.ts"
import { declaration, freshDatabase } from "../support/database.ts"
import { entity } from "../support/source.ts"
import { rows } from "../sync/fixtures.ts"
import { proxy } from "../sync/Proxy.ts"
import { ask, layer } from "./fixtures.ts"

const sync = (...selectors: ReadonlyArray<string>) => ask("/api/v1/sync", { method: "POST", body: { selectors } })

it.live("health tells how each part is, and a connector that fails does not make the daemon unwell", () =>
  Effect.gen(function* () {
    const never = yield* ask("/health", { token: null })
    assert.strictEqual(never.status, 200)
    assert.deepInclude(never.body, {
      status: "ok",
      connectors: { fake: { status: "never", failing: 0, lastFinishedAt: null, ageSeconds: null, circuit: "closed" } },
      scheduler: { status: "ok", jobs: 0, nextFire: null },
      jobs: { morning: { lastStatus: null, nextFire: null, paused: false } },
      plugins: {}
    })
    assert.match(never.text, /"database":\{"status":"ok","roundTripMs":\d+\}/)
    yield* sync("*")
    const { status, text } = yield* ask("/health", { token: null })
    assert.strictEqual(status, 200)
    assert.include(text, '"fake":{"status":"failed","failing":1,"lastFinishedAt":"2')
    assert.match(text, /"ageSeconds":\d/)
    assert.strictEqual((yield* ask("/ready", { token: null })).status, 200)
  }).pipe(
    Effect.provide(
      layer({
        entities: [entity("thing"), entity("broken")],
        answers: ({ name }) =>
          name === "thing"
            ? { records: rows(1, 3) }
            : { error: new UpstreamError({ kind: "Status", status: 500, reason: foreignText("it answers 500") }) }
      })
    )
  )
)

it.live("health shows a circuit that is open, and a schedule that nobody keeps", () =>
  Effect.gen(function* () {
    const [{ breaker, hold }, registry, sql] = [yield* VendorState, yield* Registry, yield* SqlClient.SqlClient]
    yield* hold({ connector: "fake", group: "cloud" })
    const { declarations } = yield* registry.current
    const weekly = job("weekly", { schedule: new Schedule("0 7 * * 1", "UTC") })
    const disabled = job("disabled", { enabled: false })
    yield* registry.swap({ connectors: declarations, jobs: [weekly, disabled] })
    const health = Effect.map(ask("/health", { token: null }), ({ body }) => body)
    yield* sql`
      insert into tributary.job_schedule (job, pattern, timezone, since, next_fire, declared_by)
      select job, '0 7 * * 1', 'UTC', since::timestamptz, null, array['one']
      from (values ('weekly', now()), ('disabled', '2026-01-01')) as v(job, since)`
    assert.deepInclude(yield* health, { scheduler: { status: "ok", jobs: 1, nextFire: null } })
    yield* sql`update tributary.job_schedule set since = now() - interval '8 days' where job = 'weekly'`
    for (let i = 0; i < 5; i++) {
      yield* Effect.ignore(breaker.execute(Effect.fail("it is down"), { key: "fake" }))
    }
    assert.deepInclude(yield* health, {
      connectors: { fake: { status: "never", failing: 0, lastFinishedAt: null, ageSeconds: null, circuit: "open" } },
      endpoints: [
        { connector: "fake", circuit: "open" },
        { connector: "fake", group: "cloud", circuit: "closed" }
      ],
      scheduler: { status: "stopped", jobs: 1, nextFire: null }
    })
  }).pipe(Effect.provide(layer({})))
)

it.live("health of a daemon whose clock is ahead calls nobody stopped for what is yet to come", () =>
  Effect.gen(function* () {
    const [registry, sql] = [yield* Registry, yield* SqlClient.SqlClient]
    const { declarations } = yield* registry.current
    yield* registry.swap({
      connectors: declarations,
      jobs: [job("hourly", { schedule: new Schedule("0 * * * *", "UTC") })]
    })
    yield* sql`
      insert into tributary.job_schedule (job, pattern, timezone, since, next_fire, declared_by)
      values ('hourly', '0 * * * *', 'UTC', now(), null, array['one'])`
    const real = yield* Clock.Clock
    const ahead = () => real.currentTimeMillisUnsafe() + 3 * 60 * 60 * 1_000
    const nanos = () => BigInt(Math.floor(ahead())) * 1_000_000n
    const clock: Clock.Clock = {
      currentTimeMillisUnsafe: ahead,
      currentTimeMillis: Effect.sync(ahead),
      currentTimeNanosUnsafe: nanos,
      currentTimeNanos: Effect.sync(nanos),
      sleep: (duration) => real.sleep(duration),
      monotonicTimeNanos: real.monotonicTimeNanos,
      monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe()
    }
    const health = Effect.provideService(Health.check(), Clock.Clock, clock)
    assert.deepInclude(yield* health, { scheduler: { status: "ok", jobs: 1, nextFire: null } })
    yield* sql`update tributary.job_schedule set since = now() - interval '2 hours'`
    assert.deepInclude(yield* health, { scheduler: { status: "stopped", jobs: 1, nextFire: null } })
  }).pipe(Effect.provide(layer({})))
)

it.live("a database that is down makes the daemon unwell, and the admin API says so", () =>
  Effect.gen(function* () {
    const { cut, url } = yield* proxy(yield* freshDatabase)
    const database = Database.layer({ declaration: declaration(url), dataDirectory: "" })
    yield* Effect.gen(function* () {
      assert.strictEqual((yield* ask("/health", { token: null })).status, 200)
      yield* cut
      const health = yield* ask("/health", { token: null })
      assert.strictEqual(health.status, 503)
      assert.deepStrictEqual(health.body, { status: "unwell", database: { status: "unreachable" } })
      assert.strictEqual((yield* ask("/ready", { token: null })).status, 503)
      const runs = yield* ask("/api/v1/runs")
      assert.strictEqual(runs.status, 503)
      assert.deepInclude(runs.body, {
        type: "urn:tributary:problem:unavailable",
        detail: "The database does not answer."
      })
    }).pipe(Effect.provide(layer({ database: database })))
  })
)

it.live("a database that takes no writes makes the daemon unwell, and is well again after", () =>
  Effect.gen(function* () {
    const url = yield* freshDatabase
    const database = Database.layer({ declaration: { ...declaration(url), connections: 1 }, dataDirectory: "" })
    yield* Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      assert.strictEqual((yield* ask("/health", { token: null })).status, 200)
      // As a host sets it on every session of a database that is full.
      yield* sql`set default_transaction_read_only = on`
      const health = yield* ask("/health", { token: null })
      assert.strictEqual(health.status, 503)
      assert.deepStrictEqual(health.body, { status: "unwell", database: { status: "read-only" } })
      yield* sql`set default_transaction_read_only = off`
      assert.strictEqual((yield* ask("/health", { token: null })).status, 200)
    }).pipe(Effect.provide(layer({ database })))
  })
)

it.live("metrics count runs, rows and requests", () =>
  Effect.gen(function* () {
    const value = (name: string) =>
      Effect.map(ask("/metrics", { token: null }), ({ text }) =>
        Number(
          text
            .split("\n")
            .find((line) => line.startsWith(`${name} `))
            ?.split(" ")[1] ?? 0
        )
      )
    const ok = 'tributary_runs_total{connector="fake",entity="thing",status="ok"}'
    const inserted = 'tributary_rows_total{connector="fake",entity="thing",outcome="inserted"}'
    const seconds = 'tributary_run_duration_seconds_count{connector="fake",entity="thing"}'
    const answered = 'tributary_http_requests_total{method="POST",status="200"}'
    const before = yield* Effect.forEach([ok, inserted, seconds, answered], value)
    yield* sync("*")
    const after = yield* Effect.forEach([ok, inserted, seconds, answered], value)
    assert.deepStrictEqual(
      after.map((now, at) => now - (before[at] ?? 0)),
      [1, 7, 1, 1]
    )
  }).pipe(Effect.provide(layer({ answers: () => ({ records: rows(1, 7) }) })))
)
