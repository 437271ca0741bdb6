/** Requests whose answer was lost, to a system in which what is not there after a minute was not applied. */
import { assert, describe, it } from "@effect/vitest"
import { type Duration, Effect, Logger } from "effect"
import { TestClock } from "effect/testing"
import { elapseUntil, engine, inTime, world } from "./fixtures.ts"

const silent = Logger.layer([])

describe("a system that settles", () => {
  it.effect("is sent the request again once two looks, half a minute apart, were in vain after its time", () =>
    Effect.gen(function* () {
      const { applied, entries, settle, state } = yield* world
      state.script.push("reset")
      const lost = yield* inTime(settle("flour"))
      assert.strictEqual(lost.items[0]?.status, "unknown")
      const later = (span: Duration.Input) => Effect.andThen(TestClock.adjust(span), settle("flour"))
      // 21 seconds and a little more have passed with looking.
      for (const span of ["30 seconds", "20 seconds", "29 seconds"] as const) {
        assert.strictEqual((yield* later(span)).items[0]?.status, "unknown", span)
      }
      assert.strictEqual(state.sends, 1)
      assert.strictEqual((yield* later("1 second")).items[0]?.status, "done")
      assert.deepEqual([state.sends, applied.get("flour")], [2, 1])
      assert.deepInclude((yield* entries)[0], { status: "done", attempts: 2 })
    }).pipe(Effect.provide(silent))
  )

  it.effect("is not sent it again if it shows it late, or cannot be asked", () =>
    Effect.gen(function* () {
      const { applied, settle, state, vendor } = yield* world
      state.script.push("reset", "reset")
      yield* inTime(settle("flour", "milk"))
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual((yield* inTime(settle("flour"))).items[0]?.status, "unknown")
      yield* vendor.apply("flour")
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual((yield* inTime(settle("flour"))).items[0]?.status, "already")
      state.readable = false
      yield* inTime(settle("milk"))
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual((yield* inTime(settle("milk"))).items[0]?.status, "unknown")
      assert.deepEqual([state.sends, applied.get("flour"), applied.get("milk")], [2, 1, undefined])
    }).pipe(Effect.provide(silent))
  )

  it.effect("is asked by the daemon until it is known, and by it alone for actions that settle", () =>
    Effect.gen(function* () {
      const { entries, send, settle, state, url, vendor, script } = yield* world
      state.script.push("reset", "reset")
      yield* inTime(settle("flour"))
      yield* inTime(send("milk"))
      yield* engine(url, vendor, script, true)
      yield* elapseUntil(Effect.map(entries, (all) => all.some(({ status }) => status === "failed")))
      assert.deepEqual(
        (yield* entries).map(({ key, status }) => [key, status]),
        [
          ["fake.send:milk", "unknown"],
          ["fake.settle:flour", "failed"]
        ]
      )
      assert.strictEqual(state.sends, 2)
    }).pipe(Effect.provide(silent))
  )
})
