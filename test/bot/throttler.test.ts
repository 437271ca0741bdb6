/** The remains of a bot that was replaced. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { vi } from "vitest"
import { Telegram } from "../../bot/telegram/Telegram.ts"

/** Timers that were started and not stopped while it ran. */
const timersOf = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => [vi.spyOn(globalThis, "setInterval"), vi.spyOn(globalThis, "clearInterval")] as const),
    ([set, cleared]) =>
      Effect.map(effect, () => set.mock.calls.length - cleared.mock.calls.filter(([timer]) => timer).length),
    (spies) =>
      Effect.sync(() => {
        for (const spy of spies) spy.mockRestore()
      })
  )

const bot = (token: string) =>
  Effect.scoped(Layer.build(Telegram.layer({ token: Redacted.make(token), apiRoot: "http://127.0.0.1:1" })))

describe("Telegram's limits", () => {
  it.effect("are those of the bot, however often it is made anew: no timer stays behind for each", () =>
    Effect.gen(function* () {
      assert.isAbove(yield* timersOf(bot("1:first")), 0)
      assert.strictEqual(yield* timersOf(Effect.repeat(bot("1:first"), { times: 10 })), 0)
      assert.isAbove(yield* timersOf(bot("1:other")), 0)
    })
  )
})
