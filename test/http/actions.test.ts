import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Registry } from "../../core/plugin/Registry.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { declared, makeVendor, noHttp } from "../actions/fixtures.ts"
import { typeOf } from "../actions/Vendor.ts"
import { ask, layer } from "./fixtures.ts"

/** A daemon whose connector `fake` can `send`, to a vendor that is a variable. */
const served = () => {
  const { applied, script, state, vendor } = makeVendor()
  const registry = Registry.layer({ connectors: [declared], jobs: [] }, [typeOf(vendor, script)])
  const engine = Sync.layer.pipe(Layer.provideMerge(registry), Layer.provide(noHttp))
  return { applied, state, served: layer({ engine }) }
}

const send = (body: object) => ask("/api/v1/actions/fake.send", { method: "POST", body })

describe("actions", () => {
  const { applied, served: layerServed, state } = served()

  it.live("are listed with what they are told, done once, and looked up in their log", () =>
    Effect.gen(function* () {
      const { body: listed } = yield* ask("/api/v1/actions")
      const actions: ReadonlyArray<object> = Reflect.get(Object(listed), "actions")
      assert.deepInclude(actions[0], { id: "fake.send", connector: "fake", readsBack: true, last: null })
      assert.include(JSON.stringify(actions[0]), '"keys"')

      const { body: planned } = yield* send({ input: { keys: ["flour"] }, dryRun: true })
      assert.deepInclude(planned, { action: "fake.send", status: "ok", dryRun: true })
      assert.strictEqual(state.sends, 0)
      for (const status of ["done", "already"]) {
        const { body } = yield* send({ input: { keys: ["flour"] } })
        assert.deepInclude(Reflect.get(Object(body), "items")[0], { key: "flour", status })
      }
      assert.strictEqual(applied.get("flour"), 1)

      const { body: log } = yield* ask("/api/v1/action-log?action=fake.send&status=done")
      const [entry] = Reflect.get(Object(log), "entries")
      assert.deepInclude(entry, { action: "fake.send", status: "done", trigger: "api", actor: "api", attempts: 1 })
      assert.deepEqual((yield* ask(`/api/v1/action-log/${entry.id}`)).body, entry)
      for (const other of ["action=fake.other", "status=unknown", `before=${entry.id}`]) {
        const { body: none } = yield* ask(`/api/v1/action-log?${other}`)
        assert.deepEqual(Reflect.get(Object(none), "entries"), [], other)
      }
      const decided = yield* ask(`/api/v1/action-log/${entry.id}/resolve`, { method: "POST", body: { as: "failed" } })
      assert.strictEqual(decided.status, 409)
      assert.deepInclude(decided.body, { type: "urn:tributary:problem:action-decided" })
    }).pipe(Effect.provide(layerServed))
  )

  it.live("that are told nonsense, or do not exist, say so and do nothing", () =>
    Effect.gen(function* () {
      const nonsense = yield* send({ input: { keys: "flour" } })
      assert.strictEqual(nonsense.status, 400)
      assert.deepInclude(nonsense.body, { type: "urn:tributary:problem:invalid-input" })
      assert.include(nonsense.text, "keys")
      const unknown = yield* ask("/api/v1/actions/fake.sent", { method: "POST", body: {} })
      assert.strictEqual(unknown.status, 404)
      assert.include(unknown.text, "fake.send")
      assert.strictEqual((yield* ask("/api/v1/action-log/7")).status, 404)
      const undecided = yield* ask("/api/v1/action-log/7/resolve", { method: "POST", body: { as: "done" } })
      assert.strictEqual(undecided.status, 404)
    }).pipe(Effect.provide(served().served))
  )
})
