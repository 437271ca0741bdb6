/** Syncs that nobody waits for: `Prefer: respond-async`, and the task that it becomes. */
import { randomUUID } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Exit, Latch, Layer, Schema, Scope } from "effect"
import * as TaskRows from "../../core/accounts/TaskRows.ts"
import * as ApiTokens from "../../core/database/audit/ApiTokens.ts"
import { lastRuns } from "../../core/database/audit/Audit.ts"
import * as Database from "../../core/database/connection/Database.ts"
import { declaration, freshDatabase } from "../support/database.ts"
import { eventually } from "../support/eventually.ts"
import { type Answers, entity } from "../support/source.ts"
import { rows } from "../sync/fixtures.ts"
import { ask, layer } from "./fixtures.ts"

const one = { path: "/thing/{id}", query: {}, records: "", gone: [404] }
const thing = entity("thing", { one })
const other = entity("other")
const entities = [thing, other]

const Task = Schema.Struct({
  id: Schema.String,
  kind: Schema.String,
  state: Schema.String,
  error: Schema.NullOr(Schema.String),
  request: Schema.Unknown,
  progress: Schema.Struct({ done: Schema.Int, all: Schema.Int, records: Schema.Int, times: Schema.Int }),
  result: Schema.NullOr(Schema.Struct({ entities: Schema.Array(Schema.Record(Schema.String, Schema.Unknown)) })),
  createdBy: Schema.NullOr(Schema.String),
  finishedBy: Schema.NullOr(Schema.String)
})
const decodeTask = Schema.decodeUnknownEffect(Task)

const begin = Effect.fnUntraced(function* (body: object, headers = { prefer: "wait=10, Respond-Async" }) {
  const answered = yield* ask("/api/v1/sync", { method: "POST", body, headers })
  assert.strictEqual(answered.status, 202, answered.text)
  const task = yield* decodeTask(Reflect.get(Object(answered.body), "task"))
  assert.strictEqual(answered.headers.location, `/api/v1/tasks/${task.id}`)
  assert.strictEqual(answered.headers["preference-applied"], "respond-async")
  return task
})

const taskAt = (id: string) => Effect.flatMap(ask(`/api/v1/tasks/${id}`), ({ body }) => decodeTask(body))

const ended = Effect.fnUntraced(function* (id: string) {
  yield* eventually(Effect.map(taskAt(id), ({ state }) => state !== "running"))
  return yield* taskAt(id)
})

/** A source that counts its reads, and waits until it may go on. */
const held = () => {
  const [asked, goOn] = [Latch.makeUnsafe(), Latch.makeUnsafe()]
  const reads: Array<string> = []
  const answers: Answers = ({ name }) => {
    reads.push(name)
    return { records: rows(1, 3), before: Effect.andThen(asked.open, goOn.await) }
  }
  return { asked: asked.await, goOn: goOn.open, reads, answers }
}

/** A task of a process that is gone. */
const left = Effect.fnUntraced(function* (request: object, times: number) {
  const id = randomUUID()
  const task = { id, kind: "sync", connector: "fake", account: null, owner: null, name: null, request } as const
  const progress = { done: 1, all: 2, records: 3, times }
  yield* TaskRows.insert({ ...task, progress }, { trigger: "api", actor: "deploy" }, yield* DateTime.now)
  return id
})

describe("a sync that nobody waits for", () => {
  it.live("is a task with its progress and, at the end, the counts of each entity and why it failed", () => {
    const source = held()
    const served = layer({ entities, answers: source.answers })
    return Effect.gen(function* () {
      const begun = yield* begin({ selectors: ["fake.*"], full: true })
      assert.deepInclude(begun, { kind: "sync", state: "running", result: null, createdBy: "api" })
      assert.deepStrictEqual(begun.request, { selectors: ["fake.*"], full: true })
      assert.deepStrictEqual(begun.progress, { done: 0, all: 2, records: 0, times: 1 })
      yield* source.asked
      yield* source.goOn
      const done = yield* ended(begun.id)
      assert.deepInclude(done, { state: "done", error: null })
      assert.deepStrictEqual(done.progress, { done: 2, all: 2, records: 6, times: 1 })
      assert.deepStrictEqual(
        done.result?.entities.map(({ entity, inserted, ok }) => [entity, ok, inserted]),
        [
          ["fake.thing", 1, 3],
          ["fake.other", 1, 3]
        ]
      )
      const [run] = yield* lastRuns([thing], 1)
      assert.deepInclude(run, { trigger: "api", actor: "api", status: "ok" })
    }).pipe(Effect.provide(served))
  })

  it.live("fails when a run of it does", () =>
    Effect.gen(function* () {
      const { id } = yield* begin({ selectors: ["fake.thing"] })
      const failed = yield* ended(id)
      assert.strictEqual(failed.state, "failed")
      assert.include(failed.error, "1 of 1 run failed; fake.thing:")
      assert.deepInclude(failed.result?.entities[0], { entity: "fake.thing", failed: 1, ok: 0 })
    }).pipe(Effect.provide(layer({ entities, answers: () => ({ before: Effect.die("a mistake of ours") }) })))
  )

  it.live("can be stopped, which ends its runs", () => {
    const source = held()
    return Effect.gen(function* () {
      const { id } = yield* begin({ selectors: ["fake.thing"] })
      yield* source.asked
      assert.strictEqual((yield* ask(`/api/v1/tasks/${id}/stop`, { method: "POST" })).status, 200)
      assert.deepInclude(yield* taskAt(id), { state: "stopped", finishedBy: "api" })
      yield* eventually(Effect.map(lastRuns([thing], 1), ([run]) => run?.status === "failed"))
      const [run] = yield* lastRuns([thing], 1)
      assert.strictEqual(run?.errorReason?.code, "run.interrupted")
      assert.strictEqual((yield* taskAt(id)).state, "stopped")
    }).pipe(Effect.provide(layer({ entities, answers: source.answers })))
  })

  it.live("is begun again by the next process, and never by two", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      const database = Database.layer({ declaration: declaration(url), dataDirectory: "" })
      const start = Effect.fnUntraced(function* (answers: Answers) {
        const scope = yield* Scope.fork(yield* Effect.scope)
        const context = yield* Layer.buildWithScope(Layer.fresh(layer({ entities, answers, database })), scope)
        return { run: Effect.provide(context), stop: Scope.close(scope, Exit.void) }
      })
      const tasks = yield* Effect.gen(function* () {
        return {
          again: yield* left({ selectors: ["fake.thing"] }, 1),
          unknown: yield* left({ selectors: ["fake.gone"] }, 1),
          often: yield* left({ selectors: ["fake.other"] }, 5)
        }
      }).pipe(Effect.provide(Layer.fresh(database)))

      const [source, later] = [held(), held()]
      const one = yield* start(source.answers)
      yield* source.asked
      assert.deepInclude((yield* one.run(taskAt(tasks.again))).progress, { times: 2 })
      const gone = yield* one.run(ended(tasks.unknown))
      assert.deepInclude(gone, { state: "failed" })
      assert.include(gone.error, '"fake.gone" selects nothing')
      assert.include((yield* one.run(ended(tasks.often))).error, "it was begun 5 times")

      const two = yield* start(later.answers)
      assert.strictEqual((yield* two.run(taskAt(tasks.again))).state, "running")
      yield* source.goOn
      assert.deepInclude(yield* two.run(ended(tasks.again)), { state: "done", createdBy: "deploy" })
      assert.deepStrictEqual([source.reads, later.reads], [["thing"], []])
    }).pipe(Effect.scoped)
  )

  it.live("takes the options of the command line, and refuses what does not go together", () => {
    const asked: Array<unknown> = []
    const answers: Answers = (entity, options) => {
      asked.push([entity.forEach ?? null, options?.since ?? null])
      return { records: rows(1, 3) }
    }
    return Effect.gen(function* () {
      const post = (body: object) => ask("/api/v1/sync", { method: "POST", body })
      for (const [body, says] of [
        [{ selectors: ["fake.thing"], keys: ["1"], full: true }, "`keys` reads the named records"],
        [{ selectors: ["fake.thing"], keys: ["1"], from: "today-3d" }, "`keys` and `from` name different records"],
        [{ selectors: ["fake.thing"], since: "7", full: true }, "`full` reads everything, and `since` from a value on"],
        [{ to: "today" }, '`to` is the end of a period: say where it begins, as in "from": "2026-01-01"'],
        [{ from: "2026-02-30" }, "`from` 2026-02-30 is no day"],
        [{ selectors: ["fake.thing"], from: "today-3d" }, "fake.thing has no windows"],
        [{ selectors: ["fake.thing"], since: "7" }, "fake.thing is not incremental"],
        [{ keys: ["1"] }, "keys are of one entity"]
      ] as const) {
        for (const headers of [{}, { prefer: "respond-async" }]) {
          const refused = yield* ask("/api/v1/sync", { method: "POST", body, headers })
          assert.strictEqual(refused.status, 400, refused.text)
          assert.include(Reflect.get(Object(refused.body), "detail"), says)
        }
      }
      const keyed = yield* post({ selectors: ["fake.thing"], keys: ["1", "2"] })
      assert.strictEqual(keyed.status, 200, keyed.text)
      assert.include(JSON.stringify(asked), '"values":["1","2"]')
    }).pipe(Effect.provide(layer({ entities, answers })))
  })

  it.live("is for the usual scopes, which see no authorization", () =>
    Effect.gen(function* () {
      const [operate, read] = [
        yield* ApiTokens.make("deploy", ["operate"], "root"),
        yield* ApiTokens.make("look", ["read"], "root")
      ]
      const authorization = randomUUID()
      const whose = { connector: "fake", account: null, owner: "anna", name: "shop" }
      const progress = { link: "", userCode: "u1", expiresAt: "2026-01-01T00:00:00.000Z", interval: 5000 }
      const by = { trigger: "api", actor: "api" }
      const row = { id: authorization, kind: "authorization", ...whose, progress } as const
      yield* TaskRows.insert(row, by, yield* DateTime.now)
      const given = { method: "POST", token: operate, headers: { prefer: "respond-async" } } as const
      const begun = yield* ask("/api/v1/sync", { ...given, body: { selectors: ["fake.thing"] } })
      assert.strictEqual(begun.status, 202)
      const listed = yield* ask("/api/v1/tasks", { token: read })
      assert.deepStrictEqual(
        Reflect.get(Object(listed.body), "tasks").map(({ kind }: { kind: string }) => kind),
        ["sync"]
      )
      const hidden = `/api/v1/tasks/${authorization}`
      assert.strictEqual((yield* ask(hidden, { token: read })).status, 403)
      assert.strictEqual((yield* ask(hidden)).status, 200)
      assert.strictEqual((yield* ask(`${hidden}/stop`, { method: "POST", token: operate })).status, 403)
      const stop = `/api/v1/tasks/${Reflect.get(Object(Reflect.get(Object(begun.body), "task")), "id")}/stop`
      assert.strictEqual((yield* ask(stop, { method: "POST", token: read })).status, 403)
    }).pipe(Effect.provide(layer({ entities, answers: () => ({ records: rows(1, 3) }) })))
  )
})
