import { PgConnection } from "@effect/sql-pg"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { inject } from "vitest"
import { Accounts } from "../../core/accounts/Accounts.ts"
import { foreignText, render } from "../../core/reason/Reason.ts"
import { UpstreamError } from "../../core/upstream/Source.ts"
import { freshDatabase } from "../support/database.ts"
import {
  accessOf,
  addShop,
  initiator,
  layerProcess,
  makeVendor,
  startProcess,
  type TestVendor,
  withTime
} from "./fixtures.ts"

const lost = new UpstreamError({ kind: "Unreachable", reason: foreignText("the connection broke off") })

const almostExpired = Duration.minutes(11 * 60 + 30)
const expired = Duration.hours(13)

/** A process whose one account has credentials that have ended. */
const expiredShop = Effect.gen(function* () {
  const process = yield* startProcess(layerProcess(yield* freshDatabase))
  const bank = makeVendor()
  const account = yield* process.run(addShop(bank))
  yield* TestClock.adjust(expired)
  return { account, bank, process }
})

describe("a refresh", () => {
  it.effect("is one request for all callers of all processes, stored before it is used", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      const [one, other] = [yield* startProcess(layerProcess(url)), yield* startProcess(layerProcess(url))]
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
      const process = yield* startProcess(layerProcess(yield* freshDatabase))
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
      const process = yield* startProcess(layerProcess(yield* freshDatabase))
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
      const { account, bank, process } = yield* expiredShop
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
      const { account, bank, process } = yield* expiredShop
      let answers = 0
      bank.faults.after = Effect.suspend(() => (++answers < 4 ? lost : Effect.void))
      const access = yield* withTime(process.run(accessOf(account, bank)))
      assert.isTrue(bank.accepts(access))
      assert.strictEqual(bank.counts.refreshes, 4)
    })
  )

  it.effect("is repeated as long when an earlier one never reached the vendor", () =>
    Effect.gen(function* () {
      const { account, bank, process } = yield* expiredShop
      bank.faults.before = lost
      yield* withTime(Effect.flip(process.run(accessOf(account, bank))))
      yield* TestClock.adjust("1 hour")
      bank.faults.before = Effect.void
      let answers = 0
      bank.faults.after = Effect.suspend(() => (++answers < 4 ? lost : Effect.void))
      assert.isTrue(bank.accepts(yield* withTime(process.run(accessOf(account, bank)))))
      assert.strictEqual(answers, 4)
    })
  )

  it.effect("that the vendor no longer repeats makes the account invalid, and says that an answer was lost", () =>
    Effect.gen(function* () {
      const { account, bank, process } = yield* expiredShop
      bank.faults.after = lost
      const failed = yield* withTime(Effect.flip(process.run(accessOf(account, bank))))
      assert.strictEqual(failed.kind, "Unreachable")
      yield* TestClock.adjust("2 minutes")
      const refused = yield* Effect.flip(process.run(accessOf(account, bank)))
      assert.strictEqual(refused.kind, "Unauthorized")
      assert.match(
        render(refused.reason),
        /^the credentials of anna\/shop are refused, authorize it again: .*was lost$/
      )
      const accounts = yield* process.run(Accounts)
      assert.deepEqual(yield* accounts.active("fake"), [])
      assert.deepEqual(
        (yield* accounts.list()).map(({ status, reason }) => [status, reason?.code]),
        [["invalid", "account.lostAnswer"]]
      )
    })
  )

  it.effect("is stored when the database comes back, if it was away after the vendor had answered", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      const process = yield* startProcess(layerProcess(url))
      const bank = makeVendor()
      const account = yield* process.run(addShop(bank))
      yield* TestClock.adjust(expired)
      const admin = yield* PgConnection.make({ url: Redacted.make(inject("postgres")) })
      const name = new URL(Redacted.value(url)).pathname.slice(1)
      const admit = (allowed: boolean) => admin.query(`alter database ${name} allow_connections ${allowed}`, [])
      const away = Effect.gen(function* () {
        yield* admit(false)
        yield* admin.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name])
        yield* Effect.forkDetach(Effect.delay(admit(true), "3 seconds"))
      })
      bank.faults.after = Effect.orDie(away)
      assert.strictEqual(yield* withTime(process.run(accessOf(account, bank))), "access-2-a")
      assert.strictEqual(bank.counts.refreshes, 1)
    })
  )

  it.effect("that fails leaves credentials that still work in use", () =>
    Effect.gen(function* () {
      const process = yield* startProcess(layerProcess(yield* freshDatabase))
      const bank = makeVendor()
      const account = yield* process.run(addShop(bank))
      yield* TestClock.adjust(almostExpired)
      bank.faults.before = lost
      assert.strictEqual(yield* withTime(process.run(accessOf(account, bank))), "access-1-a")
    })
  )
})

describe("the credentials of all accounts", () => {
  it.effect("are refreshed before they end, used or not, and those whose answer was lost at once", () =>
    Effect.gen(function* () {
      const process = yield* startProcess(layerProcess(yield* freshDatabase))
      const bank = makeVendor()
      const accounts = yield* process.run(Accounts)
      const resting = yield* process.run(addShop(bank, "a"))
      yield* accounts.pause(resting, initiator)
      yield* process.run(addShop(bank, "b", { name: "other" }))
      const refreshDue = accounts.refreshDue("fake", bank.vendor)
      yield* refreshDue
      assert.strictEqual(bank.counts.refreshes, 0)
      const sql = yield* process.run(SqlClient.SqlClient)
      yield* sql`update tributary.account set refresh_asked_at = '1970-01-01T00:00:00Z' where name = 'other'`
      yield* refreshDue
      assert.strictEqual(bank.counts.refreshes, 1)
      yield* TestClock.adjust(almostExpired)
      yield* refreshDue
      assert.strictEqual(bank.counts.refreshes, 3)
      bank.revoke("a")
      yield* TestClock.adjust(almostExpired)
      yield* refreshDue
      assert.deepEqual(
        (yield* accounts.list()).map(({ name, status }) => [name, status]),
        [
          ["other", "active"],
          ["shop", "invalid"]
        ]
      )
      yield* TestClock.adjust(almostExpired)
      yield* refreshDue
      assert.strictEqual(bank.counts.refreshes, 6)
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
      const process = yield* startProcess(layerProcess(url))
      const bank = makeVendor()
      const account = yield* process.run(addShop(bank))
      yield* TestClock.adjust(expired)
      const reached = yield* Deferred.make<void>()
      stopAt(bank, Effect.asVoid(Deferred.succeed(reached, undefined)))
      yield* Effect.forkChild(process.run(accessOf(account, bank)))
      yield* Deferred.await(reached)
      yield* process.end
      Object.assign(bank.faults, { before: Effect.void, after: Effect.void })
      const next = yield* startProcess(layerProcess(url))
      const access = yield* withTime(next.run(accessOf(account, bank)))
      assert.isTrue(bank.accepts(access))
      assert.strictEqual(bank.counts.refreshes, 2)
    })
  )
})
