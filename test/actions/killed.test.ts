import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { freshDatabase } from "../support/database.ts"
import { elapseUntil, engine, really, world } from "./fixtures.ts"
import { tableVendor } from "./Table.ts"
import type { Answer } from "./Vendor.ts"

const silent = Logger.layer([])
const sender = fileURLToPath(new URL("sender.ts", import.meta.url))

/** Connected, and waiting to be told to go; killed when the scope closes. */
const processOf = Effect.fnUntraced(function* (url: Redacted.Redacted, key: string, answer: Answer) {
  const started = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [sender, Redacted.value(url), key, answer], { stdio: ["pipe", "pipe", "ignore"] })
    ),
    (running) => Effect.sync(() => running.kill("SIGKILL"))
  )
  const exited = once(started, "exit")
  const lines = createInterface({ input: started.stdout })[Symbol.asyncIterator]()
  const line = Effect.promise(async () => {
    const next = await lines.next()
    return next.done === true ? "" : next.value
  })
  assert.strictEqual(yield* line, "ready")
  return {
    go: Effect.sync(() => started.stdin.write("\n")),
    line,
    kill: Effect.promise(async () => {
      started.kill("SIGKILL")
      await exited
    })
  }
})

const killedWhile = Effect.fnUntraced(function* (answer: Answer, recover: boolean) {
  const url = yield* TestClock.withLive(freshDatabase)
  const { times, vendor } = yield* TestClock.withLive(tableVendor(url))
  const victim = yield* processOf(url, "flour", answer)
  yield* victim.go
  assert.strictEqual(yield* victim.line, "sending")
  if (answer === "hang") yield* really(Effect.map(times("flour"), (count) => count > 0))
  const living = yield* engine(url, vendor, { next: () => "apply" })
  assert.deepInclude((yield* living.send("flour")).items[0], { status: "busy" })
  yield* victim.kill
  const next = recover ? yield* engine(url, vendor, { next: () => "apply" }, true) : living
  return { ...next, applied: times("flour") }
})

describe("a process that is killed while it sends", () => {
  it.effect("what it had applied is found when a daemon starts", () =>
    Effect.gen(function* () {
      const { entries, applied, send } = yield* killedWhile("hang", true)
      yield* elapseUntil(Effect.map(entries, ([entry]) => entry?.status === "done"))
      assert.deepInclude((yield* entries)[0], {
        error: "the process ended while it was sent",
        detail: "the answer was lost; found by reading back",
        response: { times: 1 }
      })
      assert.deepInclude((yield* send("flour")).items[0], { status: "already" })
      assert.strictEqual(yield* applied, 1)
    }).pipe(Effect.provide(silent))
  )

  it.effect("what it had applied is found by whoever comes next with the key", () =>
    Effect.gen(function* () {
      const { applied, send } = yield* killedWhile("hang", false)
      yield* elapseUntil(Effect.map(send("flour"), ({ items }) => items[0]?.status === "already"))
      assert.strictEqual(yield* applied, 1)
    }).pipe(Effect.provide(silent))
  )

  it.effect("what it had not applied waits for a person, and is sent when they say so", () =>
    Effect.gen(function* () {
      const { actions, entries, applied, send } = yield* killedWhile("stall", true)
      yield* elapseUntil(Effect.map(entries, ([entry]) => entry?.detail != null))
      const [entry] = yield* entries
      assert.deepInclude(entry, { status: "unknown", finishedAt: null })
      assert.match(entry?.detail ?? "", /^read back at .*: it was not there$/)
      assert.deepInclude((yield* send("flour")).items[0], { status: "unknown" })
      assert.strictEqual(yield* applied, 0)
      assert.deepInclude(yield* actions.resolve(entry?.id ?? 0, "failed", "olga"), {
        status: "failed",
        resolvedBy: "olga"
      })
      assert.deepInclude((yield* send("flour")).items[0], { status: "done" })
      assert.strictEqual(yield* applied, 1)
    }).pipe(Effect.provide(silent))
  )

  it.effect("what it had not applied is decided on by a person who comes before anybody has looked", () =>
    Effect.gen(function* () {
      const { actions, entries, applied, send } = yield* killedWhile("stall", false)
      const [entry] = yield* entries
      assert.deepInclude(entry, { status: "sending" })
      yield* elapseUntil(Effect.isSuccess(actions.resolve(entry?.id ?? 0, "failed", "olga")))
      assert.deepInclude((yield* entries)[0], { status: "failed", resolvedBy: "olga" })
      assert.deepInclude((yield* send("flour")).items[0], { status: "done" })
      assert.strictEqual(yield* applied, 1)
    }).pipe(Effect.provide(silent))
  )
})

it.effect(
  "of old unknown entries a daemon looks for the newest 200 when it starts, and then for those of the dead",
  () =>
    Effect.gen(function* () {
      const { script, sql, state, url, vendor } = yield* world
      yield* sql`
      insert into tributary.action_log (action, key, attempt, what, status, trigger, request, created_at)
      select 'fake.send', n::text, gen_random_uuid(), '', case when n = 202 then 'sending' else 'unknown' end, 'test',
        '{"key": "never applied"}', now() from generate_series(1, 202) as n`
      yield* engine(url, vendor, script, true)
      const lookedFor = sql`select key from tributary.action_log where detail is not null order by id`
      yield* really(Effect.map(lookedFor, (rows) => rows.at(-1)?.key === "202"))
      assert.deepEqual(
        (yield* lookedFor).map(({ key }) => Number(key)),
        Array.from({ length: 201 }, (_, at) => at + 2)
      )
      assert.strictEqual(state.reads, 201)
    }).pipe(Effect.provide(silent))
)

it.effect("two processes that come with one key at once send it once", () =>
  Effect.gen(function* () {
    const url = yield* TestClock.withLive(freshDatabase)
    const { times } = yield* TestClock.withLive(tableVendor(url))
    const both = yield* Effect.all([processOf(url, "flour", "apply"), processOf(url, "flour", "apply")], {
      concurrency: "unbounded"
    })
    yield* Effect.forEach(both, ({ go }) => go)
    const last = ({ line }: (typeof both)[number]) =>
      Effect.flatMap(line, (status) => (status === "sending" ? line : Effect.succeed(status)))
    const statuses = yield* Effect.forEach(both, last, { concurrency: "unbounded" })
    assert.lengthOf(
      statuses.filter((status) => status === "done"),
      1
    )
    assert.isTrue(statuses.every((status) => ["done", "already", "busy"].includes(status)))
    assert.strictEqual(yield* times("flour"), 1)
  })
)
