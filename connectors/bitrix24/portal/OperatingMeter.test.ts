import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { make } from "./OperatingMeter.ts"

const listen = () => Effect.void

const waits = Effect.fnUntraced(function* (turn: Effect.Effect<void>, span: Duration.Input) {
  const fiber = yield* Effect.forkChild(turn)
  yield* TestClock.adjust(Duration.subtract(Duration.fromInputUnsafe(span), Duration.seconds(1)))
  assert.isUndefined(fiber.pollUnsafe())
  yield* TestClock.adjust("1 second")
  yield* Fiber.join(fiber)
})

describe("a method's time", () => {
  it.effect("near its limit makes further calls of it wait until some of it counts no more, and of no other", () =>
    Effect.gen(function* () {
      const meter = make(Duration.seconds(480))
      yield* meter.record("crm.item.list", { operating: 431, freeIn: 90 })
      yield* meter.awaitTurn(["crm.item.list", "user.get"], listen)
      yield* meter.record("crm.item.list", { operating: 432, freeIn: 90 })
      yield* meter.awaitTurn(["user.get"], listen)
      yield* waits(meter.awaitTurn(["user.get", "crm.item.list"], listen), "90 seconds")
      yield* meter.awaitTurn(["crm.item.list"], listen)
    })
  )

  it.effect("is not known to a portal that refuses first: a minute, else what its last answer said", () =>
    Effect.gen(function* () {
      const meter = make(false)
      yield* meter.refused("crm.item.list")
      yield* waits(meter.awaitTurn(["crm.item.list"], listen), "1 minute")
      yield* meter.record("crm.item.list", { operating: 10_000, freeIn: 300 })
      yield* meter.awaitTurn(["crm.item.list"], listen)
      yield* TestClock.adjust("40 seconds")
      yield* meter.refused("crm.item.list")
      yield* waits(meter.awaitTurn(["crm.item.list"], listen), "260 seconds")
    })
  )
})
