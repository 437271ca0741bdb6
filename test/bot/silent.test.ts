/** A database that accepts statements and does not answer: every press is still answered. */
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as Wire from "../proof/Wire.ts"
import { people } from "./adminFixtures.ts"
import { labels, last } from "./Chat.ts"
import { World } from "./fixtures.ts"

let wire: Effect.Success<ReturnType<typeof Wire.make>> | undefined

const world = Layer.effectDiscard(Effect.flatMap(World, ({ signIn }) => signIn)).pipe(
  Layer.provideMerge(
    World.layer({
      sync: people,
      through: (url) =>
        Effect.map(Wire.make(url), (made) => {
          wire = made
          return made.url
        })
    })
  )
)

layer(world, { timeout: "120 seconds", excludeTestServices: true })("a database that has stopped", (it) => {
  it.effect("is told to whoever presses a button or asks for something, and all is well as soon as it goes on", () =>
    Effect.gen(function* () {
      const { admin, employee, statuses } = yield* World
      const { freeze, thaw } = wire ?? assert.fail("there is no way to the database")
      yield* freeze
      yield* admin.send("/jobs")
      yield* employee.send("/stoplist")
      for (const person of [admin, employee]) yield* person.sees(last("База данных не отвечает"))
      yield* admin.send("/status")
      yield* admin.sees(last("База данных не отвечает"))
      yield* thaw
      yield* employee.send("/menu")
      yield* employee.sees((chat) => labels(chat.at(-1)).some((label) => label.includes("🏠")))
      yield* admin.send("/jobs")
      yield* admin.sees(last("Задания"))
      const [bot] = yield* statuses
      assert.strictEqual(bot?.health.status, "ok")
    })
  )
})
