import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Layer, type Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { Accounts } from "../../core/accounts/Accounts.ts"
import { AccountVendors } from "../../core/accounts/AccountVendors.ts"
import { Authorizations } from "../../core/accounts/Authorizations.ts"
import * as Tasks from "../../core/accounts/Tasks.ts"
import { foreignText, render } from "../../core/reason/Reason.ts"
import { UpstreamError } from "../../core/upstream/Source.ts"
import { freshDatabase } from "../support/database.ts"
import {
  addShop,
  initiator,
  layerProcess,
  makeVendor,
  shop,
  startProcess,
  type TestVendor,
  withTime
} from "./fixtures.ts"

const layerWith = (url: Redacted.Redacted, { vendor }: TestVendor) =>
  Layer.fresh(Authorizations.layer).pipe(
    Layer.provideMerge(
      Layer.succeed(AccountVendors, {
        names: Effect.succeed(["fake"]),
        find: () => Effect.succeed({ ...vendor, traits: { ...vendor.traits, perOwner: 1 } })
      })
    ),
    Layer.provideMerge(layerProcess(url))
  )

const wanted = { connector: shop.connector, owner: shop.owner, name: shop.name }

const start = Effect.flatMap(Authorizations, (authorizations) => authorizations.start(wanted, initiator))
const ended = (id: string) => withTime(Effect.flatMap(Authorizations, (authorizations) => authorizations.await(id)))

/** The only device code, and when the vendor was asked about it. */
const deviceOf = ({ devices }: TestVendor, code = "device-1") => {
  const device = devices.get(code)
  assert.isDefined(device)
  return device
}

/** Between two requests, in milliseconds. */
const pausesOf = (bank: TestVendor): ReadonlyArray<number> =>
  deviceOf(bank).askedAt.flatMap((at, index, all) => (index === 0 ? [] : [at - (all[index - 1] ?? 0)]))

const isAsked = (bank: TestVendor, times: number) =>
  withTime(Effect.repeat(Effect.sleep("1 second"), { until: () => deviceOf(bank).askedAt.length >= times }))

const unreachable = new UpstreamError({ kind: "Unreachable", reason: foreignText("no connection") })

describe("an authorization", () => {
  it.effect("adds the account when its owner has confirmed the code, and leaves no secret", () =>
    Effect.gen(function* () {
      const bank = makeVendor()
      const { run } = yield* startProcess(layerWith(yield* freshDatabase, bank))
      const { link, taskId, userCode } = yield* run(start)
      assert.deepEqual([link, userCode], ["https://vendor.test/confirm?code=u1", "u1"])
      yield* isAsked(bank, 3)
      assert.isAtLeast(Math.min(...pausesOf(bank)), 5000)
      const sql = yield* run(SqlClient.SqlClient)
      const rows = sql<{ line: string }>`select t::text || encode(t.sealed, 'escape') as line from tributary.task as t`
      assert.notMatch(JSON.stringify(yield* rows), /device-1/)
      deviceOf(bank).customer = "a"
      const task = yield* run(ended(taskId))
      assert.strictEqual(task.state, "done")
      const accounts = yield* run(Accounts)
      assert.deepEqual(
        (yield* accounts.list()).map(({ belongsTo, createdBy, id, status }) => [id, belongsTo, createdBy, status]),
        [[task.account ?? "", "customer a", "anna", "active"]]
      )
      const left = yield* sql`select from tributary.task where sealed is not null`
      assert.lengthOf(left, 0)
    })
  )

  it.effect("asks 5 seconds less often each time that the vendor asks it to", () =>
    Effect.gen(function* () {
      const bank = makeVendor()
      const { run } = yield* startProcess(layerWith(yield* freshDatabase, bank))
      yield* run(start)
      deviceOf(bank).interval = Duration.infinity
      yield* isAsked(bank, 5)
      for (const [index, pause] of pausesOf(bank).entries()) {
        assert.isAtLeast(pause, 5000 * (index + 1))
      }
    })
  )

  it.effect("ends with the vendor's reason, or when the code is too old", () =>
    Effect.gen(function* () {
      const bank = makeVendor()
      const { run } = yield* startProcess(layerWith(yield* freshDatabase, bank))
      const denied = yield* run(start)
      deviceOf(bank).denied = true
      const refused = yield* run(ended(denied.taskId))
      assert.deepEqual([refused.state, refused.reason && render(refused.reason)], ["failed", "access denied"])
      bank.codes.lifetime = Duration.seconds(30)
      bank.faults.before = unreachable
      const { taskId } = yield* run(start)
      const late = yield* run(ended(taskId))
      assert.deepEqual([late.state, late.reason?.code], ["failed", "account.authorizationExpired"])
    })
  )

  it.effect("is worked on by one process, and by another one when that has ended", () =>
    Effect.gen(function* () {
      const bank = makeVendor()
      const url = yield* freshDatabase
      const [one, other] = [yield* startProcess(layerWith(url, bank)), yield* startProcess(layerWith(url, bank))]
      const { taskId } = yield* one.run(start)
      const resume = Effect.flatMap(Authorizations, (authorizations) => authorizations.resume)
      yield* other.run(resume)
      yield* isAsked(bank, 3)
      assert.isAtLeast(Math.min(...pausesOf(bank)), 5000)
      yield* one.end
      deviceOf(bank).customer = "a"
      yield* other.run(resume)
      assert.strictEqual((yield* other.run(ended(taskId))).state, "done")
    })
  )

  it.effect("keeps what the vendor has granted over the end of its process", () =>
    Effect.gen(function* () {
      const bank = makeVendor()
      const url = yield* freshDatabase
      const one = yield* startProcess(layerWith(url, bank))
      const { taskId } = yield* one.run(start)
      const reached = yield* Deferred.make<void>()
      bank.faults.verify = Effect.andThen(Deferred.succeed(reached, undefined), Effect.never)
      deviceOf(bank).customer = "a"
      yield* withTime(Deferred.await(reached))
      yield* one.end
      bank.faults.verify = Effect.void
      const other = yield* startProcess(layerWith(url, bank))
      yield* other.run(Effect.flatMap(Authorizations, (authorizations) => authorizations.resume))
      assert.strictEqual((yield* other.run(ended(taskId))).state, "done")
    })
  )

  it.effect("can be stopped, once, and the vendor is not asked any more", () =>
    Effect.gen(function* () {
      const bank = makeVendor()
      const { run } = yield* startProcess(layerWith(yield* freshDatabase, bank))
      const { taskId } = yield* run(start)
      yield* run(Tasks.stop(taskId, initiator))
      const again = yield* Effect.flip(run(Tasks.stop(taskId, initiator)))
      assert.strictEqual(again.message, `the task ${taskId} has ended already: stopped`)
      assert.match((yield* Effect.flip(run(Tasks.stop("7", initiator)))).message, /^there is no task 7$/)
      yield* withTime(Effect.sleep("20 seconds"))
      assert.deepEqual(deviceOf(bank).askedAt, [])
      assert.strictEqual((yield* run(ended(taskId))).state, "stopped")
    })
  )

  it.effect("ends when the account that it was begun for is removed", () =>
    Effect.gen(function* () {
      const bank = makeVendor()
      const { run } = yield* startProcess(layerWith(yield* freshDatabase, bank))
      const accounts = yield* run(Accounts)
      const account = yield* run(addShop(bank, "a"))
      yield* accounts.pause(account, initiator)
      const { taskId } = yield* run(start)
      yield* accounts.remove(account, initiator)
      deviceOf(bank).customer = "a"
      yield* withTime(Effect.sleep("20 seconds"))
      assert.deepEqual([(yield* run(ended(taskId))).state, yield* accounts.list()], ["stopped", []])
    })
  )

  it.effect("is refused before anybody confirms it, if the account could not be added", () =>
    Effect.gen(function* () {
      const bank = makeVendor()
      const { run } = yield* startProcess(layerWith(yield* freshDatabase, bank))
      yield* run(addShop(bank, "a", { name: "first" }))
      const refused = yield* Effect.flip(run(start))
      assert.strictEqual(refused._tag === "AccountRefused" && refused.reason.code, "account.tooMany")
      assert.strictEqual(bank.devices.size, 0)
    })
  )

  it.effect("goes on when the vendor could not be reached", () =>
    Effect.gen(function* () {
      const bank = makeVendor()
      const { run } = yield* startProcess(layerWith(yield* freshDatabase, bank))
      let failures = 0
      bank.faults.before = Effect.suspend(() => (++failures < 4 ? unreachable : Effect.void))
      const { taskId } = yield* run(start)
      deviceOf(bank).customer = "a"
      assert.strictEqual((yield* run(ended(taskId))).state, "done")
    })
  )
})
