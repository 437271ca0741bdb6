import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Logger } from "effect"
import { TestClock } from "effect/testing"
import * as DatabaseWatch from "../../core/jobs/DatabaseWatch.ts"
import { Alerts } from "../../core/observe/Alerts.ts"
import { type Reason, reason } from "../../core/reason/Reason.ts"

describe("a database that is away", () => {
  it.effect("is told within half a minute, once, and so is its return", () =>
    Effect.gen(function* () {
      const alerts = Context.get(yield* Layer.build(Alerts.layer), Alerts)
      let why: Reason | undefined
      const lines: Array<string> = []
      const logger = Logger.make(({ message }) => {
        if (/^the database /.test(String(message))) lines.push(String(message))
      })
      yield* DatabaseWatch.watch(Effect.sync(() => why)).pipe(
        Effect.provideService(Alerts, alerts),
        Effect.provide(Logger.layer([logger])),
        Effect.forkScoped({ startImmediately: true })
      )
      const open = Effect.map(alerts.open, (all) => all.map(({ kind, reason: { code } }) => [kind, code]))
      yield* TestClock.adjust("1 minute")
      assert.deepEqual(yield* open, [])
      why = reason("alert.databaseSilent")
      yield* TestClock.adjust("10 seconds")
      assert.deepEqual([yield* open, lines], [[], []], "what only reconnects is no alert")
      yield* TestClock.adjust("10 seconds")
      assert.deepEqual(yield* open, [["database_away", "alert.databaseSilent"]])
      why = reason("alert.databaseReadOnly")
      yield* TestClock.adjust("10 seconds")
      assert.deepEqual(yield* open, [["database_away", "alert.databaseReadOnly"]])
      why = undefined
      yield* TestClock.adjust("20 seconds")
      assert.deepEqual(yield* open, [])
      assert.deepEqual(lines, [
        "the database is away: runs wait for it until their deadline",
        "the database answers again"
      ])
      why = reason("alert.databaseSilent")
      yield* TestClock.adjust("10 seconds")
      why = undefined
      yield* TestClock.adjust("10 seconds")
      assert.lengthOf(lines, 2, "nothing was told of what only reconnects")
    })
  )
})
