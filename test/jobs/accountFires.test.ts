/** Schedules of accounts under a clock that the test moves, with syncs that are variables. */
import { assert, describe, it } from "@effect/vitest"
import { Channel, Context, DateTime, Duration, Effect, Latch, Layer, type Redacted, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { type Cadence, fireAfter, periodOf } from "../../core/accounts/Cadence.ts"
import * as VaultWorker from "../../core/accounts/VaultWorker.ts"
import { BackgroundWork } from "../../core/control/BackgroundWork.ts"
import { SyncTasks } from "../../core/control/SyncTasks.ts"
import * as Database from "../../core/database/connection/Database.ts"
import { Jobs } from "../../core/jobs/Jobs.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import type { RunResult } from "../../core/sync/RunResult.ts"
import { Sync } from "../../core/sync/Sync.ts"
import type { ReadOptions } from "../../core/upstream/Source.ts"
import { addShop, initiator, makeVendor, type TestVendor } from "../accounts/fixtures.ts"
import { layerEngine } from "../accounts/served.ts"
import { declaration, freshDatabase } from "../support/database.ts"
import { connectorOf, sourceOf } from "../support/source.ts"
import { rows } from "../sync/fixtures.ts"
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

const forever = Duration.days(10_000)

const databaseAt = (url: Redacted.Redacted) =>
  TestClock.withLive(
    Layer.build(Database.layer({ declaration: { ...declaration(url), recycle: forever }, dataDirectory: "" }))
  )

/** A daemon with a vault, syncs and tasks of its own; its source sends the credential of an account. */
const wholeDaemon = Effect.fnUntraced(function* (name: string, url: Redacted.Redacted, bank: TestVendor, gate: Gate) {
  const database = yield* databaseAt(url)
  const source = ({ credential = Effect.die("no credential") }: ReadOptions) => {
    const sent = Effect.andThen(credential, Effect.andThen(gate.asked.open, gate.goOn.await))
    return Channel.unwrap(Effect.as(sent, sourceOf({ records: rows(1, 3) })))
  }
  const limits = { ...connectorOf([]).limits, deadline: forever, timeout: forever }
  const scheduler = Jobs.layerScheduler({ daemon: name, grace: Duration.zero })
  const layer = Layer.mergeAll(
    scheduler,
    VaultWorker.layer,
    SyncTasks.layer.pipe(Layer.provide(BackgroundWork.layer))
  ).pipe(Layer.provide(layerEngine(bank, undefined, { limits }, source)))
  const tasks = yield* Layer.build(Layer.fresh(layer)).pipe(Effect.provide(database))
  return Context.get(tasks, SyncTasks)
})

interface Gate {
  readonly asked: Latch.Latch
  readonly goOn: Latch.Latch
}

describe("two daemons on one database", () => {
  it.effect("refresh each token once, run each target once, and work on a task once", () =>
    Effect.gen(function* () {
      yield* setTime("2026-03-02T09:00:00Z")
      const url = yield* TestClock.withLive(freshDatabase)
      const bank = makeVendor()
      const owners = ["anna", "bert", "carl", "dora"]
      const database = yield* databaseAt(url)
      const sql = Context.get(database, SqlClient.SqlClient)
      yield* Effect.forEach(owners, (owner) => addShop(bank, owner, { owner })).pipe(
        Effect.provide(layerEngine(bank)),
        Effect.provide(database)
      )
      yield* sql`insert into tributary.schedule (account, connector, every, timezone, period, next_fire, created_at)
        select id, 'fake', '1 day', 'UTC', '1 day', '2026-03-02T20:30:00Z', '2026-03-02T09:00:00Z' from tributary.account`
      // Long enough for the other daemon to ask, too.
      bank.faults.after = Effect.sleep("3 seconds")
      // When they start, the credentials of all are due, and right afterwards the schedules.
      yield* setTime("2026-03-02T20:29:59Z")
      const gate = { asked: yield* Latch.make(), goOn: yield* Latch.make(true) }
      const one = yield* wholeDaemon("one", url, bank, gate)
      const other = yield* wholeDaemon("other", url, bank, gate)
      const runs = Effect.map(
        sql<{ owner: string; runs: number }>`
          select a.owner, count(*)::integer as runs from tributary.sync_log as l
          join tributary.account as a on a.id::text = l.account where l.status = 'ok' group by 1 order by 1`,
        (found) => found.map(({ owner, runs }) => `${owner} ${runs}`)
      )
      const succeeded = sql`select from tributary.schedule where last_success is not null`
      yield* elapseUntil(
        Effect.map(succeeded, (found) => found.length === owners.length),
        "1 second"
      )
      // So long after a schedule another daemon looks for what nobody has claimed.
      yield* elapseUntil(
        Effect.map(DateTime.now, (now) => DateTime.formatIso(now) >= "2026-03-02T20:31:00.000Z"),
        "5 seconds"
      )
      assert.deepEqual(
        yield* runs,
        owners.map((owner) => `${owner} 1`)
      )
      assert.strictEqual(bank.counts.refreshes, owners.length)
      assert.lengthOf(yield* sql`select from tributary.sync_log`, owners.length, "no run was skipped either")

      yield* gate.asked.close
      yield* gate.goOn.close
      const started = yield* one.start({ selectors: ["fake.order"] }, initiator)
      yield* gate.asked.await
      yield* Effect.all([one.resume, other.resume])
      yield* gate.goOn.open
      const tasks = sql<{ id: string; state: string; times: number }>`
        select id::text, state, (progress ->> 'times')::integer as times from tributary.task where kind = 'sync'`
      yield* elapseUntil(
        Effect.map(tasks, ([task]) => task?.state !== "running"),
        "1 second"
      )
      assert.deepEqual(yield* tasks, [{ id: started.id, state: "done", times: 1 }])
      assert.deepEqual(
        yield* runs,
        owners.map((owner) => `${owner} 2`)
      )
    }).pipe(Effect.scoped)
  )
})
