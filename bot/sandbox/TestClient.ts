/** The client of the sandbox's own tests: grammY, which the bot is built on. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { Api, Bot, GrammyError } from "grammy"
import { eventually } from "../../test/support/eventually.ts"
import { type Person, sandbox, type TelegramSandboxOptions } from "../sandbox.ts"

/** A sandbox in which both default people have written to the bot. */
export const start = Effect.fnUntraced(function* (options: TelegramSandboxOptions = {}) {
  const running = yield* sandbox.start(options)
  const { TELEGRAM_TOKEN: token = "" } = running.environment
  const { admin, employee } = running.state
  const api = new Api(token, { apiRoot: running.url })
  yield* employee.send("/start")
  yield* admin.send("/start")
  return { ...running, token, api, chat: employee.id, anna: employee, irina: admin }
})

export const ask = <A>(call: () => Promise<A>): Effect.Effect<A> => Effect.promise(call)

/** Returns code and text of the refusal. */
export const refusal = (call: () => Promise<unknown>): Effect.Effect<string> =>
  Effect.promise(async () => {
    try {
      await call()
    } catch (error) {
      if (error instanceof GrammyError) return `${error.error_code} ${error.description}`
      throw error
    }
    return assert.fail("was not refused")
  })

/** Tries again in real time, while the test's own clock does not advance. */
export const eventuallyLive = <E>(condition: Effect.Effect<boolean, E>) => TestClock.withLive(eventually(condition))

/** A bot that polls until the scope closes. */
export const poll = Effect.fnUntraced(function* (token: string, apiRoot: string, define: (bot: Bot) => void) {
  const bot = new Bot(token, { client: { apiRoot } })
  define(bot)
  yield* Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<void>((resolve) => {
          bot.start({ onStart: () => resolve() })
        })
    ),
    () => Effect.promise(() => bot.stop())
  )
  return bot
})

/** Returns the newest messages of the person's chat. */
export const texts = (person: Person) =>
  Effect.map(person.messages, (messages) => messages.map(({ from, text }) => `${from}: ${text}`))

/** The smallest PNG, and the same with a different declared size. */
export const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64"
)
