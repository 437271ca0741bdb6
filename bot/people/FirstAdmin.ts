/**
 * The code that makes somebody the first admin: printed when a bot starts that has none, good once and for an hour. Who
 * guesses is no longer listened to, and everybody else is: nobody's guesses use it up. It lives in memory alone.
 */
import { randomInt } from "node:crypto"
import { Clock, Context, Duration, Effect, Layer, Semaphore } from "effect"
import type { SqlError } from "effect/sql"
import { Directory } from "./Directory.ts"

export class FirstAdmin extends Context.Service<
  FirstAdmin,
  {
    /** Whether it is the code and there is no admin yet; a right one is used up. One that is too old is replaced and printed. */
    readonly claim: (code: string, telegramId: number) => Effect.Effect<boolean, SqlError.SqlError>
    /** Prints a code when one is needed. */
    readonly announce: Effect.Effect<void>
  }
>()("tributary/bot/people/FirstAdmin") {
  static readonly layer = Layer.effect(
    FirstAdmin,
    Effect.gen(function* () {
      const directory = yield* Directory
      const turn = yield* Semaphore.make(1)
      let code: string | undefined
      let goodUntil = 0
      const wrong = new Map<number, number>()

      const announce = Effect.gen(function* () {
        const admins = yield* directory.admins
        code = admins.length > 0 ? undefined : String(randomInt(10 ** 8)).padStart(8, "0")
        goodUntil = (yield* Clock.currentTimeMillis) + Duration.toMillis(lifetime)
        wrong.clear()
        if (code !== undefined)
          yield* Effect.logInfo(`the bot has no admin yet: within an hour, send it the message /admin ${code}`)
      }).pipe(
        Effect.catch((error) => Effect.logWarning("it is not known whether the bot has an admin", error.message)),
        Effect.annotateLogs({ service: "FirstAdmin" })
      )

      const claim = Effect.fn("FirstAdmin.claim")(function* (given: string, telegramId: number) {
        if (code === undefined) return false
        if ((yield* Clock.currentTimeMillis) >= goodUntil) {
          yield* announce
          return false
        }
        const before = wrong.get(telegramId) ?? 0
        if (before >= maxWrong) return false
        if (given.trim() === code) {
          // Read before it is used up: who is told that the database is away may send it again.
          const admins = yield* directory.admins
          code = undefined
          return admins.length === 0
        }
        if (wrong.size < maxGuessers) wrong.set(telegramId, before + 1)
        return false
      }, turn.withPermit)

      return FirstAdmin.of({ announce, claim })
    })
  )
}

/** Of 10^8 codes, each. */
const maxWrong = 5

/** What is remembered of strangers is bounded; Telegram's own limits leave all others together no chance within an hour. */
const maxGuessers = 10_000

const lifetime = Duration.hours(1)
