import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber, Latch, Layer, Logger, References, Scope, Stream } from "effect"
import { HttpServer } from "effect/http"
import { lastRuns } from "../../core/database/audit/Audit.ts"
import { type LogLine, lineOf } from "../../core/observe/LogLine.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { eventually } from "../support/eventually.ts"
import { entity } from "../support/source.ts"
import { rows } from "../sync/fixtures.ts"
import { ask, events, layer } from "./fixtures.ts"

const thing = entity("thing")
const other = entity("other")

const sync = (...selectors: ReadonlyArray<string>) => ({ method: "POST", body: { selectors } }) as const

/** A source that waits to be let go on, and tells when it is asked. */
const held = () => {
  const asked = Latch.makeUnsafe()
  const goOn = Latch.makeUnsafe()
  return {
    asked: asked.await,
    goOn: goOn.open,
    layer: layer({
      entities: [thing],
      answers: () => ({ records: rows(1, 3), before: Effect.andThen(asked.open, goOn.await) })
    })
  }
}

describe("a sync over HTTP", () => {
  const served = layer({ entities: [thing, other], answers: () => ({ records: rows(1, 250) }) })

  it.live("runs what the selectors name and answers the runs, which the audit ascribes to the API", () =>
    Effect.gen(function* () {
      const { body, status } = yield* ask("/api/v1/sync", sync("fake.*", "!fake.other"))
      assert.strictEqual(status, 200)
      const [run] = Reflect.get(Object(body), "runs")
      assert.deepInclude(run, { connector: "fake", entity: "thing", status: "ok", inserted: 250, error: null })
      const { entities } = yield* Registry.now
      const [audited, ...more] = yield* lastRuns(entities, 5)
      assert.isEmpty(more)
      assert.deepInclude(audited, { trigger: "api", actor: "api", status: "ok" })
    }).pipe(Effect.provide(served))
  )

  it.live("has the id of its request in the log lines of its runs, and in the answer", () => {
    const lines: Array<LogLine> = []
    return Effect.gen(function* () {
      const given = { "x-request-id": "9f3c:sync/1" }
      for (const [headers, kept] of [
        [given, true],
        [{ "x-request-id": "two words" }, false],
        [{ "x-request-id": "x".repeat(129) }, false],
        [{}, false]
      ] as const) {
        lines.length = 0
        const { headers: answered } = yield* ask("/api/v1/sync", { ...sync("fake.thing"), headers })
        const id = answered["x-request-id"] ?? ""
        if (kept) assert.strictEqual(id, given["x-request-id"])
        else assert.match(id, /^[\da-f-]{36}$/)
        assert.deepEqual(
          lines.map(({ fields }) => [fields.entity, fields.correlation_id]),
          [["thing", id]]
        )
      }
    }).pipe(
      Effect.provide(served),
      Effect.provide(Logger.layer([Logger.make((options) => lines.push(lineOf(options)))])),
      Effect.provideService(References.MinimumLogLevel, "Info")
    )
  })

  const asked: Array<string | undefined> = []
  const changing = entity("changing", {
    mode: "upsert",
    incremental: { cursor: "id", param: "since", overlap: Duration.zero, format: "text" }
  })
  const incremental = layer({
    entities: [changing],
    answers: (_, options) => {
      asked.push(options?.since)
      return { records: [...rows(1, 3), { id: 4, name: "four", amount: "many" }] }
    }
  })

  it.live("asks from the cursor on, or for everything, and moves on past rejected records where it is told to", () =>
    Effect.gen(function* () {
      const post = (body: object) => ask("/api/v1/sync", { method: "POST", body })
      yield* post({})
      yield* post({ pastRejected: true })
      yield* post({ full: true })
      const last = yield* post({})
      assert.deepStrictEqual(asked, [undefined, undefined, undefined, "4"])
      assert.match(JSON.stringify(last.body), /has waited at 4 for .*sync --past-rejected fake\.changing/)
    }).pipe(Effect.provide(incremental))
  )

  it.live("answers a selector that selects nothing with the nearest one that does", () =>
    Effect.gen(function* () {
      const { body, status } = yield* ask("/api/v1/sync", sync("fake.thng"))
      assert.strictEqual(status, 400)
      assert.deepInclude(body, {
        type: "urn:tributary:problem:unknown-selector",
        detail: '"fake.thng" selects nothing — did you mean "fake.thing"?'
      })
    }).pipe(Effect.provide(served))
  )

  it.live("streams its progress to who asks for events", () =>
    Effect.gen(function* () {
      const received = yield* Stream.runCollect(events("/api/v1/sync", sync("*")))
      const last = received.at(-1)
      assert.sameMembers(
        Reflect.get(Object(last), "runs").map(
          ({ entity, status }: { entity: string; status: string }) => `${entity} ${status}`
        ),
        ["thing ok", "other ok"]
      )
      const ended = received.filter((event) => Reflect.get(Object(event), "phase") === "ended")
      assert.lengthOf(ended, 2)
      for (const event of ended) {
        assert.deepInclude(event, { rows: 250, waitingFor: null })
        assert.deepInclude(Reflect.get(Object(event), "result"), { inserted: 250 })
      }
    }).pipe(Effect.provide(served))
  )

  it.live("goes on when the client goes away", () => {
    const { asked, goOn, layer: slow } = held()
    return Effect.gen(function* () {
      const client = yield* Effect.forkChild(ask("/api/v1/sync", sync("*")))
      yield* asked
      yield* Fiber.interrupt(client)
      yield* goOn
      const { entities } = yield* Registry.now
      yield* eventually(Effect.map(lastRuns(entities, 1), ([run]) => run?.status === "ok"))
    }).pipe(Effect.provide(slow))
  })

  it.live("is waited for when the server stops, which takes nothing new meanwhile", () => {
    const { asked, goOn, layer: slow } = held()
    return Effect.gen(function* () {
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(slow, scope)
      const address = yield* Effect.provide(HttpServer.addressFormattedWith(Effect.succeed), context)
      const client = yield* Effect.forkChild(Effect.provide(ask("/api/v1/sync", sync("*")), context))
      yield* asked
      const closed = yield* Effect.forkChild(Scope.close(scope, Exit.void))
      const refused = Effect.tryPromise(() => fetch(`${address}/ready`)).pipe(Effect.exit, Effect.map(Exit.isFailure))
      yield* eventually(refused)
      assert.isUndefined(client.pollUnsafe())
      yield* goOn
      assert.strictEqual((yield* Fiber.join(client)).status, 200)
      yield* Fiber.join(closed)
    })
  })
})
