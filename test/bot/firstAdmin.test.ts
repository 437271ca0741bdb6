/** The code that makes the first admin: only where there is none, good once, and replaced when it was guessed at. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Logger } from "effect"
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
  locale: null,
  blocked: false
}

const world = Effect.gen(function* () {
  const admins: Array<Person> = []
  const printed: Array<string> = []
  const logger = Logger.make((options) => {
    printed.push(...(/\/admin (\d{8})$/.exec(lineOf(options).message)?.slice(1) ?? []))
  })
  const services = yield* Layer.build(
    FirstAdmin.layer.pipe(
      Layer.provide(Layer.mock(Directory, { admins: Effect.sync(() => admins), isNamed: () => false })),
      Layer.provideMerge(Logger.layer([logger]))
    )
  )
  const { announce, claim } = Context.get(services, FirstAdmin)
  return { admins, announce: Effect.provide(announce, services), claim, printed, services }
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

  it.effect("is replaced after five wrong ones", () =>
    Effect.gen(function* () {
      const { announce, claim, printed, services } = yield* world
      yield* announce
      const wrong = (code: string) => (code === "00000000" ? "00000001" : "00000000")
      const guess = Effect.suspend(() => Effect.provide(claim(wrong(printed[0] ?? "")), services))
      for (let at = 0; at < 4; at++) assert.isFalse(yield* guess)
      assert.lengthOf(printed, 1)
      assert.isFalse(yield* guess)
      assert.lengthOf(printed, 2)
      assert.isFalse(yield* claim(printed[0] ?? ""))
      assert.isTrue(yield* claim(printed[1] ?? ""))
    })
  )
})
