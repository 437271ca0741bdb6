import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Stream } from "effect"
import * as EventBus from "../../core/observe/EventBus.ts"

describe("an event", () => {
  it.effect("reaches all who listen by then, in order, and nobody who comes later", () =>
    Effect.gen(function* () {
      const { events, publish } = yield* EventBus.make<number>(8)
      yield* publish(0)
      const listen = Effect.forkChild(Stream.runCollect(Stream.take(events, 3)), { startImmediately: true })
      const [one, other] = [yield* listen, yield* listen]
      for (const event of [1, 2, 3]) yield* publish(event)
      assert.deepEqual([...(yield* Fiber.join(one))], [1, 2, 3])
      assert.deepEqual([...(yield* Fiber.join(other))], [1, 2, 3])
    })
  )

  it.effect("waits for nobody: who stays slow misses the oldest", () =>
    Effect.gen(function* () {
      const { events, publish } = yield* EventBus.make<number>(2)
      const slow = yield* Effect.forkChild(
        Stream.runCollect(
          Stream.take(
            Stream.tap(events, () => Effect.sleep("1 hour")),
            1
          )
        ),
        { startImmediately: true }
      )
      for (let event = 0; event < 100; event++) yield* publish(event)
      assert.isUndefined(slow.pollUnsafe())
      yield* Fiber.interrupt(slow)
    })
  )
})
