import { assert, describe, it } from "@effect/vitest"
import { DateTime, Deferred, Effect, Exit, Fiber, Logger, Result } from "effect"
import type { Step } from "../../core/config/JobDeclaration.ts"
import { foreignText, reason } from "../../core/reason/Reason.ts"
import { UpstreamError } from "../../core/upstream/Source.ts"
import type { Answers } from "../support/source.ts"
import { elapseUntil, job, setTime, world } from "./fixtures.ts"

const asked = { trigger: "cli", actor: "anna" } as const
/** The log would only repeat what the test expects. */
const silent = Logger.layer([])
const sync = (...selectors: ReadonlyArray<string>): Step => ({ _tag: "Sync", selectors })

const refused = new UpstreamError({ kind: "Status", status: 403, reason: foreignText("the vendor refuses") })

/** The first entity fails, the others have one record. */
const failing: Answers = ({ name }) => (name === "one" ? { error: refused } : { records: [{ id: 1 }] })

/** A job that cannot end before `gate` is opened. */
const gated = Effect.gen(function* () {
  const gate = yield* Deferred.make<void>()
  const begun = yield* Deferred.make<void>()
  const before = Effect.andThen(Deferred.succeed(begun, undefined), Deferred.await(gate))
  const answers: Answers = () => ({ before, records: [{ id: 1 }] })
  return { answers, begun: Deferred.await(begun), open: Deferred.succeed(gate, undefined) }
})

/** A run in progress for which the next one waits, and two processes that may begin it. */
const slowRun = Effect.gen(function* () {
  const { process } = yield* world
  const { answers, begun, open } = yield* gated
  const slow = job("slow", { overlap: "queue" })
  const here = yield* process([slow], answers, false)
  const there = yield* process([slow], answers, false)
  const first = yield* Effect.forkChild(here.jobs.run("slow", asked))
  yield* begun
  return { first, here, open, there }
})

describe("a run of a job", () => {
  it.effect("goes through its steps in order, and says in the audit who asked", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      yield* setTime("2026-03-10T06:00:00Z")
      const steps = [sync("fake.*", "!fake.three"), sync("fake.three")]
      const { jobs, sql } = yield* process([job("all", { steps })], undefined, false)
      const run = yield* jobs.run("all", asked)
      assert.deepInclude(run, { job: "all", status: "ok", detail: "entities: 3 ok" })
      assert.deepEqual(
        run.results.map(({ entity }) => entity),
        ["one", "two", "three"]
      )
      assert.deepEqual(yield* sql`select distinct trigger, actor from tributary.sync_log`, [
        { trigger: "job", actor: "anna" }
      ])
      assert.deepEqual(yield* sql`select trigger, actor, status from tributary.job_run`, [
        { trigger: "cli", actor: "anna", status: "ok" }
      ])
      const [state] = yield* jobs.list
      assert.deepInclude(state, { name: "all", schedule: "0 7 * * *", timezone: "UTC", enabled: true, paused: false })
      assert.strictEqual(state?.lastFire?.status, "ok")
      assert.strictEqual(state?.nextFire && DateTime.formatIso(state.nextFire), "2026-03-10T07:00:00.000Z")
    })
  )

  it.effect("passes over what is of a connector that is off, and says so", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      const note = "idle is off: its file says enabled: false"
      const steps: ReadonlyArray<readonly [Step, string, number]> = [
        [sync("idle.*", "fake.one"), `entities: 1 ok\n${note}`, 1],
        [sync("idle.*", "!fake.one"), note, 0],
        [sync("*", "!idle.*"), `entities: 3 ok\n${note}`, 3],
        [{ _tag: "Action", action: "idle.send", input: {} }, note, 0],
        [{ _tag: "Export", exports: ["idle.list"] }, note, 0]
      ]
      const { jobs } = yield* process(
        steps.map(([step], at) => job(`job-${at}`, { steps: [step] })),
        undefined,
        false
      )
      for (const [at, [, detail, count]] of steps.entries()) {
        const run = yield* jobs.run(`job-${at}`, asked)
        assert.deepEqual([run.status, run.detail, run.results.length], ["ok", detail, count])
      }
    })
  )

  it.effect("ends in the audit, whatever characters a vendor's words hold", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      const error = new UpstreamError({ kind: "Format", reason: foreignText("a\0b\ud83d") })
      const steps = [sync("fake.one")]
      const { jobs, sql } = yield* process([job("odd", { steps })], () => ({ error }), false)
      assert.deepInclude(yield* jobs.run("odd", asked), { status: "failed" })
      const [run] = yield* sql<{ status: string; detail: string; reasons: unknown }>`
        select status, detail, reasons from tributary.job_run`
      assert.strictEqual(run?.status, "failed")
      assert.include(run?.detail, "a\ufffdb\ufffd")
      assert.include(JSON.stringify(run?.reasons), "a\ufffdb\ufffd")
    })
  )

  it.effect("goes on after a step in which one of several failed, or stops there", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      const firsts: ReadonlyArray<Step> = [
        { _tag: "Parallel", steps: [sync("fake.one"), sync("fake.two")] },
        sync("fake.one", "fake.two")
      ]
      const jobsOf = ([at, first]: readonly [number, Step]) => {
        const steps = [first, sync("fake.three")]
        return [job(`goes-on-${at}`, { steps }), job(`stops-${at}`, { steps, onError: "stop" })]
      }
      const { jobs } = yield* process([...firsts.entries()].flatMap(jobsOf), failing, false)
      for (const at of firsts.keys()) {
        const { detail, results, status } = yield* jobs.run(`goes-on-${at}`, asked)
        assert.deepEqual([status, results.length], ["failed", 3])
        assert.strictEqual(detail, "entities: 1 failed, 2 ok\nfake.one failed: the vendor refuses")
        const stopped = yield* jobs.run(`stops-${at}`, asked)
        assert.lengthOf(stopped.results, 2)
        assert.include(stopped.detail, "stopped after step 1: 1 step was left out")
      }
    })
  )

  it.effect("tells what many entities have in common once, and keeps all of it as data", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      const { fires, jobs, sql } = yield* process(
        [job("all", { steps: [sync("fake.*")] })],
        ({ name }) => (name === "two" ? {} : { error: refused }),
        false
      )
      const run = yield* jobs.run("all", asked)
      const lines = ["entities: 2 failed, 1 ok", "2 of fake failed (fake.one, fake.three): the vendor refuses"]
      assert.strictEqual(run.detail, lines.join("\n"))
      const why = foreignText("the vendor refuses")
      const reasons = [
        reason("job.entities", { counts: [reason("job.failed", { count: 2 }), reason("job.ok", { count: 1 })] }),
        reason("job.entitiesFailed", { count: 2, connector: "fake", entities: "fake.one, fake.three", why })
      ]
      assert.deepEqual(run.reasons, reasons)
      assert.deepEqual((yield* jobs.list)[0]?.lastFire?.reasons, reasons)
      yield* sql`update tributary.job_run set reasons = '[{"code": "of.another", "params": {}}]', detail = 'as it was'`
      assert.deepEqual((yield* jobs.list)[0]?.lastFire?.reasons, [foreignText("as it was")])
      assert.lengthOf(yield* fires("all"), 1)
    })
  )

  it.effect("ends as failed, not as interrupted, when something breaks that nobody foresaw", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      const { jobs } = yield* process([job("breaks")], () => ({ before: Effect.die("a bug") }), false)
      const run = yield* Effect.provide(jobs.run("breaks", asked), silent)
      assert.strictEqual(run.status, "failed")
      assert.include(run.detail ?? "", "a fault in Tributary itself: a bug")
    })
  )

  it.effect("of a name that is not declared is refused, with the nearest one that is", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      const { jobs } = yield* process([job("morning")], undefined, false)
      const refused = yield* Effect.result(jobs.run("mornign", asked))
      assert.isTrue(Result.isFailure(refused))
      const error = yield* Effect.flip(jobs.pause("mornign", null))
      assert.include(error.message, 'did you mean "morning"?')
    })
  )

  it.effect("that is interrupted says so and leaves no lock", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      const { answers, begun } = yield* gated
      const { fires, jobs, sql } = yield* process([job("slow")], answers, false)
      const fiber = yield* Effect.forkChild(jobs.run("slow", asked))
      yield* begun
      yield* Fiber.interrupt(fiber)
      assert.deepInclude((yield* fires("slow"))[0], { status: "failed", detail: "interrupted" })
      const locks = sql`select objid from pg_locks where locktype = 'advisory'
        and database = (select oid from pg_database where datname = current_database())`
      yield* elapseUntil(
        Effect.map(locks, (held) => held.length === 0),
        "1 second"
      )
    })
  )

  it.effect("whose process was killed is found out when a daemon starts", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      const { sql } = yield* process([], undefined, false)
      yield* sql`insert into tributary.job_run (job, scheduled_at, trigger, status, started_at)
        values ('morning', '2026-03-10T07:00:00Z', 'schedule', 'running', '2026-03-10T07:00:00Z')`
      const daemon = yield* process([job("morning")])
      assert.deepInclude((yield* daemon.settled("morning", 1))[0], { status: "failed", detail: "interrupted" })
    })
  )
})

describe("a job that is still running when it is to run again", () => {
  it.effect("is skipped, in this process and in another", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      const { answers, begun, open } = yield* gated
      const here = yield* process([job("slow")], answers, false)
      const there = yield* process([job("slow")], answers, false)
      const first = yield* Effect.forkChild(here.jobs.run("slow", asked))
      yield* begun
      for (const { jobs } of [here, there]) {
        const second = yield* jobs.run("slow", asked)
        assert.deepInclude(second, {
          status: "skipped",
          detail: "the run before it is still going on",
          startedAt: null
        })
      }
      assert.deepEqual(
        (yield* here.fires("slow")).map(({ detail, status }) => [status, detail]),
        [
          ["running", null],
          ["skipped", "the run before it is still going on"],
          ["skipped", "the run before it is still going on"]
        ]
      )
      yield* open
      assert.strictEqual((yield* Fiber.join(first)).status, "ok")
    })
  )

  it.effect("is queued where its overlap says so, and only once", () =>
    Effect.gen(function* () {
      const { first, here, open, there } = yield* slowRun
      const second = yield* Effect.forkChild(there.jobs.run("slow", asked))
      yield* elapseUntil(
        Effect.map(here.fires("slow"), (fires) => fires.length === 2),
        "1 second"
      )
      const third = yield* here.jobs.run("slow", asked)
      assert.deepInclude(third, { status: "skipped", detail: "another run is already waiting for the one before it" })
      yield* open
      assert.strictEqual((yield* Fiber.join(first)).status, "ok")
      yield* elapseUntil(
        Effect.sync(() => second.pollUnsafe() !== undefined),
        "1 second"
      )
      const queued = yield* Fiber.await(second)
      assert.isTrue(Exit.isSuccess(queued) && queued.value.status === "ok")
    })
  )
})

describe("a run that waited for its turn when its process was killed", () => {
  it.effect("keeps nobody from queueing", () =>
    Effect.gen(function* () {
      const { first, here, open, there } = yield* slowRun
      yield* here.sql`insert into tributary.job_run (job, scheduled_at, trigger, status)
        values ('slow', '2026-03-10T07:00:00Z', 'cli', 'running')`
      // The dead one is older than who comes now: ids count up.
      const second = yield* Effect.forkChild(there.jobs.run("slow", asked))
      yield* elapseUntil(
        Effect.map(here.fires("slow"), (fires) => fires.some(({ detail }) => detail === "interrupted")),
        "1 second"
      )
      yield* open
      assert.strictEqual((yield* Fiber.join(first)).status, "ok")
      yield* elapseUntil(
        Effect.sync(() => second.pollUnsafe() !== undefined),
        "1 second"
      )
      assert.strictEqual((yield* Fiber.join(second)).status, "ok")
    })
  )
})
