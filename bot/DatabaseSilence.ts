/**
 * Detects a database that accepts statements and does not answer, as a stopped server does. Work that waits for it fails, so
 * that the person gets an answer and the chat takes the next press.
 */
import { Data, Duration, Effect, Fiber } from "effect"
import { SqlClient } from "effect/sql"
import { spanOf } from "../core/reason/Reason.ts"

export class DatabaseSilent extends Data.TaggedError("DatabaseSilent") {
  override get message(): string {
    return `the database has not answered within ${spanOf(answerWithin)}`
  }
}

/** Longer work may only be waiting for Telegram, so the database is probed first; immediately if known to be silent. */
const pause = Duration.seconds(10)

const answerWithin = Duration.seconds(5)

/** Makes a function that fails an effect when the database is silent, even if the effect cannot be interrupted yet. */
export const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const scope = yield* Effect.scope

  /** Interrupts without waiting, because the driver needs five more seconds to cancel a statement. */
  const abandon = (fiber: Fiber.Fiber<unknown, unknown>) => Effect.forkIn(Fiber.interrupt(fiber), scope)

  const isSilent = Effect.gen(function* () {
    const asked = yield* Effect.forkIn(Effect.exit(sql`select 1`), scope)
    const answer = yield* Effect.timeoutOption(Fiber.join(asked), answerWithin)
    if (answer._tag === "Some") return false
    yield* abandon(asked)
    return true
  })

  let isKnown = false
  const silence = Effect.suspend(() => (isKnown ? isSilent : Effect.andThen(Effect.sleep(pause), isSilent))).pipe(
    Effect.tap((silent) =>
      Effect.sync(() => {
        isKnown = silent
      })
    ),
    Effect.repeat({ until: (silent) => silent }),
    Effect.andThen(new DatabaseSilent())
  )

  return <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E | DatabaseSilent> =>
    Effect.gen(function* () {
      const work = yield* Effect.forkIn(effect, scope, { startImmediately: true })
      const ended = Effect.tapError(silence, () => abandon(work))
      return yield* Effect.onInterrupt(Effect.raceFirst(Fiber.join(work), ended), () => Fiber.interrupt(work))
    })
})
