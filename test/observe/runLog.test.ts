import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber, Layer, Logger, References } from "effect"
import { SqlClient } from "effect/sql"
import { type LogLine, lineOf } from "../../core/observe/LogLine.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { partial, UpstreamError } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answers, entity, layerSync } from "../support/source.ts"

const fine = entity("fine")
const odd = entity("odd")
const bad = entity("bad")
/** Reads once its run has begun, as its cursor says, and then waits. */
const slow = entity("slow", {
  mode: "upsert",
  incremental: { cursor: "id", param: "since", overlap: Duration.zero, format: "text" }
})

const answersBut =
  (whileSlow: Effect.Effect<void>): Answers =>
  ({ name }) => {
    const records = [{ id: 1, name: "a", amount: "1" }]
    if (name === "odd") return { records, end: partial(foreignText("the page cap")) }
    if (name === "bad")
      return { error: new UpstreamError({ kind: "Status", reason: foreignText("fake: answered 500") }) }
    return name === "slow" ? { before: whileSlow } : { records }
  }

const World = (whileSlow = Effect.void) =>
  layerSync([fine, odd, bad, slow], answersBut(whileSlow)).pipe(Layer.provideMerge(layerDatabase))

/** What is logged at least as `info`. */
const logged = Effect.fnUntraced(function* <E, R>(effect: Effect.Effect<unknown, E, R>) {
  const lines: Array<LogLine> = []
  yield* effect.pipe(
    Effect.provide(Logger.layer([Logger.make((options) => lines.push(lineOf(options)))])),
    Effect.provideService(References.MinimumLogLevel, "Info")
  )
  return lines
})

const audit = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql<{ id: string; entity: string }>`select id::text, entity from tributary.sync_log order by entity`
)

const byEntity = (lines: ReadonlyArray<LogLine>) =>
  lines.toSorted((one, other) => String(one.fields.entity).localeCompare(String(other.fields.entity)))

describe("a run", () => {
  it.live("is told of once when it has ended, with the names and the number of its audit row", () =>
    Effect.gen(function* () {
      const sync = yield* Sync
      const lines = byEntity(yield* logged(sync.run([fine, odd, bad], { trigger: "api", actor: null })))
      assert.deepEqual(
        lines.map(({ fields, level, message }) => [level, fields.entity, message.split(":")[0]]),
        [
          ["error", "bad", "the run failed"],
          ["info", "fine", "the run ended"],
          ["warn", "odd", "the run ended with a warning"]
        ]
      )
      assert.deepEqual(
        lines.map(({ fields }) => [fields.run_id, fields.entity]),
        (yield* audit).map(({ entity, id }) => [Number(id), entity])
      )
      for (const { fields } of lines) {
        assert.deepInclude(fields, { trigger: "api", connector: "fake", account: null })
        assert.isNumber(fields.duration_ms)
      }
      assert.deepInclude(lines[1]?.fields, { status: "ok", fetched: 1, inserted: 1, unchanged: 0 })
      assert.include(lines[0]?.message, "fake: answered 500")
    }).pipe(Effect.provide(World()))
  )

  it.live("that a person typed is told of by the command alone", () =>
    Effect.gen(function* () {
      const sync = yield* Sync
      assert.deepEqual(yield* logged(sync.run([fine, bad], { trigger: "cli", actor: "me" })), [])
    }).pipe(Effect.provide(World()))
  )

  it.live("says that it was interrupted, in its own name", () =>
    Effect.gen(function* () {
      const reading = yield* Deferred.make<void>()
      const { lines, row } = yield* Effect.gen(function* () {
        const sync = yield* Sync
        const interrupted = Effect.gen(function* () {
          const running = yield* Effect.forkChild(sync.run([slow], { trigger: "job", actor: null }))
          yield* Deferred.await(reading)
          yield* Fiber.interrupt(running)
        })
        const lines = yield* logged(interrupted)
        const [row] = yield* audit
        return { lines, row }
      }).pipe(Effect.provide(World(Effect.andThen(Deferred.succeed(reading, undefined), Effect.never))))
      assert.deepEqual(
        lines.map(({ fields, message }) => [message, fields.entity, fields.run_id]),
        [["the run was interrupted", "slow", Number(row?.id)]]
      )
    })
  )
})
