import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import type { ShownMessage } from "../../bot/sandbox.ts"
import { World } from "./fixtures.ts"

/** Blocks other reads of the audit while it runs; returns what releases them. */
const holdAudit = Effect.gen(function* () {
  const { sql } = yield* World
  const [held, done] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
  const fiber = yield* Effect.forkChild(
    sql.withTransaction(
      Effect.gen(function* () {
        yield* sql`lock table tributary.sync_log in access exclusive mode`
        yield* Deferred.succeed(held, undefined)
        yield* Deferred.await(done)
      })
    )
  )
  yield* Deferred.await(held)
  return Effect.andThen(Deferred.succeed(done, undefined), Fiber.join(fiber))
})

layer(World.layer({ sync: ["iiko.department"] }), { timeout: "60 seconds", excludeTestServices: true })(
  "work that takes more than a second",
  (it) => {
    it.effect("is announced, blocks nothing, and its outcome takes the place of the announcement", () =>
      Effect.gen(function* () {
        const { admin } = yield* World
        const release = yield* holdAudit
        yield* admin.send("/status")
        yield* admin.sees((chat) => chat.length === 1 && chat[0]?.text.includes("Минутку") === true)
        yield* release
        yield* admin.sees((chat) => chat.length === 1 && chat[0]?.photo !== undefined)
        // Telegram sends the picture as a separate message, but it is still the window.
        yield* admin.send("/menu")
        const chat = yield* admin.sees((messages) => messages.at(-1)?.text.includes("Что делаем?") === true)
        yield* admin.sees((messages) => messages.length === 1)
        assert.isUndefined(chat.at(-1)?.photo)
      })
    )

    it.effect("tells its outcome below, when the window shows something else by then", () =>
      Effect.gen(function* () {
        const { admin, iiko } = yield* World
        yield* iiko.fault({ path: "/corporation/departments", mode: "slow", ms: 2500, times: 1 })
        yield* admin.send("/sync iiko.department")
        yield* admin.sees((chat) => chat.length === 1 && chat[0]?.text.includes("iiko.department") === true)
        yield* admin.send("/language")
        const isLanguage = ({ buttons }: ShownMessage) => buttons.flat().includes("English")
        yield* admin.sees((chat) => chat.some(isLanguage))
        const chat = yield* admin.sees((messages) => messages.at(-1)?.text.includes("1 таблица") === true)
        assert.isTrue(chat.some(isLanguage))
      })
    )

    it.effect("and an answer that the database keeps waiting for are announced alike", () =>
      Effect.gen(function* () {
        const { admin } = yield* World
        const release = yield* holdAudit
        yield* admin.send("/log")
        const chat = yield* admin.sees((messages) => messages.at(-1)?.text.includes("Минутку") === true)
        yield* release
        const placeholder = chat.at(-1)?.id
        yield* admin.sees((messages) => messages.some(({ id, text }) => id === placeholder && text.includes("Журнал")))
      })
    )
  }
)
