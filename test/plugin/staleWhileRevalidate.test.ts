import { assert, describe, it } from "@effect/vitest"
import { Clock, Deferred, Duration, Effect, Queue, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as StaleWhileRevalidate from "../../core/plugin/StaleWhileRevalidate.ts"
import { movable } from "../support/movable.ts"

/** A number that somebody changes; a read takes it when it begins and returns it when `answer` lets it. */
const changing = Effect.gen(function* () {
  let now = 1
  let reads = 0
  const answers = yield* Queue.unbounded<Deferred.Deferred<void>>()
  const news = yield* Queue.unbounded<void>()
  const { get } = yield* StaleWhileRevalidate.make({
    what: "the number",
    read: Effect.gen(function* () {
      const found = now
      reads += 1
      const answered = yield* Deferred.make<void>()
      yield* Queue.offer(answers, answered)
      yield* Deferred.await(answered)
      return found
    }),
    news: Stream.fromQueue(news),
    maxAge: Duration.minutes(10)
  })
  return {
    get,
    answer: Effect.flatMap(Queue.take(answers), (answered) => Deferred.succeed(answered, undefined)),
    reads: () => reads,
    change: Effect.suspend(() => {
      now += 1
      return Effect.andThen(Queue.offer(news, undefined), TestClock.adjust("1 second"))
    })
  }
})

describe("a value that is read again behind its readers", () => {
  it.effect("is read once more after a change that came while it was read", () =>
    Effect.gen(function* () {
      const { answer, change, get, reads } = yield* changing
      yield* answer
      assert.strictEqual(yield* get, 1)
      yield* change
      yield* change
      yield* change
      assert.strictEqual(reads(), 2, "the read of the first change has not ended")
      yield* answer
      yield* TestClock.adjust("1 second")
      assert.strictEqual(reads(), 3, "one read for all changes meanwhile")
      yield* answer
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* get, 4)
    })
  )

  it.effect("is read again when it is old, once however many ask", () =>
    Effect.gen(function* () {
      const { answer, get, reads } = yield* changing
      yield* answer
      yield* TestClock.adjust("11 minutes")
      assert.deepEqual([yield* get, yield* get], [1, 1])
      yield* TestClock.adjust("1 second")
      assert.deepEqual([yield* get, reads()], [1, 2])
      yield* answer
    })
  )

  it.effect("is read again when it is old, though the clock was set back meanwhile", () =>
    Effect.gen(function* () {
      const { clock, move } = yield* movable
      // As in any process: the clock that never goes back began at another moment.
      yield* move(1_750_000_000_000)
      yield* Effect.gen(function* () {
        const { answer, get, reads } = yield* changing
        yield* answer
        yield* move(-3_600_000)
        yield* TestClock.adjust("11 minutes")
        yield* get
        yield* TestClock.adjust("1 second")
        assert.strictEqual(reads(), 2)
        yield* answer
      }).pipe(Effect.provideService(Clock.Clock, clock))
    })
  )
})
