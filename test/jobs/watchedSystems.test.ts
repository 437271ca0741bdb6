import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Scope, Stream } from "effect"
import { PrometheusMetrics } from "effect/observability"
import { TestClock } from "effect/testing"
import type { FoundRow, StoredRows } from "../../core/plugin/StoredRows.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { makeVendor } from "../accounts/fixtures.ts"
import { layerEngine } from "../accounts/served.ts"
import { eventually } from "../support/eventually.ts"
import { layerSync } from "../support/source.ts"
import { isolated, one, open, world } from "./watchFixtures.ts"

const foundRow = (id: string): FoundRow => ({ id, name: `row ${id}` })

describe("rows that a type of connector finds", () => {
  it.effect(
    "are one alert for those that come together, until none of them is found, and another one for later ones",
    () =>
      isolated(
        Effect.gen(function* () {
          let found: ReadonlyArray<FoundRow> = []
          const alert: StoredRows["alerts"][number] = {
            name: "odd",
            entity: "one",
            columns: ["id"],
            find: () => Effect.sync(() => found),
            reason: ({ count, names }) => foreignText(`${count}: ${names}`)
          }
          const needsMore = { ...alert, columns: ["id", "colour"], find: () => Effect.die("there is no such column") }
          const rows: StoredRows = { alerts: [alert, needsMore], lists: [] }
          const engine = layerSync([one], () => ({}), {}, [], { rows: () => Promise.resolve({ rows }) })
          const { alerts, jump, look } = yield* world("2026-03-10T07:00:00Z", undefined, [], engine)
          const lookAt = (time: string) => Effect.andThen(jump(time), look)
          const reasons = Effect.map(alerts.open, (all) => all.map(({ message, subject }) => `${subject} ${message}`))
          assert.deepEqual(yield* look, [])
          found = ["a", "b"].map(foundRow)
          assert.deepEqual(yield* look, [], "not every minute")
          yield* lookAt("2026-03-10T07:17:00Z")
          assert.deepEqual(yield* reasons, ["fake.one 2: row a, row b"])
          found = ["c", "a", "b"].map(foundRow)
          yield* lookAt("2026-03-10T07:33:00Z")
          assert.deepEqual(yield* reasons, ["fake.one 2: row a, row b", "fake.one 1: row c"])
          found = ["c"].map(foundRow)
          yield* lookAt("2026-03-10T07:49:00Z")
          assert.deepEqual(yield* reasons, ["fake.one 1: row c"])
        })
      )
  )
})

describe("an outside system", () => {
  const gauges = Effect.map(PrometheusMetrics.format(), (text) =>
    [...text.matchAll(/^tributary_circuit_open(\{.*\} \d)/gm)].map(([, gauge]) => gauge)
  )

  const failing = Effect.fnUntraced(function* () {
    const daemon = yield* world("2026-03-10T07:01:00Z")
    const { breaker } = daemon.vendors
    const call = (effect: Effect.Effect<void, string>) => Effect.ignore(breaker.execute(effect, { key: "fake" }))
    for (let i = 0; i < 5; i++) yield* call(Effect.fail("it is down"))
    const becomes = (expected: string) =>
      TestClock.withLive(eventually(Effect.map(daemon.keys, (keys) => keys.join() === expected)))
    const gauge = Effect.map(PrometheusMetrics.format(), (text) => /tributary_circuit_open\{.*\} (\d)/.exec(text)?.[1])
    return { ...daemon, becomes, call, gauge }
  })

  it.effect("is wrong from when its circuit opens until it closes, also while it is tried", () =>
    isolated(
      Effect.gen(function* () {
        const { becomes, call, gauge, look } = yield* failing()
        yield* becomes(open)
        assert.strictEqual(yield* gauge, "1")
        yield* TestClock.adjust("31 seconds")
        yield* call(Effect.fail("it is still down"))
        assert.deepEqual(yield* look, [open])
        yield* TestClock.adjust("10 minutes")
        yield* call(Effect.void)
        yield* becomes("")
        assert.strictEqual(yield* gauge, "0")
      })
    )
  )

  it.effect("of which something is counted apart is told by that name, as long as it may be asked", () =>
    isolated(
      Effect.gen(function* () {
        const { keys, look, vendors } = yield* world("2026-03-10T07:01:00Z")
        const asking = yield* Scope.make()
        yield* Scope.provide(vendors.hold({ connector: "fake", group: "cloud" }), asking)
        const shared = vendors.hold({ connector: "fake", group: "cloud" })
        yield* Effect.scoped(shared)
        yield* Scope.provide(vendors.hold({ connector: "gone", group: "cloud" }), asking)
        for (const key of ["fake cloud", "gone cloud"]) {
          for (let i = 0; i < 5; i++) yield* Effect.ignore(vendors.breaker.execute(Effect.fail("it is down"), { key }))
        }
        const alerts = yield* look
        assert.deepEqual(alerts, ["circuit_open fake cloud"])
        assert.sameMembers(yield* gauges, ['{connector="fake"} 0', '{connector="fake",group="cloud"} 1'])
        yield* Scope.close(asking, Exit.void)
        assert.deepEqual(yield* look, [])
        assert.deepEqual(yield* gauges, ['{connector="fake"} 0'])
        assert.deepEqual(yield* keys, [])
      })
    )
  )

  it.effect("is forgotten when a reload removes it", () =>
    isolated(
      Effect.gen(function* () {
        const { becomes, gauge, registry } = yield* failing()
        yield* becomes(open)
        yield* registry.swap({ connectors: [], jobs: [] })
        yield* becomes("")
        assert.isUndefined(yield* gauge)
      })
    )
  )
})

describe("accounts", () => {
  const counted = Effect.map(PrometheusMetrics.format(), (text) =>
    [...text.matchAll(/^tributary_accounts\{.*state="(\w+)".*\} (\d+)/gm)].map(
      ([, state, count]) => `${count} ${state}`
    )
  )

  it.effect("that are refused are told once, together if they fall together, until they are good again", () =>
    isolated(
      Effect.gen(function* () {
        const { alerts, look, sql } = yield* world("2026-03-10T07:01:00Z", undefined, [], layerEngine(makeVendor()))
        const notified: Array<string> = []
        yield* alerts.changes.pipe(
          Stream.runForEach(({ text, what }) => Effect.sync(() => notified.push(`${what}: ${text}`))),
          Effect.forkScoped({ startImmediately: true })
        )
        yield* sql`
          insert into tributary.account (id, connector, owner, name, status, belongs_to, sealed, sealed_by, created_at)
          select gen_random_uuid(), 'fake', 'owner' || n, 'shop', case when n = 9 then 'paused' else 'active' end, '', '', '', now()
          from generate_series(1, 9) as n`
        const move = (owners: ReadonlyArray<string>, status: string) => sql`
          update tributary.account set status = ${status}, reason = ${JSON.stringify(foreignText("the token is revoked"))}::jsonb
          where ${sql.in("owner", owners)}`
        assert.deepEqual(yield* look, [])
        assert.deepEqual((yield* counted).toSorted(), ["0 invalid", "1 paused", "8 active"])
        yield* move(["owner1"], "invalid")
        assert.lengthOf(yield* look, 1)
        yield* move(["owner2", "owner3", "owner4", "owner5"], "invalid")
        assert.lengthOf(yield* look, 2)
        assert.deepEqual((yield* counted).toSorted(), ["1 paused", "3 active", "5 invalid"])
        yield* TestClock.adjust("25 hours")
        yield* look
        assert.deepEqual(notified, [
          "raised: fake: owner1/shop is not read any more until its owner authorizes it again, because the token is revoked",
          "raised: fake: 4 accounts (owner2/shop, owner3/shop, owner4/shop, …) are not read any more until their owners authorize them again, the first because the token is revoked"
        ])
        yield* move(["owner1", "owner2"], "active")
        assert.lengthOf(yield* look, 1, "three of the four are still refused")
        yield* move(["owner3", "owner4", "owner5"], "active")
        assert.deepEqual(yield* look, [])
        assert.deepEqual(
          notified.slice(2).map((text) => text.slice(0, text.indexOf(":"))),
          ["changed", "recovered", "recovered"]
        )
      })
    )
  )
})
