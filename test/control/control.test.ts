import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Exit, Fiber, Latch, Stream } from "effect"
import { TestClock } from "effect/testing"
import { foreignText } from "../../core/reason/Reason.ts"
import { eventually } from "../support/eventually.ts"
import { by, world } from "./fixtures.ts"

const many = Array.from({ length: 100 }, (_, at) => ({ id: at + 1, name: "row" }))

/** Reads wait to be let go on, and tell when they have begun. */
const held = () => {
  const [begun, goOn] = [Latch.makeUnsafe(), Latch.makeUnsafe()]
  const before = Effect.andThen(begun.open, goOn.await)
  return { answer: { records: [{ id: 1, name: "one" }], before }, begun: begun.await, goOn: goOn.open }
}

/** The first that is told while the effect runs. */
const firstOf = <A, B, E, R>(stream: Stream.Stream<A>, meanwhile: Effect.Effect<B, E, R>) =>
  Effect.gen(function* () {
    const first = yield* Effect.forkChild(Stream.runHead(stream), { startImmediately: true })
    yield* meanwhile
    return yield* Effect.flatMap(Fiber.join(first), Effect.fromOption)
  })

describe("the control port", () => {
  it.live("selects, syncs in a person's name, and tells what runs and how entities stand", () =>
    Effect.gen(function* () {
      const { control } = yield* world
      const chosen = yield* control.select(["fake.*", "!fake.other"])
      assert.deepEqual(
        chosen.map(({ name }) => name),
        ["thing"]
      )
      const { message } = yield* Effect.flip(control.sync(["fake.thng"], by))
      assert.strictEqual(message, '"fake.thng" selects nothing — did you mean "fake.thing"?')
      const listened: Array<string> = []
      const event = yield* firstOf(
        control.events,
        control.sync(["fake.thing"], by, { onEvent: ({ _tag }) => Effect.sync(() => listened.push(_tag)) })
      )
      assert.deepInclude(event, { _tag: "Started", entity: "fake.thing", trigger: "bot" })
      assert.strictEqual(listened.at(-1), "Finished")
      const [run, ...more] = yield* control.runs({ entity: "thing" }, 10)
      assert.isEmpty(more)
      assert.deepInclude(run, { trigger: "bot", actor: "telegram:42", status: "ok", inserted: 1 })
      const [thing, other] = yield* control.summaries
      assert.deepInclude(thing, { id: "fake.thing", table: "public.fake_thing", rows: 1, late: false, pending: 0 })
      assert.deepEqual(thing?.last, { status: "ok", errorReason: null })
      assert.deepEqual(
        thing?.recent.map(({ status }) => status),
        ["ok"]
      )
      assert.instanceOf(thing?.freshAt, Date)
      assert.deepInclude(other, { id: "fake.other", rows: null, freshAt: null, last: null, recent: [] })
      assert.lengthOf((yield* control.generation).entities, 2)
    })
  )

  it.live("goes on with a sync when the one who asked for it ends", () =>
    Effect.gen(function* () {
      const { control, state } = yield* world
      const { answer, begun, goOn } = held()
      state.answer = answer
      const asker = yield* Effect.forkChild(control.sync(["fake.thing"], by))
      yield* begun
      yield* Fiber.interrupt(asker)
      yield* goOn
      yield* eventually(Effect.map(control.runs({}, 1), ([run]) => run?.status === "ok"))
    })
  )

  it.live("waits for what runs when the daemon stops, and begins nothing any more", () =>
    Effect.gen(function* () {
      const { control, state, stop } = yield* world
      const { answer, begun, goOn } = held()
      state.answer = answer
      const asker = yield* Effect.forkChild(control.sync(["fake.thing"], by))
      yield* begun
      state.answer = {}
      const stopped = yield* Effect.forkChild(stop)
      yield* eventually(Effect.map(Effect.exit(control.sync(["fake.other"], by)), Exit.hasInterrupts))
      assert.isUndefined(stopped.pollUnsafe())
      yield* goOn
      assert.deepInclude((yield* Fiber.join(asker))[0], { status: "ok", inserted: 1 })
      yield* Fiber.join(stopped)
    })
  )

  it.live("plans, and applies the plan once, as what it is in the audit", () =>
    Effect.gen(function* () {
      const { control } = yield* world
      const plan = yield* control.plan(["fake.thing"])
      assert.deepEqual(plan.entities[0]?.inserts, [{ id: "1", name: "one" }])
      assert.isEmpty(yield* control.runs({}, 1))
      assert.deepInclude((yield* control.apply(plan, by))[0], { status: "ok", inserted: 1 })
      const [run] = yield* control.runs({}, 1)
      assert.deepInclude(run, { trigger: "bot", actor: "telegram:42", status: "ok" })
      const { message } = yield* Effect.flip(control.apply({ ...plan, configHash: "another" }, by))
      assert.include(message, "plan again")
    })
  )

  it.live("decides on a withheld delete once, in a person's name", () =>
    Effect.gen(function* () {
      const { control, sql, state } = yield* world
      const withhold = Effect.gen(function* () {
        state.answer = { records: many }
        yield* control.sync(["fake.thing"], by)
        state.answer = { records: many.slice(0, 1) }
        yield* control.sync(["fake.thing"], by)
        const [pending] = yield* control.deletes.open(3)
        return yield* Effect.fromNullishOr(pending)
      })
      const { id, sample, total } = yield* withhold
      assert.strictEqual(total, 99)
      assert.lengthOf(sample, 3)
      assert.lengthOf((yield* control.deletes.page(id, 90, 20))?.page ?? [], 9)
      assert.isUndefined(yield* control.deletes.page(id + 1n, 0, 1))
      assert.strictEqual((yield* control.summaries)[0]?.pending, 99)
      assert.strictEqual(yield* control.deletes.decide(id, "apply", by), 99)
      const { message } = yield* Effect.flip(control.deletes.decide(id, "drop", by))
      assert.include(message, `${id} was decided already: applied by telegram:42`)
      const never = yield* Effect.flip(control.deletes.decide(999n, "apply", by))
      assert.include(never.message, "there is no pending delete 999, and there never was")
      const [run] = yield* control.runs({}, 1)
      assert.deepInclude(run, { trigger: "bot", actor: "telegram:42", deleted: 99 })
      const again = yield* withhold
      assert.strictEqual(yield* control.deletes.decide(again.id, "drop", by), 0)
      assert.deepEqual(yield* sql`select decided_by from tributary.pending_delete order by id`, [
        { decided_by: "telegram:42" },
        { decided_by: "telegram:42" }
      ])
    })
  )

  it.live("hears of every action that ends, whatever set it off", () =>
    Effect.gen(function* () {
      const { control } = yield* world
      const ofJob = yield* firstOf(control.actionRuns, control.jobs.run("night", by))
      assert.strictEqual(ofJob.trigger, "job")
      assert.deepInclude(ofJob.run, { action: "fake.send", status: "ok", dryRun: false })
      const own = yield* firstOf(control.actionRuns, control.actions.run("fake.send", { keys: ["salt"] }, by))
      assert.strictEqual(own.trigger, "bot")
      const [entry] = yield* control.actions.log({ limit: 1 })
      assert.deepInclude(entry, { trigger: "bot", actor: "telegram:42", status: "done" })
      const [night] = yield* control.jobs.list
      assert.deepInclude(night, { name: "night", paused: false, timezone: "Europe/Kaliningrad" })
    })
  )

  it.live("tells what is wrong, and when it changes", () =>
    Effect.gen(function* () {
      const { alerts, control } = yield* world
      const raised = yield* firstOf(
        control.alerts.changes,
        alerts.raise({ kind: "reload_failed", subject: "configuration", reason: foreignText("no") })
      )
      assert.deepInclude(raised, { what: "raised", text: "no" })
      assert.lengthOf(yield* control.alerts.open, 1)
    })
  )
})

describe("the days of the control port", () => {
  const setTime = (text: string) => TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe(text)))

  it.effect("begin at midnight where the daemon is, and those without runs are there too", () =>
    Effect.gen(function* () {
      const { control, sql } = yield* TestClock.withLive(world)
      // 01:30 of the 3rd in Kaliningrad, two hours ahead.
      yield* setTime("2026-03-02T23:30:00Z")
      const run = (status: string, at: string, hash: string | null = "hash") => sql`
        insert into tributary.sync_log (connector, entity, trigger, status, started_at, config_hash)
        values ('fake', 'thing', 'job', ${status}, ${at}::timestamptz, ${hash})`
      yield* run("ok", "2026-02-28T21:59:59Z")
      yield* run("ok", "2026-02-28T22:00:00Z")
      yield* run("failed", "2026-03-01T21:59:59Z")
      yield* run("warning", "2026-03-02T22:00:00Z")
      yield* run("skipped", "2026-03-02T22:10:00Z")
      yield* run("running", "2026-03-02T22:20:00Z")
      yield* run("ok", "2026-03-02T22:30:00Z", null)
      const none = { ok: 0, warning: 0, failed: 0 }
      assert.deepEqual(yield* control.days(3), [
        { ...none, day: "2026-03-01", ok: 1, failed: 1 },
        { ...none, day: "2026-03-02" },
        { ...none, day: "2026-03-03", warning: 1 }
      ])
      assert.deepEqual(yield* control.days(1), [{ ...none, day: "2026-03-03", warning: 1 }])
    })
  )
})
