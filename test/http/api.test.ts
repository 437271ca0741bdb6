import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { Sync } from "../../core/sync/Sync.ts"
import { column, entity } from "../support/source.ts"
import { rows } from "../sync/fixtures.ts"
import { ask, events, layer, token } from "./fixtures.ts"

const thing = entity("thing")
const other = entity("other")

/** Answered by whatever the test says next. */
const world = () => {
  let records = rows(1, 3)
  return {
    send: (next: typeof records) => {
      records = next
    },
    layer: layer({ entities: [thing, other], answers: () => ({ records }) })
  }
}

const syncAll = Effect.flatMap(Sync, (sync) => sync.run([thing, other], { trigger: "test", actor: null }))

describe("what the API tells", () => {
  const { layer: served } = world()
  it.live("the connectors and how each entity stands, before and after a run", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* ask("/api/v1/connectors")).body, {
        connectors: [
          { name: "fake", type: "fake", timezone: "Europe/Kaliningrad", entities: 2, concurrency: 4, hash: "fake" }
        ]
      })
      const never = {
        id: "fake.thing",
        connector: "fake",
        entity: "thing",
        table: "public.fake_thing",
        mode: "mirror",
        state: "never",
        rows: null,
        freshAt: null,
        cursorAt: null,
        late: false,
        expectedAt: null,
        nextFire: null,
        pending: 0,
        last: null,
        recent: []
      }
      assert.deepStrictEqual((yield* ask("/api/v1/entities")).body, {
        entities: [never, { ...never, id: "fake.other", entity: "other", table: "public.fake_other" }]
      })
      yield* syncAll
      const { text } = yield* ask("/api/v1/entities")
      assert.include(text, '"status":"ok"')
      assert.include(text, '"inserted":3')
      assert.match(text, /"freshAt":"\d{4}-\d\d-\d\dT/)
      assert.match(text, /"recent":\[\{"id":\d+,"startedAt":"2[^"]+Z","status":"ok","durationMs":\d+,"inserted":3,/)
    }).pipe(Effect.provide(served))
  )

  it.live("the runs, newest first, page by page and filtered", () =>
    Effect.gen(function* () {
      yield* syncAll
      yield* syncAll
      const page = Effect.fnUntraced(function* (query: string) {
        const { body, status } = yield* ask(`/api/v1/runs${query}`)
        assert.strictEqual(status, 200)
        return Reflect.get(Object(body), "next")
      })
      const ids = (query: string) =>
        Effect.map(ask(`/api/v1/runs${query}`), ({ text }) =>
          [...text.matchAll(/"id":(\d+)/g)].map(([, id]) => Number(id))
        )
      const [fourth, third, second, first] = yield* ids("")
      assert.isBelow(Number(first), Number(fourth))
      assert.deepStrictEqual(yield* ids("?limit=3"), [fourth, third, second])
      assert.strictEqual(yield* page("?limit=3"), second)
      assert.deepStrictEqual(yield* ids(`?limit=3&before=${second}`), [first])
      assert.isNull(yield* page(`?limit=3&before=${second}`))
      assert.lengthOf(yield* ids("?entity=thing"), 2)
      assert.lengthOf(yield* ids("?connector=fake&entity=other&status=ok"), 2)
      assert.lengthOf(yield* ids("?status=failed"), 0)
      assert.lengthOf(yield* ids("?connector=nobody"), 0)
    }).pipe(Effect.provide(world().layer))
  )

  it.live("how a job that is run now ended, or that there is none", () =>
    Effect.gen(function* () {
      const ended = {
        job: "morning",
        scheduledAt: "1970-01-01T00:00:00.000Z",
        startedAt: "1970-01-01T00:00:00.000Z",
        finishedAt: "1970-01-01T00:00:01.000Z",
        status: "ok",
        detail: null,
        reasons: [],
        results: []
      }
      const asked = { method: "POST" } as const
      const { body, status } = yield* ask("/api/v1/jobs/morning/run", asked)
      assert.strictEqual(status, 200)
      assert.deepStrictEqual(body, ended)
      assert.deepStrictEqual(yield* Stream.runCollect(events("/api/v1/jobs/morning/run", asked)), [ended])
      assert.strictEqual((yield* ask("/api/v1/jobs/evening/run", asked)).status, 404)
      const [problem] = yield* Stream.runCollect(events("/api/v1/jobs/evening/run", asked))
      assert.deepInclude(problem, { type: "urn:tributary:problem:missing", status: 404 })
    }).pipe(Effect.provide(served))
  )

  it.live("the jobs, which can be paused and go on", () =>
    Effect.gen(function* () {
      const paused = Effect.map(ask("/api/v1/jobs"), ({ text }) => text.includes('"paused":true'))
      assert.isFalse(yield* paused)
      assert.strictEqual((yield* ask("/api/v1/jobs/morning/pause", { method: "POST" })).status, 204)
      assert.isTrue(yield* paused)
      assert.strictEqual((yield* ask("/api/v1/jobs/morning/resume", { method: "POST" })).status, 204)
      assert.isFalse(yield* paused)
      const unknown = yield* ask("/api/v1/jobs/evening/pause", { method: "POST" })
      assert.strictEqual(unknown.status, 404)
      assert.deepInclude(unknown.body, { detail: 'there is no job "evening"' })
    }).pipe(Effect.provide(served))
  )
})

describe("withheld deletes", () => {
  it.live("are listed and decided on once, by the API in the audit", () => {
    const { layer: served, send } = world()
    return Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      send(rows(1, 100))
      yield* syncAll
      send(rows(1, 1))
      yield* syncAll
      const { text } = yield* ask("/api/v1/pending-deletes")
      const [first, second] = [...text.matchAll(/"id":(\d+)/g)].map(([, id]) => id)
      assert.include(text, '"rows":99')
      const decide = (id: string | undefined, decision: string) =>
        ask(`/api/v1/pending-deletes/${id}`, { method: "POST", body: { decision } })
      assert.strictEqual((yield* decide(first, "delete")).status, 400)
      assert.deepStrictEqual((yield* decide(first, "apply")).body, { deleted: 99, total: 99 })
      assert.deepStrictEqual((yield* decide(second, "drop")).body, { deleted: 0, total: 99 })
      const again = yield* decide(first, "apply")
      assert.strictEqual(again.status, 404)
      assert.deepInclude(again.body, { type: "urn:tributary:problem:missing" })
      assert.deepStrictEqual(yield* sql`select count(*)::int as left from fake_thing`, [{ left: 1 }])
      assert.deepStrictEqual(
        yield* sql`select actor, trigger, deleted from tributary.sync_log order by id desc limit 1`,
        [{ actor: "api", trigger: "api", deleted: 99 }]
      )
    }).pipe(Effect.provide(served))
  })
})

describe("every answer", () => {
  const secret = "postgres-secret-9"
  const described = entity("thing", {
    columns: [column("id", "bigint")],
    request: { ...thing.request, headers: { key: secret } }
  })
  it.live("has security headers and no permission for other origins", () =>
    Effect.gen(function* () {
      for (const path of ["/health", "/metrics", "/docs", "/openapi.json", "/api/v1/runs", "/nowhere"]) {
        const { headers } = yield* ask(path, { headers: { origin: "https://elsewhere.test" } })
        assert.strictEqual(headers["x-content-type-options"], "nosniff", path)
        assert.strictEqual(headers["x-frame-options"], "DENY", path)
        assert.strictEqual(headers["cache-control"], "no-store", path)
        assert.match(headers["content-security-policy"] ?? "", /^default-src 'none'; .*frame-ancestors 'none'$/)
        assert.isUndefined(headers["access-control-allow-origin"])
      }
    }).pipe(Effect.provide(layer({})))
  )

  it.live("that is an error is a problem document", () =>
    Effect.gen(function* () {
      const problem = Effect.fnUntraced(function* (status: number, path: string, asked?: Parameters<typeof ask>[1]) {
        const { body, headers, status: answered, text } = yield* ask(path, asked)
        assert.strictEqual(answered, status, text)
        assert.match(headers["content-type"] ?? "", /^application\/problem\+json/)
        assert.deepInclude(body, { status })
        assert.isString(Reflect.get(Object(body), "title"))
        return text
      })
      yield* problem(404, "/nowhere")
      yield* problem(404, "/api/v1/nowhere", { method: "POST" })
      assert.include(yield* problem(400, "/api/v1/runs?limit=0"), "limit")
      yield* problem(400, "/api/v1/runs?limit=501")
      yield* problem(400, "/api/v1/runs?before=x")
      yield* problem(400, "/api/v1/runs?status=fine")
      yield* problem(400, "/api/v1/sync", { method: "POST", body: "{" })
      yield* problem(400, "/api/v1/sync", { method: "POST", body: { selectors: "fake.thing" } })
      yield* problem(413, "/api/v1/sync", { method: "POST", body: { selectors: ["x".repeat(70_000)] } })
      assert.notInclude(yield* problem(500, "/api/v1/jobs/broken/run", { method: "POST" }), "mistake")
    }).pipe(Effect.provide(layer({})))
  )

  it.live("is free of secrets", () =>
    Effect.gen(function* () {
      yield* syncAll
      for (const path of [
        "/health",
        "/metrics",
        "/openapi.json",
        "/docs",
        "/api/v1/connectors",
        "/api/v1/entities",
        "/api/v1/runs",
        "/api/v1/jobs"
      ]) {
        const { text } = yield* ask(path)
        assert.notInclude(text, secret)
        assert.notInclude(text, token)
      }
    }).pipe(Effect.provide(layer({ entities: [described] })))
  )
})

it.live("the contract is served as OpenAPI and as a page that needs no other server", () =>
  Effect.gen(function* () {
    const { text } = yield* ask("/openapi.json", { token: null })
    for (const path of [
      "/health",
      "/ready",
      "/api/v1/sync",
      "/api/v1/jobs/{job}/run",
      "/api/v1/pending-deletes/{id}"
    ]) {
      assert.include(text, `"${path}"`)
    }
    const page = yield* ask("/docs", { token: null })
    assert.strictEqual(page.status, 200)
    assert.notMatch(page.text, /<(?:script|link)[^>]+(?:src|href)="https?:/)
  }).pipe(Effect.provide(layer({})))
)
