import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Logger } from "effect"
import type { Step } from "../../core/config/JobDeclaration.ts"
import { Jobs } from "../../core/jobs/Jobs.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { job } from "../jobs/fixtures.ts"
import { layerDatabase } from "../support/database.ts"
import { declared, makeVendor, noHttp } from "./fixtures.ts"
import { typeOf } from "./Vendor.ts"

const action = (id: string, input: Readonly<Record<string, unknown>>): Step => ({ _tag: "Action", action: id, input })

/** Runs a job of these steps, by Anna. */
const jobs = Effect.fnUntraced(function* (...steps: ReadonlyArray<Step>) {
  const { script, state, vendor, applied } = makeVendor()
  const registry = Registry.layer({ connectors: [declared], jobs: [job("night", { steps })] }, [typeOf(vendor, script)])
  const services = yield* Layer.build(
    Jobs.layer.pipe(
      Layer.provideMerge(Sync.layer),
      Layer.provideMerge(registry.pipe(Layer.provide(noHttp))),
      Layer.provide(layerDatabase)
    )
  )
  const run = Context.get(services, Jobs).run("night", { trigger: "cli", actor: "anna" })
  return { applied, run, state }
})

describe("a job with an action", () => {
  it.live("tells what the action came to, and does not do it twice", () =>
    Effect.gen(function* () {
      const { applied, run } = yield* jobs(action("fake.send", { keys: ["flour"] }))
      assert.deepInclude(yield* run, { status: "ok", detail: "fake.send: 1 asked for" })
      assert.deepInclude(yield* run, { status: "ok", detail: "fake.send: 1 asked for" })
      assert.strictEqual(applied.get("flour"), 1)
    }).pipe(Effect.provide(Logger.layer([])))
  )

  it.live("is a warning where the action has notes, and says them", () =>
    Effect.gen(function* () {
      const { run } = yield* jobs(action("fake.send", { keys: ["flour"], note: "look" }))
      assert.deepInclude(yield* run, { status: "warning", detail: "fake.send: 1 asked for\none has no pair" })
    }).pipe(Effect.provide(Logger.layer([])))
  )

  it.live("names twenty of the things that it could not do, and how many more there are", () =>
    Effect.gen(function* () {
      const keys = Array.from({ length: 23 }, (_, at) => `k${at}`)
      const { run, state } = yield* jobs(action("fake.blind", { keys }))
      state.script.push(...keys.map(() => "refuse" as const))
      const { detail } = yield* run
      const lines = (detail ?? "").split("\n")
      assert.lengthOf(
        lines.filter((line) => line.includes(" failed: ")),
        20
      )
      assert.strictEqual(lines.at(-1), "fake.blind: and 3 more")
    }).pipe(Effect.provide(Logger.layer([])))
  )

  it.live("has failed where the action has, and names what failed", () =>
    Effect.gen(function* () {
      const { run, state } = yield* jobs(action("fake.blind", { keys: ["flour"] }), action("fake.blind", {}))
      state.script.push("refuse")
      const { detail, status } = yield* run
      assert.strictEqual(status, "failed")
      assert.include(detail, "fake.blind: 1 kg of flour failed: result: ERROR, the period is closed")
      assert.include(detail, 'fake.blind does not accept this input: "keys" is missing')
    }).pipe(Effect.provide(Logger.layer([])))
  )
})
