import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { perAccount } from "../../core/config/AccountEntity.ts"
import { parseSelector, targetId, targetName, targetOf } from "../../core/config/RunTarget.ts"
import { matches } from "../../core/config/Selector.ts"
import { AccountSource } from "../../core/plugin/AccountSource.ts"
import { reason } from "../../core/reason/Reason.ts"
import { selectFrom, selectWith } from "../../core/sync/SelectEntities.ts"
import { idAt } from "../support/employees.ts"
import { entity } from "../support/source.ts"

const incremental = { cursor: "at", param: "since", overlap: Duration.zero, format: "iso" }
const entities = [
  entity("deal"),
  entity("event", { mode: "upsert", incremental }),
  entity("event_line", { parent: "event", mode: "upsert" })
]

const chosen = (selectors: ReadonlyArray<string>, options: Parameters<typeof selectWith>[2]) =>
  Effect.map(selectWith(entities, selectors, options), (found) => found.map(({ name }) => name))

describe("a selector", () => {
  it("is matched in the time that reading it takes, however many stars it has", () => {
    const stars = "*".repeat(5_000)
    assert.isTrue(matches(`${stars}deal`, "fake.deal"))
    assert.isFalse(matches(`${stars}x`, "fake.deal"))
    assert.isFalse(matches(`${"*a".repeat(5_000)}x`, "a".repeat(9_000)))
    assert.isFalse(matches("a*ab", "ab"))
    assert.isTrue(matches("a.*", "a."))
    assert.isTrue(matches("a.b", "a.b"))
    assert.isFalse(matches("a+b", "aab"))
  })

  it("is an entity, an account of it, or neither", () => {
    assert.deepEqual(parseSelector("crm.deal"), { excludes: false, pattern: "crm.deal" })
    assert.deepEqual(parseSelector("!crm.*"), { excludes: true, pattern: "crm.*" })
    assert.deepEqual(parseSelector("crm.deal@owner/shop"), {
      excludes: false,
      pattern: "crm.deal",
      account: "owner/shop"
    })
    assert.deepEqual(parseSelector("!*@shop"), { excludes: true, pattern: "*", account: "shop" })
    assert.strictEqual(targetId(targetOf(entity("deal"))), "fake.deal")
    assert.strictEqual(targetId({ entity: entity("deal"), account: "shop" }), "fake.deal@shop")
  })

  it.effect("of an account is refused for an entity without accounts", () =>
    Effect.gen(function* () {
      for (const selectors of [["fake.deal@shop"], ["*", "!fake.deal@shop"]]) {
        const { message } = yield* Effect.flip(chosen(selectors, {}))
        assert.strictEqual(message, 'fake.deal has no accounts, so there is no "shop": write it without')
      }
    })
  )

  it.effect("of an account names one account of each connector", () =>
    Effect.gen(function* () {
      const declared = [entity("deal"), perAccount(entity("order")), perAccount(entity("event"))]
      const accounts = [
        { id: idAt(1), owner: "ann", name: "shop" },
        { id: idAt(2), owner: "bob", name: "shop" },
        { id: idAt(3), owner: "bob", name: "stall" }
      ]
      const found = (...selectors: ReadonlyArray<string>) =>
        selectWith(declared, selectors, {}).pipe(
          Effect.map((targets) => targets.map(targetName)),
          Effect.catchTag("UnknownSelector", ({ message }) => Effect.succeed([message])),
          Effect.provideService(AccountSource, {
            active: () => Effect.succeed(accounts),
            invalid: () => Effect.succeed([]),
            credential: () => Effect.die(new Error("nothing is read"))
          })
        )
      assert.deepEqual(yield* found("fake.order"), ["fake.order"])
      assert.deepEqual(yield* found("fake.order@stall"), ["fake.order@bob/stall"])
      assert.deepEqual(yield* found("*@ann/shop"), ["fake.order@ann/shop", "fake.event@ann/shop"])
      assert.deepEqual(yield* found("*", "!fake.*@bob/shop", "!fake.event"), [
        "fake.deal",
        "fake.order@ann/shop",
        "fake.order@bob/stall"
      ])
      assert.deepEqual(yield* found("fake.order@shop"), [
        '"shop" is the name of several accounts: write fake.order@ann/shop, fake.order@bob/shop'
      ])
      assert.deepEqual(yield* found("fake.order@cart"), ['there is no active account "cart" of fake.order'])
      assert.deepEqual(yield* found("fake.order@ann/stall"), ['there is no active account "ann/stall" of fake.order'])
    })
  )

  it.effect("of a connector that is off is told why it selects nothing", () =>
    Effect.gen(function* () {
      const generation = { entities, off: [{ name: "idle", reason: reason("connector.off") }] }
      const { message } = yield* Effect.flip(selectFrom(generation, ["fake.*", "idle.deal"]))
      assert.strictEqual(message, "idle is off: its file says enabled: false")
      assert.lengthOf(yield* selectFrom(generation, ["*"]), 3)
    })
  )

  it.effect("that selects nothing is told with what could be meant", () =>
    Effect.gen(function* () {
      for (const [selector, meant] of [
        ["fake", ' — did you mean "fake.*"?'],
        ["fake.dael", ' — did you mean "fake.deal"?'],
        ["fake.nothing", "fake.deal, fake.event, fake.event_line"],
        ["other.nothing", "; the connectors are fake"]
      ] as const) {
        const { message } = yield* Effect.flip(chosen([selector], {}))
        assert.isTrue(message.startsWith(`"${selector}" selects nothing`) && message.endsWith(meant), message)
      }
    })
  )

  it.effect("of a megabyte is unknown at once", () =>
    Effect.gen(function* () {
      const { message } = yield* Effect.flip(chosen([`fake.${"dea".repeat(300_000)}`], {}))
      assert.match(message, /^"fake\.dea/)
    })
  )
})

describe("what is asked of cursors", () => {
  it.effect("is refused where an entity is named that has none, and not where a pattern names it as well", () =>
    Effect.gen(function* () {
      const names = ["fake.event", "fake.deal"]
      for (const [options, option] of [
        [{ full: true }, "--full"],
        [{ pastRejected: true }, "--past-rejected"],
        [{ full: true, pastRejected: true }, "--full"]
      ] as const) {
        const { message } = yield* Effect.flip(chosen(names, options))
        assert.strictEqual(
          message,
          `fake.deal is not incremental: each run reads everything, and ${option} means nothing`
        )
        assert.deepStrictEqual(yield* chosen(["fake.*"], options), ["deal", "event", "event_line"])
        assert.deepStrictEqual(yield* chosen(["fake.*", "!fake.deal"], options), ["event", "event_line"])
        assert.deepStrictEqual(yield* chosen([], options), ["deal", "event", "event_line"])
      }
      assert.deepStrictEqual(yield* chosen(names, { full: false }), ["deal", "event"])
    })
  )

  it.effect("is asked of a child where its parent has them", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* chosen(["fake.event_line"], { full: true }), ["event_line"])
    })
  )
})
