import { randomUUID } from "node:crypto"
import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber, Scheduler } from "effect"
import { SqlClient } from "effect/sql"
import * as AtMostOnce from "../../core/actions/AtMostOnce.ts"
import * as Attempts from "../../core/actions/Attempts.ts"
import * as ExportOwnedRows from "../../core/actions/ExportOwnedRows.ts"
import { Locks } from "../../core/database/connection/Locks.ts"
import { foreignText, reason, render } from "../../core/reason/Reason.ts"
import { layerDatabase } from "../support/database.ts"
import { eventually } from "../support/eventually.ts"

const attemptOf = (key: string, id = randomUUID()): Attempts.Attempt => ({
  id,
  action: "fake.send",
  intent: { key, what: foreignText(`1 kg of ${key}`), request: { key } },
  trigger: "test",
  actor: null
})

const options = { action: "fake.send", actor: null, dryRun: false, lookup: undefined, trigger: "test" }

const entryOf = Effect.fnUntraced(function* (key: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ status: string; attempts: number; response: string | null }>`
    select status, attempts, response::text as response from tributary.action_log where key = ${`fake.send:${key}`}`
  return rows[0]
})

layer(layerDatabase, { timeout: "60 seconds", excludeTestServices: true })("an attempt to send", (it) => {
  it.effect("that is begun again because the answer was lost is the same one; nobody else may begin", () =>
    Effect.gen(function* () {
      const attempt = attemptOf("flour")
      const id = yield* Attempts.begin(attempt)
      assert.isNumber(id)
      assert.strictEqual(yield* Attempts.begin(attempt), id)
      assert.isUndefined(yield* Attempts.begin(attemptOf("flour")))
      assert.deepInclude(yield* entryOf("flour"), { status: "sending", attempts: 1 })
    })
  )

  it.effect("that is found is done, unless it is being sent again or has failed by itself", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const id = (yield* Attempts.begin(attemptOf("salt"))) ?? assert.fail("the key is taken")
      const become = (status: string, by: string | null) =>
        sql`update tributary.action_log set status = ${status}, resolved_by = ${by} where id = ${BigInt(id)}`
      for (const [status, by, then] of [
        ["sending", null, "sending"],
        ["failed", null, "failed"],
        ["unknown", null, "done"],
        ["failed", "anna", "done"]
      ] as const) {
        yield* become(status, by)
        yield* Attempts.markFound(id, { times: 1 })
        assert.strictEqual((yield* entryOf("salt"))?.status, then, `${status} by ${by}`)
      }
    })
  )

  it.effect("is begun on another connection once that of the locks is broken", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const { connection } = yield* Locks
      const { rows } = yield* Effect.scoped(
        Effect.flatMap(connection, (one) => one.query("select pg_backend_pid() as pid", []))
      )
      yield* sql`select pg_terminate_backend(${rows[0]?.pid}, 5000)`
      const attempt = attemptOf("sugar")
      yield* Effect.flip(Effect.scoped(Attempts.begin(attempt)))
      assert.isNumber(yield* Attempts.begin(attempt))
    })
  )

  it.effect("that is done keeps what is told of it, whatever was seen before it was", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const id = (yield* Attempts.begin(attemptOf("tea"))) ?? assert.fail("the key is taken")
      const detail = sql`select detail, reasons -> 'detail' as why from tributary.action_log where id = ${BigInt(id)}`
      yield* sql`update tributary.action_log set status = 'unknown' where id = ${BigInt(id)}`
      yield* Attempts.noteReadBack(id, foreignText("it was not there"))
      assert.deepEqual(yield* detail, [{ detail: "it was not there", why: foreignText("it was not there") }])
      yield* Attempts.markFound(id, { times: 1 })
      const before = yield* detail
      const why = reason("action.foundLater")
      assert.deepEqual(before, [{ detail: render(why), why }])
      yield* Attempts.noteReadBack(id, foreignText("it was not there"))
      assert.deepEqual(yield* detail, before)
    })
  )

  it.effect("keeps the reason of its outcome beside the sentence", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const outcome = sql`
        select status, error, reasons -> 'error' as why, finished_at is not null as ended from tributary.action_log
        where key = 'fake.send:yeast'`
      const lost = reason("action.interruptedSending")
      for (const [status, why] of [
        ["failed", foreignText("the period is closed")],
        ["unknown", lost],
        ["done", null]
      ] as const) {
        const attempt = attemptOf("yeast")
        yield* Attempts.begin(attempt)
        yield* Attempts.settle(
          attempt.id,
          status === "done" ? { status, response: null } : { status, why: why ?? lost }
        )
        assert.deepEqual(yield* outcome, [{ status, error: why && render(why), why, ended: status !== "unknown" }])
        yield* sql`delete from tributary.action_log where key = 'fake.send:yeast'`
      }
      yield* Effect.scoped(Attempts.begin(attemptOf("yeast")))
      assert.lengthOf(yield* Attempts.markAbandoned("fake.send:yeast"), 1)
      const why = reason("action.processEnded")
      assert.deepEqual(yield* outcome, [{ status: "unknown", error: render(why), why, ended: false }])
    })
  )

  it.effect("that failed by itself is not found, whatever a person has said of the one before", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const id = (yield* Attempts.begin(attemptOf("rice"))) ?? assert.fail("the key is taken")
      yield* sql`update tributary.action_log set status = 'unknown' where id = ${BigInt(id)}`
      assert.isTrue(yield* Attempts.resolve(id, "failed", "anna"))
      const again = attemptOf("rice")
      assert.strictEqual(yield* Attempts.begin(again), id)
      yield* Attempts.settle(again.id, { status: "failed", why: foreignText("the period is closed") })
      yield* Attempts.markFound(id, { times: 1 })
      assert.deepInclude(yield* entryOf("rice"), { status: "failed", attempts: 2 })
    })
  )

  it.effect("that a person has decided on is over: whoever begins again is another one", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      for (const as of ["done", "failed"] as const) {
        const attempt = attemptOf(`oil that has ${as}`)
        const id = (yield* Attempts.begin(attempt)) ?? assert.fail("the key is taken")
        assert.isFalse(yield* Attempts.resolve(id, as, "anna"))
        yield* sql`update tributary.action_log set status = 'unknown' where id = ${BigInt(id)}`
        assert.isTrue(yield* Attempts.resolve(id, as, "anna"))
        yield* Attempts.settle(attempt.id, { status: "unknown", why: foreignText("no answer") })
        assert.deepInclude(yield* entryOf(attempt.intent.key), { status: as, attempts: 1 })
        // Its answer was lost, and so it is sent once more.
        assert.strictEqual(yield* Attempts.begin(attempt), as === "failed" ? id : undefined)
        assert.deepInclude(yield* entryOf(attempt.intent.key), { attempts: as === "failed" ? 2 : 1 })
      }
    })
  )
})

/** Interrupts the first fiber that runs by it at one of its steps. */
const interruptingAt = (nth: number): Scheduler.Scheduler & { readonly steps: () => number } => {
  const usual = new Scheduler.MixedScheduler()
  let steps = 0
  let first: unknown
  return {
    executionMode: usual.executionMode,
    makeDispatcher: () => usual.makeDispatcher(),
    shouldYield: (fiber) => {
      first ??= fiber
      if (fiber === first && ++steps === nth) fiber.interruptUnsafe()
      return usual.shouldYield(fiber)
    },
    steps: () => steps
  }
}

layer(layerDatabase, { timeout: "60 seconds", excludeTestServices: true })("what is sent once", (it) => {
  it.effect("has failed if it was interrupted before it was sent, and is unknown only from then on", () =>
    Effect.gen(function* () {
      const once = yield* AtMostOnce.make(options)
      const left: Array<string> = []
      for (let nth = 1, over = false; !over; nth++) {
        let sent = 0
        const send = Effect.sync(() => {
          sent += 1
          return {}
        })
        const scheduler = interruptingAt(nth)
        yield* once(attemptOf(`flour ${nth}`).intent, send).pipe(
          Effect.provideService(Scheduler.Scheduler, scheduler),
          Effect.forkDetach,
          Effect.flatMap(Fiber.await)
        )
        const { status } = (yield* entryOf(`flour ${nth}`)) ?? { status: "nothing" }
        const state = `${status} after ${sent}`
        left.push(state)
        over = scheduler.steps() < nth
      }
      const states = ["nothing after 0", "failed after 0", "unknown after 0", "unknown after 1", "done after 1"]
      assert.deepEqual(
        left.filter((state, at) => state !== left[at - 1]),
        states
      )
      // Of the step that begins to send, and of no other, it cannot be told.
      assert.lengthOf(
        left.filter((state) => state === "unknown after 0"),
        1
      )
    })
  )
})

/** Waits until somebody waits for a lock of the log: of a row, or of the table. */
const queued = Effect.fnUntraced(function* (type: "transactionid" | "relation") {
  const sql = yield* SqlClient.SqlClient
  const waiting = sql`select 1 from pg_locks where not granted and locktype = ${type}
    and pid in (select pid from pg_stat_activity where datname = current_database())`
  yield* eventually(Effect.map(waiting, ({ length }) => length > 0))
})

layer(layerDatabase, { timeout: "60 seconds", excludeTestServices: true })("what somebody else sends", (it) => {
  it.effect("and fails before it is looked at is busy, not unknown", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const [once, other] = [yield* AtMostOnce.make(options), attemptOf("flour")]
      yield* Attempts.begin(other)
      // Holds the row until one waits to begin, and another one waits for the table behind that.
      const mayEnd = yield* Deferred.make<void>()
      const held = yield* Deferred.make<void>()
      const holding = yield* sql`select 1 from tributary.action_log for update`.pipe(
        Effect.andThen(Deferred.succeed(held, undefined)),
        Effect.andThen(Deferred.await(mayEnd)),
        sql.withTransaction,
        Effect.forkChild
      )
      yield* Deferred.await(held)
      const sent = yield* Effect.forkChild(once(other.intent, Effect.die("it is sent twice")))
      yield* queued("transactionid")
      const failing = yield* sql`lock table tributary.action_log`.pipe(
        Effect.andThen(sql`update tributary.action_log set status = 'failed'`),
        sql.withTransaction,
        Effect.forkChild
      )
      yield* queued("relation")
      yield* Deferred.succeed(mayEnd, undefined)
      yield* Fiber.join(holding)
      yield* Fiber.join(failing)
      assert.deepInclude(yield* Fiber.join(sent), { status: "busy" })
      assert.deepInclude(yield* entryOf("flour"), { status: "failed", attempts: 1 })
    })
  )
})

layer(layerDatabase, { timeout: "60 seconds", excludeTestServices: true })("what may have begun", (it) => {
  it.effect("is not sent, and is over where its answer was lost for good", () =>
    Effect.gen(function* () {
      const locks = yield* Locks
      const losing = Effect.map(locks.connection, (connection) => ({
        ...connection,
        query: (statement: string, parameters: ReadonlyArray<unknown>) =>
          Effect.andThen(connection.query(statement, parameters), connection.query("select 1 / 0", []))
      }))
      const once = yield* Effect.provideService(AtMostOnce.make(options), Locks, { ...locks, connection: losing })
      const sent = yield* once(attemptOf("oats").intent, Effect.die("it is sent without an intent"))
      assert.deepInclude(sent, { status: "failed" })
      assert.match(render(sent.detail ?? foreignText("")), /so nothing was sent: PostgreSQL: division by zero/)
      assert.deepInclude(yield* entryOf("oats"), { status: "failed", attempts: 1 })
    })
  )
})

layer(layerDatabase, { timeout: "60 seconds", excludeTestServices: true })("what cannot be stored", (it) => {
  it.effect("is unknown, whatever the system has said, and both are told", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`create function no_more() returns trigger language plpgsql as
        $$ begin raise exception 'no room left'; end $$`
      yield* sql`create trigger no_more before update on tributary.action_log for each row execute function no_more()`
      const once = yield* AtMostOnce.make(options)
      const sent = yield* once(attemptOf("yeast").intent, Effect.succeed({ accepted: true }))
      assert.deepInclude(sent, { status: "unknown", response: null })
      assert.match(
        render(sent.detail ?? foreignText("")),
        /^the system confirmed it; but that could not be stored: PostgreSQL: no room left/
      )
      assert.deepInclude(yield* entryOf("yeast"), { status: "sending", response: null })
    })
  )
})

layer(layerDatabase, { timeout: "60 seconds", excludeTestServices: true })("what an export left", (it) => {
  it.effect("is remembered by its name alone, and replaced by what it leaves next", () =>
    Effect.gen(function* () {
      const [list, other] = [
        { connector: "sheets", name: "list" },
        { connector: "sheets", name: "other" }
      ]
      yield* ExportOwnedRows.store(list, { place: "A", keys: ["a", "b"] })
      yield* ExportOwnedRows.store(other, { place: "B", keys: ["x"] })
      assert.deepEqual(yield* ExportOwnedRows.read(list), { place: "A", keys: ["a", "b"] })
      assert.deepEqual(yield* ExportOwnedRows.read(other), { place: "B", keys: ["x"] })
      yield* ExportOwnedRows.store(list, { place: "A", keys: ["a"] })
      assert.deepEqual(yield* ExportOwnedRows.read(list), { place: "A", keys: ["a"] })
      assert.isUndefined(yield* ExportOwnedRows.read({ connector: "sheet", name: "list" }))
    })
  )
})
