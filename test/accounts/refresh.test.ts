import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Exit, Fiber, Layer, type Redacted, Scope } from "effect"
import { TestClock } from "effect/testing"
import { Accounts } from "../../core/accounts/Accounts.ts"
import { foreignText, render } from "../../core/reason/Reason.ts"
import { UpstreamError } from "../../core/upstream/Source.ts"
import { freshDatabase } from "../support/database.ts"
import { settle } from "../support/settle.ts"
import { accessOf, addShop, layerProcess, makeVendor, type TestVendor } from "./fixtures.ts"

const lost = new UpstreamError({ kind: "Unreachable", reason: foreignText("the connection broke off") })

/** A process that the test ends. */
const startProcess = Effect.fnUntraced(function* (url: Redacted.Redacted) {
  const scope = yield* Scope.make()
  yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
  const services = yield* Layer.buildWithScope(layerProcess(url), scope)
  return {
    run: Effect.provideContext(services),
    end: Scope.close(scope, Exit.void)
  }
})

const almostExpired = Duration.minutes(11 * 60 + 30)
const expired = Duration.hours(13)

/** Lets the clock run while an effect waits for it and for the database. */
const withTime = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect)
    const tick = Effect.andThen(TestClock.adjust("100 millis"), settle)
    yield* Effect.repeat(tick, { until: () => fiber.pollUnsafe() !== undefined })
    return yield* Fiber.join(fiber)
  })

describe("a refresh", () => {
  it.effect("is one request for all callers of all processes, stored before it is used", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      const [one, other] = [yield* startProcess(url), yield* startProcess(url)]
      const bank = makeVendor()
      const account = yield* one.run(addShop(bank))
      yield* TestClock.adjust(almostExpired)
      const asked = yield* Deferred.make<void>()
      const answer = yield* Deferred.make<void>()
      bank.faults.after = Effect.andThen(Deferred.succeed(asked, undefined), Deferred.await(answer))
      const callers = [one, other, one, other, one, other].map(({ run }) => run(accessOf(account, bank)))
      const all = yield* Effect.forkChild(Effect.all(callers, { concurrency: "unbounded" }))
      yield* Deferred.await(asked)
      yield* Deferred.succeed(answer, undefined)
      const tokens = yield* withTime(Fiber.join(all))
      assert.deepEqual(new Set(tokens), new Set(["access-2-a"]))
      assert.strictEqual(bank.counts.refreshes, 1)
    })
  )

  it.effect("is made before the end of the credentials, and not earlier", () =>
    Effect.gen(function* () {
      const process = yield* startProcess(yield* freshDatabase)
      const bank = makeVendor()
      const account = yield* process.run(addShop(bank))
      yield* TestClock.adjust("10 hours")
      assert.strictEqual(yield* process.run(accessOf(account, bank)), "access-1-a")
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(yield* process.run(accessOf(account, bank)), "access-2-a")
      assert.strictEqual(bank.counts.refreshes, 1)
    })
  )

  it.effect("of credentials that a vendor refuses is made once for all requests that were refused", () =>
    Effect.gen(function* () {
      const process = yield* startProcess(yield* freshDatabase)
      const bank = makeVendor()
      const account = yield* process.run(addShop(bank))
      const accounts = yield* process.run(Accounts)
      const [first, second] = yield* Effect.all([
        accounts.credential(account, bank.vendor),
        accounts.credential(account, bank.vendor)
      ])
      yield* Effect.all([first.renew ?? Effect.void, second.renew ?? Effect.void], { concurrency: 2 })
      yield* first.renew ?? Effect.void
      assert.strictEqual(bank.counts.refreshes, 1)
      assert.strictEqual(yield* process.run(accessOf(account, bank)), "access-2-a")
    })
  )

  it.effect("goes on when the run that began it is interrupted", () =>
    Effect.gen(function* () {
      const process = yield* startProcess(yield* freshDatabase)
      const bank = makeVendor()
      const account = yield* process.run(addShop(bank))
      yield* TestClock.adjust(expired)
      const asked = yield* Deferred.make<void>()
      const answer = yield* Deferred.make<void>()
      bank.faults.after = Effect.andThen(Deferred.succeed(asked, undefined), Deferred.await(answer))
      const run = yield* Effect.forkChild(process.run(accessOf(account, bank)))
      yield* Deferred.await(asked)
      yield* Fiber.interrupt(run)
      yield* Deferred.succeed(answer, undefined)
      assert.strictEqual(yield* withTime(process.run(accessOf(account, bank))), "access-2-a")
      assert.strictEqual(bank.counts.refreshes, 1)
    })
  )

  it.effect("whose answer is lost is asked for again with the same credentials while the vendor repeats it", () =>
    Effect.gen(function* () {
      const process = yield* startProcess(yield* freshDatabase)
      const bank = makeVendor()
      const account = yield* process.run(addShop(bank))
      yield* TestClock.adjust(expired)
      let answers = 0
      bank.faults.after = Effect.suspend(() => (++answers < 4 ? lost : Effect.void))
      const access = yield* withTime(process.run(accessOf(account, bank)))
      assert.isTrue(bank.accepts(access))
      assert.strictEqual(bank.counts.refreshes, 4)
    })
  )

  it.effect("that the vendor no longer repeats makes the account invalid, and says that an answer was lost", () =>
    Effect.gen(function* () {
      const process = yield* startProcess(yield* freshDatabase)
      const bank = makeVendor()
      const account = yield* process.run(addShop(bank))
      yield* TestClock.adjust(expired)
      bank.faults.after = lost
      const failed = yield* withTime(Effect.flip(process.run(accessOf(account, bank))))
      assert.strictEqual(failed.kind, "Unreachable")
      yield* TestClock.adjust("2 minutes")
      const refused = yield* Effect.flip(process.run(accessOf(account, bank)))
      assert.strictEqual(refused.kind, "Unauthorized")
      assert.match(
        render(refused.reason),
        /^the credentials of anna\/shop are refused: .*was lost; authorize it again$/
      )
      const accounts = yield* process.run(Accounts)
      assert.deepEqual(yield* accounts.active("fake"), [])
      assert.deepEqual(
        (yield* accounts.list()).map(({ status, reason }) => [status, reason?.code]),
        [["invalid", "account.lostAnswer"]]
      )
    })
  )

  it.effect("that fails leaves credentials that still work in use", () =>
    Effect.gen(function* () {
      const process = yield* startProcess(yield* freshDatabase)
      const bank = makeVendor()
      const account = yield* process.run(addShop(bank))
      yield* TestClock.adjust(almostExpired)
      bank.faults.before = lost
      assert.strictEqual(yield* withTime(process.run(accessOf(account, bank))), "access-1-a")
    })
  )
})

describe("a process that ends during a refresh", () => {
  const steps: Readonly<Record<string, (bank: TestVendor, reached: Effect.Effect<void>) => void>> = {
    "before the vendor is asked": (bank, reached) => {
      bank.faults.before = Effect.andThen(reached, Effect.never)
    },
    "when the vendor has made the next pair": (bank, reached) => {
      bank.faults.after = Effect.andThen(reached, Effect.never)
    }
  }

  it.effect.each(Object.entries(steps))("%s leaves credentials that its successor gets", ([, stopAt]) =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      const process = yield* startProcess(url)
      const bank = makeVendor()
      const account = yield* process.run(addShop(bank))
      yield* TestClock.adjust(expired)
      const reached = yield* Deferred.make<void>()
      stopAt(bank, Effect.asVoid(Deferred.succeed(reached, undefined)))
      yield* Effect.forkChild(process.run(accessOf(account, bank)))
      yield* Deferred.await(reached)
      yield* process.end
      Object.assign(bank.faults, { before: Effect.void, after: Effect.void })
      const next = yield* startProcess(url)
      const access = yield* withTime(next.run(accessOf(account, bank)))
      assert.isTrue(bank.accepts(access))
      assert.strictEqual(bank.counts.refreshes, 2)
    })
  )
})
