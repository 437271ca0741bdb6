/** Bodies and queries of requests are closed: an unknown key is refused before anything is done. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { ask, layer } from "./fixtures.ts"

const closed: ReadonlyArray<readonly [path: string, body: object, key: string]> = [
  ["sync", { selctors: ["fake.thing"] }, "selctors"],
  ["sync", { selectors: ["fake.thing"], ful: true }, "ful"],
  ["plan", { selectors: ["fake.thing"], row: 1 }, "row"],
  ["actions/fake.send", { input: {}, dryrun: true }, "dryrun"],
  ["action-log/1/resolve", { as: "done", note: "x" }, "note"],
  ["pending-deletes/1", { decision: "drop", ids: [1] }, "ids"],
  ["session", { token: "x", remember: true }, "remember"],
  ["jobs/morning/run", { dryRun: true }, "dryRun"],
  ["jobs/morning/pause", { until: "2027-01-01" }, "until"],
  ["reload", { dryRun: true }, "dryRun"]
]

describe("a body", () => {
  for (const [path, body, key] of closed) {
    it.live(`of ${path} with the unknown key ${key} is refused and the key named`, () =>
      Effect.gen(function* () {
        const answer = yield* ask(`/api/v1/${path}`, { method: "POST", body })
        assert.strictEqual(answer.status, 400, answer.text)
        assert.match(answer.headers["content-type"] ?? "", /^application\/problem\+json/)
        assert.include(answer.text, key)
        assert.notInclude(answer.text, "excess property")
        assert.deepInclude((yield* ask("/api/v1/runs")).body, { runs: [] })
        assert.notInclude((yield* ask("/api/v1/jobs")).text, '"paused":true')
      }).pipe(Effect.provide(layer({})))
    )
  }

  it.live("with an unknown key is told what was meant, or the keys there are", () =>
    Effect.gen(function* () {
      const answerTo = (body: object) =>
        Effect.map(ask("/api/v1/sync", { method: "POST", body }), (answer) => answer.text.replaceAll('\\"', '"'))
      assert.include(
        yield* answerTo({ selctors: ["fake.thing"] }),
        'unknown key "selctors" — did you mean "selectors"?'
      )
      assert.match(yield* answerTo({ selectors: [] }), /selectors/)
      assert.notInclude(yield* answerTo({}), "selectors")
      const far = yield* answerTo({ selectors: ["fake.thing"], wobble: true })
      assert.match(far, /unknown key "wobble"; known here: selectors, /)
    }).pipe(Effect.provide(layer({})))
  )

  it.live("that is not wanted may be left out or empty, and nothing else", () =>
    Effect.gen(function* () {
      const run = (body: unknown) =>
        ask("/api/v1/jobs/morning/run", { method: "POST", ...(body === undefined ? {} : { body }) })
      for (const body of [undefined, "", "{}", {}]) assert.strictEqual((yield* run(body)).status, 200)
      for (const body of ["dryRun=true", "[]", "null", "1"]) assert.strictEqual((yield* run(body)).status, 400)
      assert.strictEqual((yield* ask("/api/v1/reload", { method: "POST", token: null, body: { x: 1 } })).status, 401)
    }).pipe(Effect.provide(layer({})))
  )
})

const Paths = Schema.Struct({ paths: Schema.Record(Schema.String, Schema.Record(Schema.String, Schema.Unknown)) })

/** Every endpoint below /api/v1, with values for its parameters. */
const endpoints = Effect.gen(function* () {
  const { paths } = yield* Schema.decodeUnknownEffect(Paths)((yield* ask("/openapi.json")).body)
  const values: Readonly<Record<string, string>> = {
    action: "fake.send",
    entity: "fake.thing",
    job: "morning"
  }
  const idIn = (path: string) =>
    /^\/api\/v1\/(?:accounts|schedules|tasks)\//.test(path) ? "00000000-0000-4000-8000-000000000001" : "1"
  return Object.entries(paths).flatMap(([path, methods]) =>
    path.startsWith("/api/v1/")
      ? Object.keys(methods).map((method) => ({
          method: Schema.decodeUnknownSync(Schema.Literals(["GET", "POST", "DELETE"]))(method.toUpperCase()),
          path: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? idIn(path))
        }))
      : []
  )
})

describe("a query", () => {
  it.live("with an unknown key is refused by every endpoint, and the key named", () =>
    Effect.gen(function* () {
      const all = yield* endpoints
      assert.isAbove(all.length, 25)
      for (const { method, path } of all) {
        const answer = yield* ask(`${path}?wobble=1`, { method })
        const text = answer.text.replaceAll('\\"', '"')
        assert.strictEqual(answer.status, 400, `${method} ${path} ${text}`)
        assert.match(answer.headers["content-type"] ?? "", /^application\/problem\+json/)
        assert.match(text, /unknown key "wobble"; (?:known here: \w+|this address takes no query)/, `${method} ${path}`)
      }
      assert.deepInclude((yield* ask("/api/v1/runs")).body, { runs: [] })
      assert.notInclude((yield* ask("/api/v1/jobs")).text, '"paused":true')
      assert.strictEqual((yield* ask("/api/v1/runs?wobble=1", { token: null })).status, 401)
    }).pipe(Effect.provide(layer({})))
  )

  it.live("with a misspelt key is told what was meant", () =>
    Effect.gen(function* () {
      const answerTo = (path: string) =>
        Effect.map(ask(`/api/v1/${path}`), ({ status, text }) => `${status} ${text.replaceAll('\\"', '"')}`)
      assert.match(yield* answerTo("runs?stauts=failed"), /^400.*unknown key "stauts" — did you mean "status"\?/)
      assert.match(yield* answerTo("runs?Limit=5"), /^400.*did you mean "limit"\?/)
      assert.match(yield* answerTo("runs?limit=5&__proto__=1&constructor=2"), /^400.*"__proto__".*"constructor"/)
      assert.match(yield* answerTo("job-runs?day=1"), /^400.*did you mean "days"\?/)
      assert.match(yield* answerTo("runs?"), /^200/)
      assert.match(yield* answerTo("jobs?"), /^200/)
      // A probe may have a key of its own against caches.
      assert.strictEqual((yield* ask("/health?now=1", { token: null })).status, 200)
    }).pipe(Effect.provide(layer({})))
  )
})

describe("a name with NUL, which no text of PostgreSQL holds", () => {
  for (const query of ["runs?connector=%00", "runs?entity=a%00b", "action-log?action=%00"]) {
    it.live(`is refused before the database is asked: ${query}`, () =>
      Effect.gen(function* () {
        const answer = yield* ask(`/api/v1/${query}`)
        assert.strictEqual(answer.status, 400, answer.text)
        assert.include(answer.text, "expected a text without NUL")
      }).pipe(Effect.provide(layer({})))
    )
  }
})
