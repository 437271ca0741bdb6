import { assert, describe, it } from "@effect/vitest"
import { Cause, DateTime, Effect, Logger, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { type LogLine, lineOf, toJson } from "../../core/observe/LogLine.ts"
import { remember } from "../../core/observe/Secrets.ts"

/** What the effect logs. */
const linesOf = (effect: Effect.Effect<unknown>) =>
  Effect.gen(function* () {
    const lines: Array<LogLine> = []
    yield* Effect.provide(effect, Logger.layer([Logger.make((options) => lines.push(lineOf(options)))]))
    return lines
  })

const parsed = (effect: Effect.Effect<unknown>) =>
  Effect.map(linesOf(effect), (lines): ReadonlyArray<unknown> => lines.map((line) => JSON.parse(toJson(line))))

describe("a log line", () => {
  it.effect("is one flat JSON object", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe("2026-11-20T07:00:00.5Z")))
      const logged = Effect.logWarning("late\nagain").pipe(
        Effect.annotateLogs({ run_id: 7, account: null, at: DateTime.makeUnsafe(0), list: [{ a: 1 }] })
      )
      const [line] = yield* linesOf(logged)
      assert.isDefined(line)
      assert.notInclude(toJson(line), "\n")
      assert.deepEqual(yield* parsed(logged), [
        {
          timestamp: "2026-11-20T07:00:00.500Z",
          level: "warn",
          message: "late\nagain",
          run_id: 7,
          account: null,
          at: "1970-01-01T00:00:00.000Z",
          list: [{ a: 1 }]
        }
      ])
    })
  )

  it.effect("holds nothing that a terminal would obey, and says the same to who parses it", () =>
    Effect.gen(function* () {
      const message = "\u001b[2J \u009b31m \u202eevil \u2028 \u001b]8;;http://x\u0007 \u{e0041} 👩\u200d💻"
      const [line] = yield* linesOf(Effect.annotateLogs(Effect.logError(message), { path: message }))
      assert.isDefined(line)
      const json = toJson(line)
      assert.notMatch(json, /(?!\u200d)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      assert.deepInclude(JSON.parse(json), { message, path: message })
    })
  )

  it.effect("keeps its own keys, whatever is annotated", () =>
    Effect.gen(function* () {
      const [line] = yield* parsed(
        Effect.logInfo("mine").pipe(Effect.annotateLogs({ message: "theirs", level: "odd" }))
      )
      assert.deepInclude(line, { message: "mine", level: "info" })
    })
  )

  it.effect("of an error has its message, and where it comes from", () =>
    Effect.gen(function* () {
      const error = new Error("no disk", { cause: new Error("no power") })
      const [lost, failed] = yield* linesOf(
        Effect.andThen(Effect.logError("the file is lost", error), Effect.logError("", Cause.die(error)))
      )
      assert.strictEqual(lost?.message, "the file is lost: no disk")
      assert.include(lost?.fields.stack, "logLine.test.ts")
      assert.include(lost?.fields.stack, "caused by Error: no power")
      assert.include(failed?.fields.stack, "no disk")
    })
  )

  it.effect("holds no secret in any of its parts", () =>
    Effect.gen(function* () {
      remember('to"ken-4711')
      const error = new Error('bad to"ken-4711')
      const [line] = yield* linesOf(
        Effect.logError('to"ken-4711', { deep: ['to"ken-4711'] }, error).pipe(
          Effect.annotateLogs({
            url: 'https://x/?k=to"ken-4711',
            deep: { er: ['to"ken-4711'] },
            kept: Redacted.make("x")
          })
        )
      )
      assert.isDefined(line)
      assert.notInclude(toJson(line), "ken-4711")
      assert.deepInclude(JSON.parse(toJson(line)), { deep: { er: ["<redacted>"] }, kept: "<redacted>" })
    })
  )

  it.effect("can be made of anything, also of what refers to itself", () =>
    Effect.gen(function* () {
      const ring: { self?: unknown } = {}
      ring.self = ring
      const endless = new Error("endless")
      endless.cause = endless
      const lines = yield* parsed(
        Effect.logInfo(ring, undefined, Symbol.iterator, endless).pipe(Effect.annotateLogs({ ring, none: undefined }))
      )
      assert.lengthOf(lines, 1)
    })
  )
})
