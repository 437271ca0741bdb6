import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Scope } from "effect"
import { TestClock } from "effect/testing"
import * as Progress from "../../../core/cli/render/progress/Progress.ts"
import { plain } from "../../../core/cli/render/terminal/Style.ts"
import type { RunResult, SyncEvent } from "../../../core/sync/RunResult.ts"
import type { ReadEvent } from "../../../core/upstream/Source.ts"
import * as Display from "./Display.ts"
import { run } from "./fixtures.ts"

const started = (entity: string): SyncEvent => ({ _tag: "Started", entity })
const rows = (entity: string, count: number): SyncEvent => ({ _tag: "Rows", entity, count })
const reading = (entity: string, event: ReadEvent): SyncEvent => ({ _tag: "Reading", entity, event })
const answer = (entity: string): SyncEvent => reading(entity, { _tag: "Answer", bytes: 100 })
const waiting = (entity: string, millis: number): SyncEvent => reading(entity, { _tag: "Waiting", millis, why: "rate" })
const finished = (entity: string, over: Partial<RunResult> = {}): SyncEvent => ({
  _tag: "Finished",
  entity,
  result: run(entity, over)
})

/** A progress on a screen of the test, with everything it wrote. */
const watch = Effect.fnUntraced(function* (
  entities: ReadonlyArray<string>,
  window: { readonly width?: number; readonly height?: number; readonly live?: boolean } = {}
) {
  const display = Display.make()
  const writes: Array<string> = []
  const progress = yield* Progress.make({
    entities,
    screen: Effect.succeed({ width: 100, height: 24, live: true, style: plain, ...window }),
    write: (text) =>
      Effect.sync(() => {
        writes.push(text)
        display.write(text)
      })
  })
  const tell = (...events: ReadonlyArray<SyncEvent>) => Effect.forEach(events, progress.onEvent, { discard: true })
  return { progress, display, writes, tell }
})

describe("Progress on a terminal", () => {
  it.effect("shows each running entity with what it read and what it waits for", () =>
    Effect.gen(function* () {
      const { display, tell } = yield* watch(["iiko.product", "iiko.сотрудник", "fintablo.deal"])
      yield* tell(started("iiko.product"), started("iiko.сотрудник"))
      yield* TestClock.adjust("2 seconds")
      yield* tell(answer("iiko.product"), answer("iiko.product"), answer("iiko.product"), rows("iiko.product", 2500))
      yield* tell(waiting("iiko.product", 12_000), answer("iiko.сотрудник"), rows("iiko.сотрудник", 60))
      yield* TestClock.adjust("100 millis")
      assert.deepStrictEqual(display.rows(), [
        "  iiko.product    3 pages  2 500 rows  1 190/s  waiting 12 s for the rate budget",
        "  iiko.сотрудник   1 page     60 rows     29/s",
        "0/3 done, 2 s"
      ])
    })
  )

  it.effect("ends a wait when its time is over or the next request goes out", () =>
    Effect.gen(function* () {
      const { display, tell } = yield* watch(["a.b", "a.c"])
      yield* tell(started("a.b"), waiting("a.b", 1000), started("a.c"), waiting("a.c", 60_000))
      yield* tell(reading("a.c", { _tag: "Request" }))
      yield* TestClock.adjust("1100 millis")
      assert.deepStrictEqual(display.rows(), ["  a.c", "0/2 done, 1 queued, 1 s"])
    })
  )

  it.effect("scrolls finished entities above and removes the block at the end", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const { display, tell } = yield* watch(["a.bb", "a.c", "a.d"]).pipe(Scope.provide(scope))
      assert.isFalse(display.cursorShown())
      yield* tell(started("a.bb"), started("a.c"), started("a.d"))
      yield* tell(finished("a.c", { fetched: 2000, inserted: 12, durationMs: 3200 }))
      yield* TestClock.adjust("100 millis")
      assert.deepStrictEqual(display.rows(), ["✓ a.c   2 000 rows, 12 inserted, 3.2 s", "1/3 done, 2 queued, 0 s"])
      yield* tell(finished("a.bb", { status: "failed", error: "no connection\nmore about it" }))
      yield* tell(finished("a.d", { status: "warning", fetched: 1, warnings: ["2 deletes withheld"] }))
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual(display.rows(), [
        "✓ a.c   2 000 rows, 12 inserted, 3.2 s",
        "✗ a.bb  failed after 1 s: no connection",
        "! a.d   1 row, nothing changed, 1 s: 2 deletes withheld"
      ])
      assert.isTrue(display.cursorShown())
    })
  )

  it.effect("fits a small window", () =>
    Effect.gen(function* () {
      const ids = ["iiko.entity_measure_unit", "iiko.entity_account", "iiko.store", "iiko.product", "iiko.group"]
      const { display, tell } = yield* watch(ids, { width: 40, height: 5 })
      yield* tell(...ids.map(started), rows("iiko.entity_measure_unit", 1000), waiting("iiko.entity_account", 5000))
      yield* tell(...["iiko.store", "iiko.product"].map((id) => reading(id, { _tag: "Request" })))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(display.rows(), [
        "  iiko.e…_unit  1 000 rows  1 000/s",
        "  iiko.e…count              waiting 4 s…",
        "  and 2 more",
        "0/5 done, 1 queued, 1 s"
      ])
    })
  )

  it.effect("draws at most ten times a second, and only when something is new", () =>
    Effect.gen(function* () {
      const { tell, writes } = yield* watch(["a.b"])
      yield* tell(started("a.b"))
      yield* TestClock.adjust("100 millis")
      const before = writes.length
      yield* Effect.forEach(Array.from({ length: 50 }), () =>
        Effect.andThen(tell(rows("a.b", 1)), TestClock.adjust("10 millis"))
      )
      assert.strictEqual(writes.length - before, 5)
      yield* TestClock.adjust("300 millis")
      assert.strictEqual(writes.length - before, 5)
    })
  )

  it.effect("gives the cursor back when it is interrupted and leaves what was going on", () =>
    Effect.gen(function* () {
      const drawn = yield* Deferred.make<Display.Display>()
      const fiber = yield* Effect.scoped(
        Effect.gen(function* () {
          const { display, tell } = yield* watch(["a.b", "a.c"])
          yield* tell(started("a.b"), rows("a.b", 500))
          yield* Deferred.succeed(drawn, display)
          return yield* Effect.never
        })
      ).pipe(Effect.forkChild)
      const display = yield* Deferred.await(drawn)
      yield* Fiber.interrupt(fiber)
      assert.isTrue(display.cursorShown())
      assert.deepStrictEqual(display.rows(), ["  a.b  500 rows", "0/2 done, 0 s"])
    })
  )

  it.effect("puts other lines above the block", () =>
    Effect.gen(function* () {
      const { display, progress, tell } = yield* watch(["a.b"])
      yield* tell(started("a.b"))
      yield* TestClock.adjust("100 millis")
      yield* progress.say("a line of the log")
      yield* TestClock.adjust("100 millis")
      assert.deepStrictEqual(display.rows(), ["a line of the log", "0/1 done, 1 queued, 0 s"])
    })
  )
})

describe("Progress elsewhere", () => {
  it.effect("writes plain lines, one in five seconds for an entity", () =>
    Effect.gen(function* () {
      const { tell, writes } = yield* watch(["a.b", "a.long"], { live: false, width: Number.POSITIVE_INFINITY })
      yield* tell(started("a.b"), started("a.long"), answer("a.b"), rows("a.b", 400))
      yield* TestClock.adjust("3 seconds")
      yield* tell(answer("a.b"), rows("a.b", 400))
      yield* TestClock.adjust("2 seconds")
      yield* tell(waiting("a.b", 3000), rows("a.b", 200))
      yield* tell(finished("a.b", { fetched: 1000, updated: 3, durationMs: 5100 }))
      yield* tell(finished("a.long", { status: "skipped", warnings: ["another run holds the lock"] }))
      assert.deepStrictEqual(writes, [
        "  a.b  started\n",
        "  a.long  started\n",
        "  a.b  2 pages  800 rows  160/s  waiting 3 s for the rate budget\n",
        "✓ a.b     1 000 rows, 3 updated, 5.1 s\n",
        "- a.long  skipped: another run holds the lock\n"
      ])
    })
  )
})
