import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { parse } from "yaml"
import type { Entity } from "../../core/config/Entity.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { job } from "../jobs/fixtures.ts"
import { column, entity, layerSync } from "../support/source.ts"
import { rows } from "../sync/fixtures.ts"
import { type Asked, ask, events, layer } from "./fixtures.ts"

const field = (body: unknown, name: string): unknown => Reflect.get(Object(body), name)

const list = (body: unknown, name: string): ReadonlyArray<unknown> => {
  const found = field(body, name)
  return Array.isArray(found) ? found : []
}

const thing = entity("thing", {
  request: {
    method: "GET",
    path: "/things",
    query: { since: { date: "today", offset: Duration.days(30), sign: -1, format: "yyyy-MM-dd" } },
    headers: { "x-key": "the-key-of-the-vendor" }
  },
  columns: [
    column("id", "bigint"),
    column("name", "text", { required: true }),
    column("kind", "text", { source: { _tag: "Constant", value: "thing" } }),
    column("tags", "text", { array: true, source: { _tag: "Pointer", pointer: { up: 0, tokens: ["a", "t/g"] } } })
  ],
  scope: { kind: "thing" },
  records: "/items",
  page: {
    type: "page",
    param: "page",
    size: 5,
    first: 1,
    maxPages: 9,
    total: ["meta", "a/b"],
    hasMore: "none",
    endStatus: [422]
  },
  fail: { pointer: ["status"], equals: "error" }
})
const other = entity("other")

const world = (selected: ReadonlyArray<Entity> = [thing, other]) => {
  let records: ReadonlyArray<Record<string, unknown>> = rows(1, 3)
  const sync = Effect.flatMap(Sync, ({ run }) => run(selected, { trigger: "test", actor: null }))
  return {
    served: layer({ entities: selected, answers: () => ({ records }) }),
    sync: (next: typeof records) =>
      Effect.suspend(() => {
        records = next
        return sync
      })
  }
}

describe("an entity", () => {
  it.live("tells its declaration without the values of headers, its columns and its history", () => {
    const { served, sync } = world()
    return Effect.gen(function* () {
      yield* sync(rows(1, 3))
      yield* sync(rows(1, 5))
      const { body, status, text } = yield* ask("/api/v1/entities/fake.thing")
      assert.strictEqual(status, 200)
      assert.notInclude(text, "the-key-of-the-vendor")
      assert.include(String(field(body, "declaration")), "# The values of headers are not shown: x-key")
      assert.deepInclude(body, { id: "fake.thing", mode: "mirror", pending: 0, late: false })
      assert.deepStrictEqual(list(body, "columns"), [
        { name: "id", type: "bigint" },
        { name: "name", type: "text" },
        { name: "kind", type: "text" },
        { name: "tags", type: "text[]" }
      ])
      assert.deepInclude(parse(String(field(body, "declaration"))), {
        path: "/things",
        query: { since: { date: "today-30d", format: "yyyy-MM-dd" } },
        page: {
          type: "page",
          param: "page",
          size: 5,
          first: 1,
          maxPages: 9,
          total: "/meta/a~1b",
          hasMore: "none",
          endStatus: [422]
        },
        fail: { pointer: "/status", equals: "error" },
        table: "fake_thing",
        key: "id",
        scope: { kind: "thing" },
        fields: {
          id: "bigint",
          name: { type: "text", required: true },
          kind: "text",
          tags: { from: "/a/t~1g", type: "text[]" }
        },
        guard: { maxDelete: "50%", floor: 3, empty: "refuse", maxReject: "5%", confirm: "again", cascade: "refuse" }
      })
      assert.deepStrictEqual(
        list(body, "history").map((run) => [field(run, "status"), field(run, "inserted")]),
        [
          ["ok", 3],
          ["ok", 2]
        ]
      )
      assert.deepStrictEqual(list(body, "recent"), list(body, "history"))
      const missing = yield* ask("/api/v1/entities/fake.thng")
      assert.strictEqual(missing.status, 404)
      assert.include(missing.text, "fake.thing")
    }).pipe(Effect.provide(served))
  })

  it.live("fires no more by itself as soon as its job is paused", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const nextFire = Effect.map(ask("/api/v1/entities"), ({ body }) => field(list(body, "entities")[0], "nextFire"))
      assert.isNotNull(yield* nextFire)
      // What a pause stores; the jobs of these tests store nothing.
      yield* sql`insert into tributary.job_state (job, paused_at) values ('morning', now())`
      yield* ask("/api/v1/jobs/morning/pause", { method: "POST" })
      assert.isNull(yield* nextFire)
    }).pipe(
      Effect.provide(
        layer({
          engine: layerSync([thing], () => ({}), {}, [
            job("morning", { steps: [{ _tag: "Sync", selectors: ["fake.thing"] }] })
          ])
        })
      )
    )
  )

  it.live("tells of its last twenty runs in the list and of two hundred by itself, skipped ones left out", () => {
    const { served } = world()
    return Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`insert into tributary.sync_log (connector, entity, trigger, status, started_at, finished_at, fetched)
        select 'fake', 'thing', 'test', case when n % 2 = 0 then 'ok' else 'skipped' end,
          now(), now() + n * interval '1 millisecond', n from generate_series(1, 1000) as n`
      const durations = (runs: ReadonlyArray<unknown>) => runs.map((run) => field(run, "durationMs"))
      const [first] = list((yield* ask("/api/v1/entities")).body, "entities")
      assert.deepStrictEqual(
        durations(list(first, "recent")),
        Array.from({ length: 20 }, (_, at) => 962 + at * 2)
      )
      const { body } = yield* ask("/api/v1/entities/fake.thing")
      assert.deepStrictEqual(
        durations(list(body, "history")),
        Array.from({ length: 200 }, (_, at) => 602 + at * 2)
      )
      assert.deepInclude(field(body, "last"), { fetched: 1000, status: "ok" })
    }).pipe(Effect.provide(served))
  })
})

describe("a run", () => {
  it.live("tells which records were rejected, why, and what they were", () => {
    const { served, sync } = world([thing])
    return Effect.gen(function* () {
      const long = { id: 3, name: null, text: `${"x".repeat(5_000)}\0` }
      yield* sync([...rows(1, 1), { id: 2, name: null, note: "kept" }, long, { name: "keyless" }])
      const [run] = list((yield* ask("/api/v1/runs")).body, "runs")
      const { body, status } = yield* ask(`/api/v1/runs/${field(run, "id")}`)
      assert.strictEqual(status, 200)
      assert.deepStrictEqual(field(body, "run"), run)
      const [second, third, keyless, ...more] = list(body, "rejects")
      assert.isEmpty(more)
      assert.deepStrictEqual(second, {
        position: 2,
        key: { id: "2" },
        field: "name",
        reason: "missing, though required",
        why: { code: "reject.missing", params: {} },
        value: null,
        record: '{"id":2,"name":null,"note":"kept"}'
      })
      const cut = String(field(third, "record"))
      assert.strictEqual(cut.length, 4_001)
      assert.isTrue(cut.endsWith("x…"))
      assert.deepInclude(keyless, { key: null, field: "id" })
      assert.strictEqual((yield* ask("/api/v1/runs/999")).status, 404)
      // A row of before reasons were data, and one whose code another version knew.
      const sql = yield* SqlClient.SqlClient
      yield* sql`update tributary.sync_reject set why = case position when 3 then '{"code":"reject.gone","params":{}}'::jsonb end`
      const before = list((yield* ask(`/api/v1/runs/${field(run, "id")}`)).body, "rejects")
      assert.strictEqual(before.length, 3)
      for (const reject of before) {
        assert.deepStrictEqual(field(reject, "why"), { code: "said", params: { text: field(reject, "reason") } })
      }
    }).pipe(Effect.provide(served))
  })

  it.live("that has just ended is told of, however often the same was asked before", () => {
    const { served, sync } = world([thing])
    return Effect.gen(function* () {
      for (let at = 1; at <= 5; at++) {
        yield* sync(rows(1, at))
        const answers = yield* Effect.all(
          Array.from({ length: 8 }, () => ask("/api/v1/runs")),
          { concurrency: 8 }
        )
        for (const { body } of answers) assert.lengthOf(list(body, "runs"), at)
      }
    }).pipe(Effect.provide(served))
  })
})

describe("a plan", () => {
  const asked = (rowsShown?: number): Asked => ({
    method: "POST",
    body: { selectors: ["fake.thing"], ...(rowsShown === undefined ? {} : { rows: rowsShown }) }
  })

  it.live("tells the rows that would change, cut where they are many, and changes nothing", () => {
    const { served, sync } = world([thing])
    return Effect.gen(function* () {
      yield* sync(rows(1, 10))
      yield* sync(rows(1, 10))
      const before = yield* ask("/api/v1/runs")
      const { body, status } = yield* ask("/api/v1/plan", asked())
      assert.strictEqual(status, 200)
      assert.deepInclude(body, { version: 1 })
      const [none] = list(body, "entities")
      assert.deepInclude(none, { entity: "thing", unchanged: 10, inserts: [] })
      const received = yield* Stream.runCollect(events("/api/v1/plan", asked(2)))
      const [same] = list(received.at(-1), "entities")
      assert.deepInclude(same, { totals: { inserts: 0, updates: 0, deletes: 0, missed: 0, withheld: 0 } })
      assert.isTrue(received.some((event) => field(event, "phase") === "reading"))
      const sql = yield* SqlClient.SqlClient
      yield* sql`update fake_thing set name = 'changed' where id <= 5`
      yield* sql`delete from fake_thing where id > 7`
      const [changed] = list((yield* ask("/api/v1/plan", asked(2))).body, "entities")
      assert.deepInclude(changed, { totals: { inserts: 3, updates: 5, deletes: 0, missed: 0, withheld: 0 } })
      assert.lengthOf(list(changed, "inserts"), 2)
      assert.lengthOf(list(changed, "updates"), 2)
      for (const update of list(changed, "updates")) {
        const to = `row ${field(field(update, "key"), "id")}`
        assert.deepStrictEqual(list(update, "changes"), [{ column: "name", from: "changed", to }])
      }
      assert.strictEqual((yield* ask("/api/v1/runs")).text, before.text)
      assert.strictEqual((yield* ask("/api/v1/plan", { method: "POST", body: { selectors: ["x.y"] } })).status, 400)
      assert.strictEqual((yield* ask("/api/v1/plan", asked(1001))).status, 400)
    }).pipe(Effect.provide(served))
  })
})

it.live("the fires of jobs are told of, oldest first, as far back as is asked", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = DateTime.formatIso(yield* DateTime.now)
    yield* sql`insert into tributary.job_run (job, scheduled_at, trigger, status, detail)
      select 'morning', ${now}::timestamptz - n * interval '1 day', 'schedule', 'missed', 'day ' || n
      from generate_series(1, 30) as n`
    const days = (query: string) =>
      Effect.map(ask(`/api/v1/job-runs${query}`), ({ body }) => list(body, "runs").map((run) => field(run, "detail")))
    const back = (from: number) => Array.from({ length: from }, (_, at) => `day ${from - at}`)
    assert.deepStrictEqual(yield* days(""), back(13))
    assert.deepStrictEqual(yield* days("?days=3"), back(2))
    assert.lengthOf(yield* days("?days=366"), 30)
    const [run] = list((yield* ask("/api/v1/job-runs?days=2")).body, "runs")
    assert.hasAllKeys(run, [
      "id",
      "job",
      "scheduledAt",
      "startedAt",
      "finishedAt",
      "status",
      "trigger",
      "actor",
      "detail",
      "reasons"
    ])
    assert.deepEqual(
      field(run, "reasons"),
      [foreignText("day 1")],
      "one of before there were reasons is told as it was"
    )
    assert.strictEqual((yield* ask("/api/v1/job-runs?days=0")).status, 400)
  }).pipe(Effect.provide(world().served))
)
