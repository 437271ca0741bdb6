/**
 * The code that makes somebody the first admin: printed when a bot starts that has none, good once, and replaced when it
 * was guessed at. It lives in memory alone.
 */
import { randomInt } from "node:crypto"
import { Context, Effect, Layer, Semaphore } from "effect"
import type { SqlError } from "effect/sql"
import { Directory } from "./Directory.ts"

export class FirstAdmin extends Context.Service<
  FirstAdmin,
  {
    /** Whether it is the code and there is no admin yet; a right one is used up. */
    readonly claim: (code: string) => Effect.Effect<boolean, SqlError.SqlError>
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
      let wrong = 0

      const announce = Effect.gen(function* () {
        const admins = yield* directory.admins
        code = admins.length > 0 ? undefined : String(randomInt(10 ** 8)).padStart(8, "0")
        wrong = 0
        if (code !== undefined) yield* Effect.logInfo(`the bot has no admin yet: send it the message /admin ${code}`)
      }).pipe(
        Effect.catch((error) => Effect.logWarning("it is not known whether the bot has an admin", error.message)),
        Effect.annotateLogs({ service: "FirstAdmin" })
      )

      const claim = Effect.fn("FirstAdmin.claim")(function* (given: string) {
        if (code === undefined) return false
        if (given.trim() === code) {
          // Read before it is used up: who is told that the database is away may send it again.
          const admins = yield* directory.admins
          code = undefined
          return admins.length === 0
        }
        if (++wrong >= mostWrong) yield* announce
        return false
      }, turn.withPermit)

      return FirstAdmin.of({ announce, claim })
    })
  )
}

/** Of 10^8 codes. */
const mostWrong = 5
