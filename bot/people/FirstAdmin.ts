/**
 * The code that makes a person the first admin: printed when a bot without admins starts, valid once, for an hour. A
 * person who guessed wrong too often is ignored, and does not use up the code for others. It exists only in memory.
 */
import { randomInt } from "node:crypto"
import { Context, Duration, Effect, Layer, Semaphore } from "effect"
import type { SqlError } from "effect/sql"
import { elapsedMillis } from "../../core/observe/Elapsed.ts"
import { Directory } from "./Directory.ts"
import type { NewPerson } from "./PeopleStore.ts"

/** The person who sends a code. */
export type Claimant = Pick<NewPerson, "telegramId" | "name">

export class FirstAdmin extends Context.Service<
  FirstAdmin,
  {
    /**
     * Makes the person an admin if the code is right and no other admin exists; returns whether the person is one. A
     * right code is used up once that is stored; an expired one is replaced by a new one.
     */
    readonly claim: (code: string, person: Claimant) => Effect.Effect<boolean, SqlError.SqlError>
    /** Prints a code if one is needed. */
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
        goodUntil = (yield* elapsedMillis) + Duration.toMillis(lifetime)
        wrong.clear()
        if (code !== undefined)
          yield* Effect.logInfo(`the bot has no admin yet: within an hour, send it the message /admin ${code}`)
      }).pipe(
        Effect.catch((error) => Effect.logWarning("it is not known whether the bot has an admin", error.message)),
        Effect.annotateLogs({ service: "FirstAdmin" })
      )

      const store = Effect.fnUntraced(function* ({ name, telegramId }: Claimant) {
        const others = (yield* directory.storedAdmins).filter((admin) => admin.telegramId !== telegramId)
        if (others.length > 0) return false
        yield* directory.signIn({ telegramId, name, phone: null, employeeId: null })
        yield* directory.addAdmin(telegramId, telegramId)
        return true
      })

      const claim = Effect.fn("FirstAdmin.claim")(function* (given: string, person: Claimant) {
        const { telegramId } = person
        if (code === undefined) return false
        if ((yield* elapsedMillis) >= goodUntil) {
          yield* announce
          return false
        }
        const before = wrong.get(telegramId) ?? 0
        if (before >= maxWrong) return false
        if (given.trim() === code) {
          const isAdmin = yield* store(person)
          // Used up only now: if the database is away, the person may send it again.
          code = undefined
          return isAdmin
        }
        if (wrong.size < maxGuessers) wrong.set(telegramId, before + 1)
        return false
      }, turn.withPermit)

      return FirstAdmin.of({ announce, claim })
    })
  )
}

/** The wrong guesses of each person, of 10^8 codes. */
const maxWrong = 5

/** The memory for strangers is bounded; Telegram's own limits leave all others together no chance within an hour. */
const maxGuessers = 10_000

const lifetime = Duration.hours(1)
