import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Logger } from "effect"
import { remember } from "../../core/observe/Secrets.ts"
import { foreignText, reason, render, rootOf } from "../../core/reason/Reason.ts"
import { by, inTime, really, setTime, world } from "./fixtures.ts"
import type { Answer } from "./Vendor.ts"

const silent = Logger.layer([])

describe("what is sent", () => {
  it.effect("is stored with who asked before, and with the answer after", () =>
    Effect.gen(function* () {
      yield* setTime("2026-11-20T21:00:00Z")
      const { actions, applied, entries, send } = yield* world
      const ran = yield* send("flour")
      assert.deepInclude(ran, { action: "fake.send", status: "ok", summary: "1 asked for", dryRun: false })
      assert.deepEqual(ran.items, [
        {
          key: "flour",
          what: "1 kg of flour",
          whatReason: foreignText("1 kg of flour"),
          status: "done",
          detail: null,
          detailReason: null
        }
      ])
      const [entry, ...rest] = yield* entries
      assert.deepEqual(rest, [])
      assert.deepInclude(entry, {
        action: "fake.send",
        key: "fake.send:flour",
        what: "1 kg of flour",
        status: "done",
        trigger: "test",
        actor: "anna",
        request: { key: "flour", amount: "0.10", secret: "" },
        response: { accepted: true },
        attempts: 1
      })
      assert.isNotNull(entry?.finishedAt)
      assert.deepEqual(yield* actions.entry(entry?.id ?? 0), entry)
      assert.deepEqual([...applied], [["flour", 1]])
    }).pipe(Effect.provide(silent))
  )

  it.effect("keeps why, as data beside the sentences, and is told by them where there is none", () =>
    Effect.gen(function* () {
      const { entries, send, sql, state } = yield* world
      state.script.push("reset")
      const ran = yield* inTime(send("flour"))
      const [entry] = yield* entries
      assert.deepEqual(entry?.whatReason, foreignText("1 kg of flour"))
      assert.deepEqual(entry?.errorReason, foreignText("the connection broke off"))
      assert.deepInclude(entry?.detailReason, { code: "action.readBack" })
      assert.deepEqual(rootOf(entry?.detailReason ?? foreignText("")), reason("action.notThere"))
      assert.strictEqual(render(entry?.detailReason ?? foreignText("")), entry?.detail)
      assert.deepInclude(ran.items[0]?.detailReason, { code: "several" })
      yield* sql`update tributary.action_log set reasons = '{}'`
      const [before] = yield* entries
      assert.deepEqual(before?.errorReason, foreignText("the connection broke off"))
      assert.deepEqual(before?.detailReason, foreignText(entry?.detail ?? ""))
    }).pipe(Effect.provide(silent))
  )

  it.effect("is never sent again under its key, and told as sent before", () =>
    Effect.gen(function* () {
      const { applied, send, state } = yield* world
      yield* send("flour")
      const again = yield* send("flour", "salt")
      assert.deepEqual(
        again.items.map(({ status }) => status),
        ["already", "done"]
      )
      assert.strictEqual(again.status, "ok")
      assert.strictEqual(state.sends, 2)
      assert.deepEqual([...applied.values()], [1, 1])
    }).pipe(Effect.provide(silent))
  )

  it.effect("holds no secret of the configuration in the log", () =>
    Effect.gen(function* () {
      remember("s3cret-of-the-vendor")
      const { actions, sql } = yield* world
      yield* actions.run("fake.send", { keys: ["a\u0000b"], note: "with s3cret-of-the-vendor \ud800" }, by)
      const [row] = yield* sql<{ text: string }>`select l::text as text from tributary.action_log as l`
      assert.notInclude(row?.text, "s3cret")
      assert.include(row?.text, "with <redacted> \ufffd")
    }).pipe(Effect.provide(silent))
  )

  for (const answer of ["refuse", "conflict", "limit", "away", "open"] satisfies ReadonlyArray<Answer>) {
    it.effect(`failed when it was certainly not applied (${answer}), and may be sent again`, () =>
      Effect.gen(function* () {
        const { applied, entries, send, state } = yield* world
        state.script.push(answer)
        const ran = yield* send("flour")
        assert.deepInclude(ran.items[0], { status: "failed" })
        assert.strictEqual(ran.status, "failed")
        assert.strictEqual((yield* entries)[0]?.status, "failed")
        assert.strictEqual(state.reads, 0)
        assert.deepInclude((yield* send("flour")).items[0], { status: "done" })
        assert.deepInclude((yield* entries)[0], { status: "done", attempts: 2, error: null })
        assert.strictEqual(applied.get("flour"), 1)
      }).pipe(Effect.provide(silent))
    )
  }

  for (const answer of ["lose", "nonsense", "serverError", "break"] satisfies ReadonlyArray<Answer>) {
    it.effect(`is done when it was applied and only the answer was lost (${answer})`, () =>
      Effect.gen(function* () {
        const { applied, entries, send, state } = yield* world
        state.script.push(answer)
        const ran = yield* inTime(send("flour"))
        assert.deepInclude(ran.items[0], { status: "done", detail: "the answer was lost; found by reading back" })
        assert.strictEqual(ran.status, "ok")
        assert.strictEqual(state.reads, 1)
        assert.deepInclude((yield* entries)[0], { status: "done", response: { times: 1 } })
        assert.deepInclude((yield* send("flour")).items[0], { status: "already" })
        assert.strictEqual(applied.get("flour"), 1)
      }).pipe(Effect.provide(silent))
    )
  }

  it.effect("stays unknown when it is not found, and is not sent again by itself", () =>
    Effect.gen(function* () {
      const { applied, entries, send, state } = yield* world
      state.script.push("reset")
      const ran = yield* inTime(send("flour"))
      assert.deepInclude(ran.items[0], { status: "unknown" })
      assert.match(ran.items[0]?.detail ?? "", /broke off; read back at .*: it was not there/)
      assert.strictEqual(ran.status, "failed")
      assert.strictEqual(state.reads, 3)
      assert.deepInclude((yield* send("flour")).items[0], { status: "unknown" })
      assert.deepInclude((yield* entries)[0], { status: "unknown", finishedAt: null, attempts: 1 })
      assert.strictEqual(state.sends, 1)
      // What shows up late is found by whoever asks next.
      applied.set("flour", 1)
      assert.deepInclude((yield* send("flour")).items[0], { status: "already" })
      assert.strictEqual((yield* entries)[0]?.status, "done")
    }).pipe(Effect.provide(silent))
  )

  it.effect("stays unknown when the system cannot be asked, or does not answer", () =>
    Effect.gen(function* () {
      const { blind, send, state } = yield* world
      state.script.push("lose", "lose")
      state.readable = false
      assert.deepInclude((yield* blind("flour")).items[0], { status: "unknown", detail: "no answer within 10 seconds" })
      const ran = yield* inTime(send("flour"))
      assert.deepInclude(ran.items[0], { status: "unknown" })
      assert.match(ran.items[0]?.detail ?? "", /that cannot be found out: no answer/)
      state.readable = true
      assert.deepInclude((yield* send("flour")).items[0], { status: "already" })
      assert.deepInclude((yield* blind("flour")).items[0], { status: "unknown" })
    }).pipe(Effect.provide(silent))
  )

  it.effect("is unknown when it was interrupted, and the next run finds it", () =>
    Effect.gen(function* () {
      const { applied, entries, send, state } = yield* world
      state.script.push("hang")
      const fiber = yield* Effect.forkChild(send("flour"))
      yield* really(Effect.sync(() => applied.has("flour")))
      const exit = yield* Effect.exit(Fiber.interrupt(fiber).pipe(Effect.andThen(Fiber.join(fiber))))
      assert.isTrue(Exit.hasInterrupts(exit))
      assert.deepInclude((yield* entries)[0], { status: "unknown", error: "interrupted while it was sent" })
      assert.deepInclude((yield* send("flour")).items[0], { status: "already" })
      assert.strictEqual(applied.get("flour"), 1)
    }).pipe(Effect.provide(silent))
  )

  it.effect("stays done when the attempt whose end nobody knew comes back and does not know it either", () =>
    Effect.gen(function* () {
      const { applied, entries, send, sql, state } = yield* world
      state.script.push("hang")
      const fiber = yield* Effect.forkChild(send("flour"))
      yield* really(Effect.sync(() => applied.has("flour")))
      // As it is found when the connection that held its lock was lost.
      yield* sql`update tributary.action_log set status = 'unknown'`
      assert.deepInclude((yield* send("flour")).items[0], { status: "already" })
      const [before] = yield* entries
      assert.deepInclude(before, { status: "done", response: { times: 1 } })
      yield* Fiber.interrupt(fiber)
      assert.deepEqual((yield* entries)[0], before)
    }).pipe(Effect.provide(silent))
  )

  it.effect("is busy for whoever comes while it is being sent", () =>
    Effect.gen(function* () {
      const { applied, send, sql, state } = yield* world
      state.script.push("hang")
      const fiber = yield* Effect.forkChild(send("flour"))
      yield* really(Effect.sync(() => applied.has("flour")))
      // A process that died over something else says nothing of this one.
      yield* send("salt")
      yield* sql`update tributary.action_log set status = 'sending' where key = 'fake.send:salt'`
      const second = yield* send("flour")
      assert.deepInclude(second.items[0], { status: "busy" })
      assert.deepInclude((yield* send("salt")).items[0], { status: "already" })
      assert.strictEqual(second.status, "warning")
      yield* Fiber.interrupt(fiber)
    }).pipe(Effect.provide(silent))
  )

  it.effect("goes out once when twenty ask at the same time", () =>
    Effect.gen(function* () {
      const { applied, send, state } = yield* world
      const ran = yield* Effect.all(
        Array.from({ length: 20 }, () => send("flour", "salt", "oil")),
        { concurrency: "unbounded" }
      )
      assert.deepEqual([...applied.values()], [1, 1, 1])
      assert.strictEqual(state.sends, 3)
      assert.lengthOf(
        ran.flatMap(({ items }) => items.filter(({ status }) => status === "done")),
        3
      )
    }).pipe(Effect.provide(silent))
  )
})
