/** Schedules of accounts under a clock that the test moves, with syncs that are variables. */
import { assert, describe, it } from "@effect/vitest"
import { Context, DateTime, Duration, Effect, Layer, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { type Cadence, fireAfter, periodOf } from "../../core/accounts/Cadence.ts"
import * as Database from "../../core/database/connection/Database.ts"
import { Jobs } from "../../core/jobs/Jobs.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import type { RunResult } from "../../core/sync/RunResult.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { makeVendor } from "../accounts/fixtures.ts"
import { layerEngine } from "../accounts/served.ts"
import { declaration, freshDatabase } from "../support/database.ts"
import { connectorOf } from "../support/source.ts"
import { elapseUntil, setTime } from "./fixtures.ts"

const most = 20

const resultOf = (status: RunResult["status"]): RunResult => ({
  ...{ connector: "fake", entity: "order", account: null, status, durationMs: 0 },
  ...{ fetched: 0, inserted: 0, updated: 0, unchanged: 0, deleted: 0, rejected: 0 },
  ...{ warnings: [], reasons: [], notes: [], noteReasons: [] },
  error: status === "failed" ? "no" : null,
  errorReason: status === "failed" ? foreignText("no") : null
})

/** Daemons whose syncs take a second; that of `slow` does not end, that of `failing` fails, that of `busy` is under way elsewhere. */
const daemons = Effect.gen(function* () {
  const url = yield* TestClock.withLive(freshDatabase)
  const recycle = Duration.days(10_000)
  const database = yield* TestClock.withLive(
    Layer.build(Database.layer({ declaration: { ...declaration(url), recycle }, dataDirectory: "" }))
  )
  const fired: Array<string> = []
  const counts = { running: 0, highest: 0 }
  const sync = Sync.of({
    run: (selected) =>
      Effect.gen(function* () {
        const owner = selected[0]?.account?.owner ?? ""
        fired.push(owner)
        counts.running += 1
        counts.highest = Math.max(counts.highest, counts.running)
        yield* owner === "slow" ? Effect.never : Effect.sleep("1 second")
        return [resultOf(owner === "failing" ? "failed" : owner === "busy" ? "skipped" : "ok")]
      }).pipe(
        Effect.ensuring(
          Effect.sync(() => {
            counts.running -= 1
          })
        )
      ),
    events: Stream.never
  })
  const engine = layerEngine(makeVendor(), undefined, { limits: { ...connectorOf([]).limits, concurrency: most } })
  const start = (daemon: string) =>
    Layer.build(
      Layer.fresh(Jobs.layerScheduler({ daemon, grace: Duration.zero })).pipe(
        Layer.provide(Layer.succeed(Sync, sync)),
        Layer.provide(engine)
      )
    ).pipe(Effect.provide(database))
  const sql = Context.get(database, SqlClient.SqlClient)
  /** Accounts with these owners, each with one schedule that is due then. */
  const add = (owners: ReadonlyArray<string>, due: string, every = "1 hour") => sql`
    with added as (
      insert into tributary.account (id, connector, owner, name, status, belongs_to, sealed, sealed_by, created_at)
      select gen_random_uuid(), 'fake', owner, 'shop', 'active', owner, '', '', ${due}::timestamptz
      from jsonb_array_elements_text(${JSON.stringify(owners)}::jsonb) as owner returning id
    )
    insert into tributary.schedule (account, connector, every, timezone, period, next_fire, created_at)
    select id, 'fake', ${every}::interval, 'UTC', ${every}::interval, ${due}::timestamptz, ${due}::timestamptz from added`
  const ended = Effect.map(
    sql<{ succeeded: number }>`select count(last_success)::integer as succeeded from tributary.schedule`,
    ([row]) => row?.succeeded ?? 0
  )
  return { add, counts, ended, fired, sql, start }
})

describe("schedules of accounts", () => {
  it.effect(
    "of 1,000 fire once each on two daemons, a few at a time, and one that is slow or fails delays nobody",
    () =>
      Effect.gen(function* () {
        yield* setTime("2026-03-02T09:59:00Z")
        const { add, counts, ended, fired, sql, start } = yield* daemons
        const others = Array.from({ length: 998 }, (_, at) => `owner${at}`)
        yield* add(["slow", "failing", ...others], "2026-03-02T10:00:00Z")
        yield* start("one")
        yield* start("two")
        yield* elapseUntil(
          Effect.map(ended, (count) => count === others.length),
          "1 second"
        )
        assert.isAtMost(counts.highest, 2 * most)
        assert.deepEqual(fired.toSorted(), ["failing", ...others, "slow"].toSorted())
        const [failing] = yield* sql`
        select s.reason ->> 'code' as code, s.last_success, to_char(s.next_fire at time zone 'UTC', 'HH24:MI') as next
        from tributary.schedule as s join tributary.account as a on a.id = s.account where a.owner = 'failing'`
        assert.deepEqual(failing, { code: "said", last_success: null, next: "11:00" })
        yield* elapseUntil(
          Effect.sync(() => fired.filter((owner) => owner === "failing").length === 2),
          "5 minutes"
        )
        assert.lengthOf(
          fired.filter((owner) => owner === "slow"),
          1,
          "it is still under way"
        )
      }).pipe(Effect.scoped)
  )

  it.effect("rest while the account is not active, and then make up for what was missed once", () =>
    Effect.gen(function* () {
      yield* setTime("2026-03-02T10:00:00Z")
      const { add, ended, fired, sql, start } = yield* daemons
      yield* add(["resting", "busy"], "2026-03-02T10:00:00Z", "15 minutes")
      yield* sql`update tributary.account set status = 'paused' where owner = 'resting'`
      yield* start("one")
      yield* elapseUntil(
        Effect.sync(() => fired.filter((owner) => owner === "busy").length === 5),
        "1 minute"
      )
      assert.notInclude(fired, "resting")
      assert.strictEqual(yield* ended, 0, "a run that was skipped has loaded nothing")
      yield* sql`update tributary.account set status = 'active' where owner = 'resting'`
      yield* elapseUntil(
        Effect.map(ended, (count) => count === 1),
        "1 second"
      )
      yield* elapseUntil(
        Effect.map(DateTime.now, (now) => DateTime.formatIso(now) >= "2026-03-02T11:14:00.000Z"),
        "10 seconds"
      )
      assert.lengthOf(
        fired.filter((owner) => owner === "resting"),
        1
      )
      yield* elapseUntil(
        Effect.sync(() => fired.filter((owner) => owner === "resting").length === 2),
        "10 seconds"
      )
      yield* TestClock.adjust("1 second")
    }).pipe(Effect.scoped)
  )

  it("fire at the times that jobs do over a change of the clock, and once after an absence", () => {
    const at = (text: string) => DateTime.makeUnsafe(text)
    const next = (cadence: Cadence, due: string, now = due) => {
      const found = fireAfter(cadence, at(due), at(now))
      return found && DateTime.formatIso(found)
    }
    const nightly: Cadence = { _tag: "Cron", pattern: "30 2 * * *", timezone: "Europe/Warsaw" }
    assert.strictEqual(next(nightly, "2026-03-28T01:30:00Z"), "2026-03-29T01:00:00.000Z", "right after the gap")
    assert.strictEqual(next(nightly, "2026-10-24T00:30:00Z"), "2026-10-25T00:30:00.000Z")
    assert.strictEqual(next(nightly, "2026-10-25T00:30:00Z"), "2026-10-26T01:30:00.000Z", "once in the repeated hour")
    assert.strictEqual(next(nightly, "2026-05-01T00:30:00Z", "2026-05-09T12:00:00Z"), "2026-05-10T00:30:00.000Z")
    const often: Cadence = { _tag: "Every", every: Duration.minutes(15) }
    assert.strictEqual(next(often, "2026-03-02T10:00:00Z"), "2026-03-02T10:15:00.000Z")
    assert.strictEqual(next(often, "2026-03-02T10:00:00Z", "2026-03-02T11:07:00Z"), "2026-03-02T11:15:00.000Z")
    assert.strictEqual(Duration.toHours(periodOf(nightly, at("2026-05-01T00:00:00Z"))), 24)
  })
})
