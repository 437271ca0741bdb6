import { request as send } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { HttpServer } from "effect/http"
import { ask, layer } from "./fixtures.ts"

/** With the path as it is written: clients that know URLs would tidy it up. */
const raw = Effect.fnUntraced(function* (path: string) {
  const { hostname, port } = new URL(yield* HttpServer.addressFormattedWith(Effect.succeed))
  return yield* Effect.callback<{ readonly status: number; readonly text: string }>((resume) => {
    const request = send({ hostname, port, path }, (response) => {
      let text = ""
      response.setEncoding("utf8")
      response.on("data", (chunk: string) => {
        text += chunk
      })
      response.on("end", () => resume(Effect.succeed({ status: response.statusCode ?? 0, text })))
    })
    request.end()
  })
})

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

const served = layer({ adminToken: undefined })
const anybody = { token: null }

describe("the console", () => {
  it.live("is a page at the root, with its own files and those of its libraries, for browsers to run", () =>
    Effect.gen(function* () {
      const page = yield* ask("/", anybody)
      assert.strictEqual(page.status, 200)
      assert.match(page.headers["content-type"] ?? "", /^text\/html/)
      assert.match(page.text, /<script[^>]+type="module"/)
      assert.strictEqual(page.headers["content-security-policy"], policy)
      assert.strictEqual(page.headers["x-content-type-options"], "nosniff")
      for (const [path, type] of [
        ["/console/base/api.js", "text/javascript"],
        ["/assets/lit-html/lit-html.js", "text/javascript"],
        ["/assets/lit-html/directives/repeat.js", "text/javascript"],
        ["/assets/uplot/uPlot.esm.js", "text/javascript"],
        ["/assets/uplot/uPlot.min.css", "text/css"]
      ] as const) {
        const { headers, status } = yield* ask(path, anybody)
        assert.strictEqual(status, 200, path)
        assert.include(headers["content-type"], type)
        assert.strictEqual(headers["content-security-policy"], policy)
      }
      const named = [...page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)]
      assert.isAtLeast(named.length, 2, "a script and a style sheet")
      for (const [, path = ""] of named) {
        assert.strictEqual((yield* ask(path, anybody)).status, 200, path)
      }
    }).pipe(Effect.provide(served))
  )

  it.live("is kept by browsers as long as it has not changed", () =>
    Effect.gen(function* () {
      const first = yield* ask("/console/base/api.js", anybody)
      assert.strictEqual(first.headers["cache-control"], "no-cache")
      const etag = first.headers.etag ?? ""
      const again = yield* ask("/console/base/api.js", { ...anybody, headers: { "if-none-match": etag } })
      assert.strictEqual(again.status, 304)
      assert.strictEqual(again.text, "")
    }).pipe(Effect.provide(served))
  )

  it.live("is all of the disk that can be asked for", () =>
    Effect.gen(function* () {
      for (const path of [
        "/console/../Server.ts",
        "/console/..%2fServer.ts",
        "/console/%2e%2e/Server.ts",
        "/console/%2e%2e%2f%2e%2e%2f%2e%2e%2fpackage.json",
        "/console/..%2f..%2f..%2ftest%2f..%2fnode_modules%2flit-html%2flit-html.js",
        "/console/..%5c..%5cpackage.json",
        "/console//etc/passwd",
        "/console/%00.js",
        "/console/%",
        "/console/",
        "/console",
        "/assets/lit-html/package.json",
        "/assets/lit-html/..%2fyaml%2fdist%2findex.js",
        "/assets/uplot/..%2fpackage.json",
        "/assets/uplot/..%2f..%2fyaml%2fdist%2findex.js",
        "/assets/yaml/dist/index.js",
        "/assets/lit-html/lit-html.js.map",
        "/assets/lit-html/lit-html.d.ts",
        "/..%2fpackage.json",
        "//etc/passwd"
      ]) {
        const { status, text } = yield* raw(path)
        assert.isTrue(status === 404 || status === 400, `${path} answers ${status}`)
        assert.notMatch(text, /import |"name"|root:/, path)
      }
    }).pipe(Effect.provide(served))
  )
})
