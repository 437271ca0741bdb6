import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Result } from "effect"
import { SqlClient } from "effect/sql"
import { Accounts } from "../../core/accounts/Accounts.ts"
import { MasterKeys, parseMasterKeys } from "../../core/accounts/MasterKeys.ts"
import { Seal } from "../../core/accounts/Seal.ts"
import { render } from "../../core/reason/Reason.ts"
import { freshDatabase } from "../support/database.ts"
import { accessOf, addShop, initiator, layerProcess, makeVendor, newMasterKey, shop } from "./fixtures.ts"

const layerFresh = Layer.unwrap(Effect.map(freshDatabase, (url) => layerProcess(url)))

describe("the master keys", () => {
  it("are Base64 of 32 bytes each, and a mistake is told with its place and without the key", () => {
    const [one, other] = [newMasterKey(), newMasterKey()]
    const told = (text: string | undefined) =>
      Result.match(parseMasterKeys(text), { onSuccess: (keys) => keys.length, onFailure: ({ message }) => message })
    assert.strictEqual(told(` ${one}, ${other} `), 2)
    assert.match(String(told(undefined)), /^TRIBUTARY_MASTER_KEY is not set/)
    assert.match(String(told(" ")), /^TRIBUTARY_MASTER_KEY is not set/)
    assert.match(String(told(`${one},not a key`)), /^key 2 of TRIBUTARY_MASTER_KEY is not Base64/)
    assert.match(String(told("c2hvcnQ=")), /^key 1 of TRIBUTARY_MASTER_KEY has 5 bytes, not 32/)
    assert.match(String(told(`${one},`)), /^key 2 of TRIBUTARY_MASTER_KEY has 0 bytes, not 32/)
    assert.notInclude(JSON.stringify(parseMasterKeys(one)), one)
  })
})

/** Fresh: a layer that was built already would keep its keys. */
const layerSeal = (keys: () => string) =>
  Layer.fresh(Seal.layer).pipe(Layer.provideMerge(MasterKeys.layer(Effect.sync(keys))))

const place = { kind: "account", connector: "fake", id: "7" } as const
const secret = Redacted.make("a refresh token")

describe("a seal", () => {
  it.effect("opens in the row that it was made for, and nowhere else", () =>
    Effect.gen(function* () {
      const { open, seal } = yield* Seal
      const [first, second] = [yield* seal(place, secret), yield* seal(place, secret)]
      assert.strictEqual(Redacted.value(yield* open(place, first)), "a refresh token")
      assert.notDeepEqual(first.bytes, second.bytes)
      const elsewhere = [
        { ...place, kind: "task" as const },
        { ...place, connector: "other" },
        { ...place, id: "8" }
      ]
      const changed = Array.from(first.bytes, (_, at) => ({
        ...first,
        bytes: first.bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))
      }))
      const attempts = [
        ...elsewhere.map((one) => open(one, first)),
        ...changed.map((one) => open(place, one)),
        open(place, { ...first, bytes: first.bytes.subarray(0, 40) })
      ]
      for (const attempt of attempts) {
        assert.strictEqual((yield* Effect.flip(attempt)).reason.code, "account.altered")
      }
    }).pipe(Effect.provide(layerSeal(() => masterKeys.old)))
  )

  it.effect("is made with the first key, and opens with any, also with one that is added while the daemon runs", () =>
    Effect.gen(function* () {
      const { old, young } = masterKeys
      let keys = old
      yield* Effect.gen(function* () {
        const { open, seal } = yield* Seal
        const before = yield* seal(place, secret)
        const foreign = yield* Effect.provide(
          Effect.flatMap(Seal, (other) => other.seal(place, secret)),
          layerSeal(() => young)
        )
        assert.strictEqual((yield* Effect.flip(open(place, foreign))).reason.code, "account.otherKey")
        keys = `${young},${old}`
        assert.strictEqual(Redacted.value(yield* open(place, foreign)), "a refresh token")
        assert.strictEqual(Redacted.value(yield* open(place, before)), "a refresh token")
        const after = yield* seal(place, secret)
        assert.deepEqual([after.by === before.by, after.by === foreign.by], [false, true])
      }).pipe(Effect.provide(layerSeal(() => keys)))
    })
  )
})

const masterKeys = { old: newMasterKey(), young: newMasterKey() }

describe("an account", () => {
  it.effect("has a name of its own, and its owner no more accounts than allowed, however many are added at once", () =>
    Effect.gen(function* () {
      const bank = makeVendor()
      yield* addShop(bank)
      const add = (name: string, owner = "anna") => Effect.result(addShop(bank, name, { name, owner }))
      const taken = yield* Effect.flip(addShop(bank, "b"))
      assert.strictEqual(
        taken._tag === "AccountRefused" && render(taken.reason),
        "anna/shop exists already and works; pause or remove it first"
      )
      const racing = yield* Effect.all(
        ["x", "y", "z"].map((name) => add(name)),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(racing.filter(Result.isSuccess).length, 1)
      const many = racing.find(Result.isFailure)?.failure
      assert.strictEqual(many?._tag === "AccountRefused" && many.reason.code, "account.tooMany")
      assert.isTrue(Result.isSuccess(yield* add("shop", "bert@example.test")))
      for (const name of ["", "a/b", "a@b", "a b", "-a", "a".repeat(101)])
        assert.isTrue(Result.isFailure(yield* add(name, "carl")))
    }).pipe(Effect.provide(layerFresh))
  )

  it.effect("is found by its name while only one has it, else with its owner", () =>
    Effect.gen(function* () {
      const bank = makeVendor()
      const accounts = yield* Accounts
      const one = yield* addShop(bank)
      assert.strictEqual((yield* accounts.find("fake", "shop")).id, one.id)
      const other = yield* addShop(bank, "b", { owner: "bert" })
      assert.strictEqual((yield* accounts.find("fake", "bert/shop")).id, other.id)
      const why = (text: string) => Effect.map(Effect.flip(accounts.find("fake", text)), ({ message }) => message)
      assert.strictEqual(yield* why("shop"), "shop is the name of several accounts: write anna/shop, bert/shop")
      assert.strictEqual(yield* why("bert/shap"), 'fake has no account bert/shap — did you mean "bert/shop"?')
    }).pipe(Effect.provide(layerFresh))
  )

  it.effect("is tested before it is added, and nothing of what is refused is kept", () =>
    Effect.gen(function* () {
      const bank = makeVendor()
      const accounts = yield* Accounts
      const grant = yield* bank.authorize("a")
      bank.revoke("a")
      const refused = yield* Effect.flip(accounts.add(shop, grant, bank.vendor, initiator))
      assert.strictEqual(refused._tag, "CredentialsRefused")
      assert.deepEqual(yield* accounts.list(), [])
    }).pipe(Effect.provide(layerFresh))
  )

  it.effect("that the vendor refuses is invalid until it is authorized again by the same customer", () =>
    Effect.gen(function* () {
      const bank = makeVendor()
      const accounts = yield* Accounts
      const account = yield* addShop(bank)
      bank.revoke("a")
      assert.strictEqual((yield* Effect.flip(accounts.verify(account, bank.vendor, initiator)))._tag, "AccountUnusable")
      assert.strictEqual((yield* Effect.flip(accessOf(account, bank))).kind, "Unauthorized")
      const other = yield* Effect.flip(addShop(bank, "b"))
      assert.strictEqual(other._tag === "AccountRefused" && other.reason.code, "account.otherOwner")
      bank.lines.set("a", "customer a, renamed")
      const again = yield* addShop(bank, "a")
      assert.deepEqual([again.id, again.status, again.reason], [account.id, "active", null])
      assert.strictEqual(again.belongsTo, "customer a, renamed")
      assert.isTrue(bank.accepts(yield* accessOf(account, bank)))
      // As before there were ids: the line is compared, and the next answer brings the id.
      const sql = yield* SqlClient.SqlClient
      yield* sql`update tributary.account set customer = null`
      bank.lines.set("a", "customer a")
      assert.strictEqual(yield* accounts.verify(account, bank.vendor, initiator), "customer a")
      const stored = yield* sql`select customer, belongs_to from tributary.account`
      assert.deepEqual(stored, [{ customer: "a", belongs_to: "customer a" }])
    }).pipe(Effect.provide(layerFresh))
  )

  it.effect("with a key that is never refreshed is asked about when a request is refused", () =>
    Effect.gen(function* () {
      const bank = makeVendor()
      const { refresh: _, ...operations } = bank.vendor.operations
      const vendor = { ...bank.vendor, operations }
      const accounts = yield* Accounts
      const account = yield* accounts.add(shop, yield* bank.authorize("a"), vendor, initiator)
      const credential = yield* accounts.credential(account, vendor)
      yield* credential.renew ?? Effect.void
      assert.strictEqual((yield* accounts.find("fake", "shop")).status, "active")
      bank.revoke("a")
      yield* credential.renew ?? Effect.void
      assert.strictEqual((yield* accounts.find("fake", "shop")).status, "invalid")
    }).pipe(Effect.provide(layerFresh))
  )

  it.effect("is not read while it is paused, and removing it destroys its credentials", () =>
    Effect.gen(function* () {
      const bank = makeVendor()
      const accounts = yield* Accounts
      const account = yield* addShop(bank)
      const { id, name, owner } = account
      assert.deepEqual(yield* accounts.active("fake"), [{ id, name, owner }])
      assert.deepEqual(yield* accounts.active("other"), [])
      yield* accounts.pause(account, initiator)
      assert.deepEqual(yield* accounts.active("fake"), [])
      assert.strictEqual(
        (yield* Effect.flip(accounts.pause(account, initiator))).message,
        "anna/shop is not active, it is paused"
      )
      yield* accounts.resume(account, initiator)
      assert.strictEqual(
        (yield* Effect.flip(accounts.resume(account, initiator))).message,
        "anna/shop is not paused, it is active"
      )
      yield* accounts.remove(account, initiator)
      assert.deepEqual(yield* accounts.list(), [])
      assert.match((yield* Effect.flip(accessOf(account, bank))).message, /^the account anna\/shop was removed$/)
    }).pipe(Effect.provide(layerFresh))
  )

  it.effect("leaves every change in the audit, and no secret anywhere in the database", () =>
    Effect.gen(function* () {
      const bank = makeVendor()
      const sql = yield* SqlClient.SqlClient
      const accounts = yield* Accounts
      const account = yield* addShop(bank)
      yield* accounts.refresh(account, bank.vendor, initiator)
      yield* accounts.pause(account, initiator)
      yield* accounts.resume(account, initiator)
      bank.revoke("a")
      const told = yield* Effect.flip(accounts.refresh(account, bank.vendor, initiator))
      assert.match(told.message, /are refused, authorize it again: nobody has been given <redacted>$/)
      assert.include((yield* Effect.flip(accounts.verify(account, bank.vendor, initiator))).message, "<redacted>")
      const dumped = yield* sql<{ line: string }>`
        select a::text || encode(a.sealed, 'escape') as line from tributary.account as a
        union all select e::text from tributary.account_event as e`
      assert.notMatch(JSON.stringify(dumped), /access-|refresh-/)
      yield* accounts.remove(account, initiator)
      const events = yield* sql`select event, actor, reason ->> 'code' as code from tributary.account_event order by id`
      assert.deepEqual(
        events.map(({ actor, code, event }) => [event, actor, code]),
        [
          ["added", "anna", null],
          ["refreshed", "anna", null],
          ["paused", "anna", null],
          ["resumed", "anna", null],
          ["refused", null, "said"],
          ["removed", "anna", null]
        ]
      )
    }).pipe(Effect.provide(layerFresh))
  )

  it.effect("whose sealed credentials were put into the row of another does not open", () =>
    Effect.gen(function* () {
      const bank = makeVendor()
      const sql = yield* SqlClient.SqlClient
      const [one, other] = [yield* addShop(bank), yield* addShop(bank, "b", { name: "other" })]
      yield* sql`
        update tributary.account as a set sealed = b.sealed from tributary.account as b
        where a.id = ${one.id}::uuid and b.id = ${other.id}::uuid`
      const failed = yield* Effect.flip(accessOf(one, bank))
      assert.strictEqual(failed.kind, "Declaration")
      assert.match(failed.message, /they were changed, or belong to another account$/)
    }).pipe(Effect.provide(layerFresh))
  )
})
