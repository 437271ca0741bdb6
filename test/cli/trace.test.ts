/** Which commands know `--trace` and `--limit`, and what they say of requests that nobody answers. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { freePort } from "../support/freePort.ts"
import { type, variablesOf } from "../support/typed.ts"
import { serve } from "../upstream/vendor.ts"

const makePlace = Effect.fnUntraced(function* (url: string) {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  yield* fs.makeDirectory(`${folder}/connectors`)
  yield* variablesOf({ TRIBUTARY_CONFIG: folder })
  const entities = "entities:\n  deal: { path: /deals, key: id, fields: { id: bigint } }\n"
  yield* fs.writeFileString(`${folder}/connectors/shop.yaml`, `type: rest\nbaseUrl: ${url}\nretry: [1ms]\n${entities}`)
})

const arrows = /^[→←] /m

describe("--trace", () => {
  it.live("shows the requests of check --live and discover, and nothing where it is not typed", () =>
    Effect.gen(function* () {
      yield* makePlace(yield* serve((_, response) => response.end('[{ "id": 1 }]')))
      for (const args of [
        ["check", "--live"],
        ["discover", "shop", "--path", "/deals"]
      ]) {
        const [untraced, traced] = [yield* type(...args), yield* type(...args, "--trace")]
        assert.deepEqual([untraced.code, traced.code], [0, 0], args.join(" "))
        assert.deepEqual([arrows.test(untraced.err), arrows.test(traced.err)], [false, true], args.join(" "))
        assert.strictEqual(traced.out, untraced.out)
        assert.match(traced.err, /→ 1 GET http:\/\/127.0.0.1:\d+\/deals\n/)
        assert.match(traced.err, /← 1 200 in \S+ ms, 13 B\n(?: {2}.*\n)* {2}\[\{ "id": 1 \}\]\n/)
      }
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("says why there was no answer, at each try", () =>
    Effect.gen(function* () {
      const port = yield* freePort
      yield* makePlace(`http://127.0.0.1:${port}`)
      const { code, err } = yield* type("check", "--live", "--trace")
      assert.strictEqual(code, 1)
      assert.match(err, /→ 1 GET http:.*\n(?: {2}.*\n)*✗ 1 no answer after \S+ m?s: connection refused/)
      assert.match(err, /→ 2 GET /)
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("says that a server has no TLS", () =>
    Effect.gen(function* () {
      const url = yield* serve((_, response) => response.end("[]"))
      yield* makePlace(url.replace("http:", "https:"))
      const { out } = yield* type("check", "--live")
      assert.match(out, /answers without TLS; does the address begin with http:\/\/\?/)
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("and --limit are refused where they have nothing to do", () =>
    Effect.gen(function* () {
      yield* makePlace("http://127.0.0.1:1")
      for (const args of [
        ["check", "--trace"],
        ["sync", "--limit", "0"],
        ["sync", "shop.deal", "--limit", "5", "--past-rejected"]
      ]) {
        const { code, err } = yield* type(...args)
        assert.strictEqual(code, 2, args.join(" "))
        assert.match(err, /--(?:live|limit)/)
      }
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})
