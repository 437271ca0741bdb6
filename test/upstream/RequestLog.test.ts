/** What the log says of requests to a server on this machine: each one, each that is tried again, each wait. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Logger, References } from "effect"
import { HttpClientRequest } from "effect/http"
import { type LogLine, lineOf } from "../../core/observe/LogLine.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import * as Upstream from "../../core/upstream/exchange/Upstream.ts"
import { declaration, makeUpstream, serve } from "./vendor.ts"

const declared = { ...declaration(), retry: { delays: [1, 2, 3].map(Duration.millis) } }

/** The answers by turn, and the lines at least of that level. */
const logged = Effect.fnUntraced(function* (statuses: ReadonlyArray<number>, trigger: string) {
  const left = [...statuses]
  const baseUrl = yield* serve((_, response) => {
    const status = left.shift() ?? 200
    response.writeHead(status, status === 429 ? { "retry-after": "0" } : {})
    response.end(status === 200 ? "[]" : "busy; token=LEAK-4711")
  })
  const lines: Array<LogLine> = []
  const crm = yield* makeUpstream({ declaration: declared, baseUrl })
  yield* Upstream.text(crm, HttpClientRequest.get("/deals?page=2&token=LEAK-4711")).pipe(
    Effect.ignore,
    Effect.provide(Logger.layer([Logger.make((options) => lines.push(lineOf(options)))])),
    Effect.annotateLogs({ trigger }),
    Effect.provideService(References.MinimumLogLevel, "Debug")
  )
  assert.notInclude(JSON.stringify(lines), "LEAK")
  return lines
}, Effect.provide(layerHttp))

const warnings = (lines: ReadonlyArray<LogLine>) => lines.filter(({ level }) => level === "warn")

describe("the log", () => {
  it.live("names each request, and each failed try with its number, reason and pause", () =>
    Effect.gen(function* () {
      const lines = yield* logged([503, 500], "job")
      const requests = lines.filter(({ level }) => level === "debug")
      assert.deepStrictEqual(
        requests.map(({ fields, message }) => [message, fields.method, fields.path, fields.status]),
        [503, 500, 200].map((status) => {
          const path = "/deals?page=2&token=<redacted>"
          return [`crm: GET ${path}`, "GET", path, status]
        })
      )
      const [first, second, ...others] = warnings(lines)
      assert.match(first?.message ?? "", /answered 503: «busy; token=<redacted>»; try 1 of 4, the next in 1s$/)
      assert.deepInclude(second?.fields, { try: 2, tries: 4 })
      assert.isNumber(second?.fields.pause_ms)
      assert.isEmpty(others)
    }).pipe(Effect.scoped)
  )

  it.live("says when the vendor asks to wait, and for how long", () =>
    Effect.gen(function* () {
      const [waited, ...others] = warnings(yield* logged([429], "job"))
      assert.match(waited?.message ?? "", /429.*; no requests for 1s$/)
      assert.deepInclude(waited?.fields, { pause_ms: 1000 })
      assert.isEmpty(others)
    }).pipe(Effect.scoped)
  )

  it.live("does not speak of tries where none follows", () =>
    Effect.gen(function* () {
      assert.isEmpty(warnings(yield* logged([404], "job")))
      assert.lengthOf(warnings(yield* logged([503, 404], "job")), 1)
    }).pipe(Effect.scoped)
  )

  it.live("warns of none of it beside the progress of a command", () =>
    Effect.gen(function* () {
      assert.isEmpty(warnings(yield* logged([503, 503, 503, 503], "cli")))
    }).pipe(Effect.scoped)
  )
})
