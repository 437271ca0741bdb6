import { assert, describe, it } from "@effect/vitest"
import { Context, Deferred, Effect, Exit, Fiber, Layer, Scope } from "effect"
import { TestClock } from "effect/testing"
import { BackgroundWork, Stopping } from "../../core/control/BackgroundWork.ts"
import { settle } from "../support/settle.ts"

const world = Effect.gen(function* () {
  const scope = yield* Scope.fork(yield* Effect.scope)
  const services = yield* Layer.buildWithScope(BackgroundWork.layer, scope)
  return { work: Context.get(services, BackgroundWork), close: Scope.close(scope, Exit.void) }
})

describe("work that a person set off", () => {
  it.effect("goes on when they go away, and answers how it ended", () =>
    Effect.gen(function* () {
      const { work } = yield* world
      const gate = yield* Deferred.make<void>()
      const answer = yield* work.start(Effect.as(Deferred.await(gate), 7))
      const asker = yield* Effect.forkChild(answer, { startImmediately: true })
      yield* Fiber.interrupt(asker)
      yield* Deferred.succeed(gate, undefined)
      assert.strictEqual(yield* answer, 7)
      assert.strictEqual(yield* Effect.flip(Effect.flatten(work.start(Effect.fail("no")))), "no")
    })
  )

  it.effect("has six seconds when the daemon stops, is interrupted then, and nothing begins any more", () =>
    Effect.gen(function* () {
      const { close, work } = yield* world
      const answer = yield* work.start(Effect.never)
      const waits = yield* Effect.forkChild(work.stopping, { startImmediately: true })
      yield* settle
      assert.deepEqual([yield* work.isStopping, waits.pollUnsafe() === undefined], [false, true])
      yield* work.stop
      yield* Fiber.join(waits)
      assert.isTrue(yield* work.isStopping)
      assert.instanceOf(yield* Effect.flip(work.start(Effect.void)), Stopping)
      const ended = yield* Effect.forkChild(Effect.flip(answer), { startImmediately: true })
      const closed = yield* Effect.forkChild(close, { startImmediately: true })
      yield* TestClock.adjust("5 seconds")
      yield* settle
      assert.isUndefined(ended.pollUnsafe())
      assert.isUndefined(closed.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.instanceOf(yield* Fiber.join(ended), Stopping)
      yield* Fiber.join(closed)
    })
  )

  it.effect("that ends before then lets the daemon end at once", () =>
    Effect.gen(function* () {
      const { close, work } = yield* world
      const gate = yield* Deferred.make<void>()
      const answer = yield* work.start(Deferred.await(gate))
      const closed = yield* Effect.forkChild(close, { startImmediately: true })
      yield* Deferred.succeed(gate, undefined)
      yield* answer
      yield* Fiber.join(closed)
    })
  )
})
