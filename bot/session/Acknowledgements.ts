/** Acknowledges each press before anything else happens, so that the button does not seem dead. */
import { Duration, Effect, Fiber } from "effect"
import type { Context, MiddlewareFn } from "grammy"
import { HandlerRuntime } from "../HandlerRuntime.ts"
import { Telegram } from "../telegram/Telegram.ts"
import type { BotContext } from "./Context.ts"

/** How long work waits for the acknowledgement: when many people press at once, all acknowledgements go first. */
const lead = Duration.millis(250)

export const make = Effect.gen(function* () {
  const { call } = yield* Telegram
  const { promise, runInBackground } = yield* HandlerRuntime
  const sent = new WeakMap<Context, Fiber.Fiber<unknown>>()

  const acknowledge: MiddlewareFn<BotContext> = (ctx, next) => {
    const id = ctx.callbackQuery?.id
    if (id !== undefined) sent.set(ctx, runInBackground(call((api) => api.answerCallbackQuery(id))))
    return next()
  }

  /** Runs within the chat's queue, so that nothing overtakes a press. */
  const waitForIt: MiddlewareFn<BotContext> = async (ctx, next) => {
    const acknowledgement = sent.get(ctx)
    if (acknowledgement !== undefined) await promise(Effect.timeoutOption(Fiber.await(acknowledgement), lead))
    await next()
  }

  return { acknowledge, waitForIt }
})
