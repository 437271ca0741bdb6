/** The code that makes the first admin: only if there is none, valid once and for an hour; guesses do not use it up. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Exit, Layer, Logger } from "effect"
import { SqlError } from "effect/sql"
import { TestClock } from "effect/testing"
import { Directory } from "../../bot/people/Directory.ts"
import { FirstAdmin } from "../../bot/people/FirstAdmin.ts"
import type { Person } from "../../bot/people/Person.ts"
import { lineOf } from "../../core/observe/LogLine.ts"

const anna: Person = {
  telegramId: 1,
  name: "Анна",
  employeeId: null,
  position: null,
  department: null,
  isAdmin: true,
  ownsAccounts: false,
  locale: null,
  blocked: false
}

const away = new SqlError.SqlError({ reason: new SqlError.ConnectionError({ cause: "the database is away" }) })

const world = Effect.gen(function* () {
  const admins: Array<Person> = []
  /** What the next attempts to store an admin fail with. */
  const failures: Array<SqlError.SqlError> = []
  const printed: Array<string> = []
  const logger = Logger.make((options) => {
    printed.push(...(/\/admin (\d{8})$/.exec(lineOf(options).message)?.slice(1) ?? []))
  })
  const services = yield* Layer.build(
    FirstAdmin.layer.pipe(
      Layer.provide(
        Layer.mock(Directory, {
          admins: Effect.sync(() => admins),
          storedAdmins: Effect.sync(() => admins),
          isNamed: () => false,
          signIn: () => Effect.void,
          addAdmin: (telegramId) =>
            Effect.gen(function* () {
              yield* Effect.yieldNow
              const failure = failures.shift()
              if (failure !== undefined) return yield* failure
              admins.push({ ...anna, telegramId })
              return true
            })
        })
      ),
      Layer.provideMerge(Logger.layer([logger]))
    )
  )
  const { announce, claim } = Context.get(services, FirstAdmin)
  return {
    admins,
    announce: Effect.provide(announce, services),
    claim: (code: string, telegramId = 7) => Effect.provide(claim(code, { telegramId, name: "Олег" }), services),
    failures,
    printed
  }
})

describe("the code of the first admin", () => {
  it.effect("is printed and accepted once, blanks aside", () =>
    Effect.gen(function* () {
      const { announce, claim, printed } = yield* world
      assert.isFalse(yield* claim(""), "there is none yet")
      yield* announce
      const [code = ""] = printed
      assert.lengthOf(printed, 1)
      assert.isTrue(yield* claim(` ${code} `))
      assert.isFalse(yield* claim(code))
    })
  )

  it.effect("is not printed where there is an admin, and the one of before is good no longer", () =>
    Effect.gen(function* () {
      const { admins, announce, claim, printed } = yield* world
      yield* announce
      admins.push(anna)
      yield* announce
      assert.lengthOf(printed, 1)
      assert.isFalse(yield* claim(printed[0] ?? ""))
    })
  )

  it.effect("is good no longer when somebody has become an admin meanwhile, by another daemon too", () =>
    Effect.gen(function* () {
      const { admins, announce, claim, printed } = yield* world
      yield* announce
      admins.push(anna)
      assert.isFalse(yield* claim(printed[0] ?? ""))
    })
  )

  it.effect("is used up only once the admin is stored, and makes one admin though several send it at once", () =>
    Effect.gen(function* () {
      const { admins, announce, claim, failures, printed } = yield* world
      yield* announce
      const [code = ""] = printed
      failures.push(away, away)
      assert.isTrue(Exit.isFailure(yield* Effect.exit(claim(code, 7))))
      assert.isTrue(Exit.isFailure(yield* Effect.exit(claim(code, 7))))
      assert.isEmpty(admins)
      const became = yield* Effect.forEach([7, 8, 9], (person) => claim(code, person), { concurrency: "unbounded" })
      assert.deepEqual(became, [true, false, false])
      assert.deepEqual(
        admins.map(({ telegramId }) => telegramId),
        [7]
      )
    })
  )

  it.effect("lets in who was stored though the answer said that it failed", () =>
    Effect.gen(function* () {
      const { admins, announce, claim, printed } = yield* world
      yield* announce
      admins.push({ ...anna, telegramId: 7 })
      assert.isTrue(yield* claim(printed[0] ?? "", 7))
      assert.isFalse(yield* claim(printed[0] ?? "", 7))
    })
  )

  const wrong = (code = "") => (code === "00000000" ? "00000001" : "00000000")

  it.effect("is not used up by strangers who guess, and is not told to who guessed five times", () =>
    Effect.gen(function* () {
      const { announce, claim, printed } = yield* world
      yield* announce
      for (let stranger = 100; stranger < 120; stranger++) {
        for (let at = 0; at < 6; at++) assert.isFalse(yield* claim(wrong(printed[0]), stranger))
      }
      assert.isFalse(yield* claim(printed[0] ?? "", 100))
      assert.lengthOf(printed, 1)
      assert.isTrue(yield* claim(printed[0] ?? "", 7))
    })
  )

  it.effect("is good for an hour, and who comes later finds a new one printed", () =>
    Effect.gen(function* () {
      const { announce, claim, printed } = yield* world
      yield* announce
      yield* TestClock.adjust("59 minutes")
      assert.isFalse(yield* claim(wrong(printed[0])))
      yield* TestClock.adjust("1 minute")
      assert.isFalse(yield* claim(printed[0] ?? ""))
      assert.lengthOf(printed, 2)
      // Nobody can fill the log with requests.
      for (let at = 0; at < 10; at++) yield* claim(wrong(printed[1]), 100)
      assert.lengthOf(printed, 2)
      assert.isTrue(yield* claim(printed[1] ?? ""))
    })
  )
})
