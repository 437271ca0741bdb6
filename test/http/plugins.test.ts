import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { Plugins } from "../../core/control/Plugins.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { declared, layerServices, Script, typeOf } from "../control/Hosting.ts"
import { eventually } from "../support/eventually.ts"
import { ask, layer } from "./fixtures.ts"

const script = new Script()

it.live("a plugin is part of the daemon's health, and takes the hooks sent to it while it runs", () =>
  Effect.gen(function* () {
    const registry = yield* Registry
    const { host } = yield* Plugins
    const { declarations } = yield* registry.current
    const declare = (config: string) =>
      registry.swap({ connectors: declarations, jobs: [], plugins: [declared(config)] })
    const health = Effect.map(ask("/health", { token: null }), ({ body, status }) => ({ body, status }))
    const send = (path: string, body: string) =>
      Effect.map(ask(path, { method: "POST", token: null, body }), ({ status, text }) => [status, text === ""])

    script.broken.add("one")
    yield* declare("one")
    yield* Effect.provide(host, layerServices)
    yield* eventually(Effect.map(ask("/health", { token: null }), ({ text }) => text.includes("no such chat: one")))
    assert.deepNestedInclude(yield* health, { status: 200, "body.status": "ok", "body.plugins.bot.status": "degraded" })
    assert.strictEqual((yield* send("/hooks/chat/bot", "news"))[0], 404)

    yield* declare("two")
    yield* eventually(Effect.map(ask("/health", { token: null }), ({ text }) => text.includes("it listens")))
    assert.deepNestedInclude(yield* health, {
      "body.plugins": {
        bot: { status: "ok", detail: "it listens", reason: { code: "said", params: { text: "it listens" } } }
      }
    })
    assert.deepEqual(yield* send("/hooks/chat/bot", "news"), [200, true])
    assert.strictEqual((yield* send("/hooks/chat/bot", "a lie"))[0], 401)
    assert.strictEqual((yield* send("/hooks/iiko/bot", "news"))[0], 404)
    assert.strictEqual((yield* send("/hooks/chat/other", "news"))[0], 404)
  }).pipe(Effect.provide(layer({ plugins: [typeOf(script)] })))
)
