import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ask, layer, token } from "./fixtures.ts"

const admin = [
  "GET /api/v1/connectors",
  "GET /api/v1/entities",
  "GET /api/v1/entities/fake.thing",
  "GET /api/v1/runs",
  "GET /api/v1/runs/1",
  "POST /api/v1/sync",
  "POST /api/v1/plan",
  "GET /api/v1/jobs",
  "GET /api/v1/job-runs",
  "POST /api/v1/jobs/morning/run",
  "POST /api/v1/jobs/morning/pause",
  "POST /api/v1/jobs/morning/resume",
  "GET /api/v1/pending-deletes",
  "GET /api/v1/pending-deletes/1",
  "POST /api/v1/pending-deletes/1",
  "GET /api/v1/caches",
  "POST /api/v1/caches/crm/clear",
  "GET /api/v1/config",
  "GET /api/v1/config/versions",
  "GET /api/v1/config/diff?from=1&to=1",
  "POST /api/v1/reload",
  "GET /api/v1/actions",
  "POST /api/v1/actions/fake.send",
  "GET /api/v1/action-log",
  "GET /api/v1/action-log/1",
  "POST /api/v1/action-log/1/resolve",
  "GET /api/v1/alerts",
  "GET /api/v1/accounts",
  "POST /api/v1/accounts",
  "GET /api/v1/accounts/removed",
  "GET /api/v1/accounts/failures",
  "GET /api/v1/accounts/1/lists/orders",
  "GET /api/v1/accounts/1",
  "GET /api/v1/accounts/1/rows",
  "POST /api/v1/accounts/1/verify",
  "POST /api/v1/accounts/1/refresh",
  "POST /api/v1/accounts/1/pause",
  "POST /api/v1/accounts/1/resume",
  "GET /api/v1/tasks",
  "GET /api/v1/tasks/1",
  "POST /api/v1/tasks/1/stop",
  "GET /api/v1/inbox",
  "GET /api/v1/inbox/1",
  "POST /api/v1/inbox/1/replay",
  "GET /api/v1/schedules",
  "POST /api/v1/schedules",
  "POST /api/v1/schedules/1/enable",
  "POST /api/v1/schedules/1/disable",
  "GET /api/v1/schedules/1",
  "GET /api/v1/events"
].map((line): readonly ["GET" | "POST", string] => {
  const [method, path = ""] = line.split(" ")
  return [method === "POST" ? "POST" : "GET", path]
})

describe("the admin API", () => {
  it.live("refuses everything while no token is configured, and says what to configure", () =>
    Effect.gen(function* () {
      for (const [method, path] of admin) {
        const { body, headers, status } = yield* ask(path, { method })
        assert.strictEqual(status, 403, path)
        assert.match(headers["content-type"] ?? "", /^application\/problem\+json/)
        assert.deepInclude(body, { type: "urn:tributary:problem:admin-api-off", status: 403 })
        assert.include(JSON.stringify(body), "adminToken")
      }
    }).pipe(Effect.provide(layer({ adminToken: undefined })))
  )

  it.live("an empty token is none", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* ask("/api/v1/connectors", { token: null })).status, 403)
      assert.strictEqual((yield* ask("/api/v1/connectors", { token: "" })).status, 403)
    }).pipe(Effect.provide(layer({ adminToken: "" })))
  )

  it.live("asks for the token everywhere, lets the right one in, and refuses who guesses, not who knows", () =>
    Effect.gen(function* () {
      for (const [method, path] of admin) {
        const { body, headers, status } = yield* ask(path, { method, token: null })
        assert.strictEqual(status, 401, path)
        assert.strictEqual(headers["www-authenticate"], 'Bearer realm="tributary"')
        assert.deepInclude(body, { type: "urn:tributary:problem:unauthorized", status: 401 })
      }
      assert.strictEqual((yield* ask("/api/v1/connectors")).status, 200)
      const listed = Object.keys(Object(Reflect.get(Object((yield* ask("/openapi.json")).body), "paths")))
      const guarded = listed.filter((path) => path.startsWith("/api/v1/") && path !== "/api/v1/session")
      const covered = admin.map(([, path]) => path.replace(/\?.*/, ""))
      const isCovered = (path: string) => {
        const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`)
        return covered.some((one) => pattern.test(one))
      }
      assert.isEmpty(guarded.filter((path) => !isCovered(path)))
      for (let guess = 0; guess < 10; guess++) {
        assert.strictEqual((yield* ask("/api/v1/connectors", { token: `${token}${guess}` })).status, 401)
      }
      const blocked = yield* ask("/api/v1/connectors", { token: "another guess" })
      assert.strictEqual(blocked.status, 429)
      assert.match(blocked.headers["retry-after"] ?? "", /^[1-9]\d?$/)
      assert.deepInclude(blocked.body, { type: "urn:tributary:problem:too-many-attempts" })
      assert.strictEqual((yield* ask("/api/v1/connectors", { token })).status, 200)
      assert.strictEqual((yield* ask("/health", { token: null })).status, 200)
    }).pipe(Effect.provide(layer({})))
  )
})
