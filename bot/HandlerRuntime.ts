/**
 * Runs effects for grammY's promises: each update is a fiber of the bot's scope. Only this file turns the failure of a
 * handler into a sentence for the person and a line in the log.
 */
import { Cause, Context, Effect, type Fiber, FiberSet, Layer } from "effect"
import type { MiddlewareFn } from "grammy"
import { UserFacingError } from "../core/plugin/chat/UserFacingError.ts"
import * as DatabaseSilence from "./DatabaseSilence.ts"
import { sentenceOf } from "./FailureText.ts"
import type { BotContext } from "./session/Context.ts"
import type { TelegramError } from "./telegram/Telegram.ts"
import { Window } from "./window/Window.ts"

/** A handler has its services from the feature that made it. */
export type Handler<C extends BotContext = BotContext> = (ctx: C) => Effect.Effect<void, { readonly message: string }>

export class HandlerRuntime extends Context.Service<
  HandlerRuntime,
  {
    readonly on: <C extends BotContext>(handler: Handler<C>) => MiddlewareFn<C>
    /** Runs an effect for other callbacks of grammY; a failure rejects the promise. */
    readonly promise: <A, E>(effect: Effect.Effect<A, E>) => Promise<A>
    /** Starts an effect in the background; a failure is logged, and the end of the bot interrupts it. */
    readonly runInBackground: (effect: Effect.Effect<unknown, { readonly message: string }>) => Fiber.Fiber<unknown>
    /** Waits for the running handlers. */
    readonly settled: Effect.Effect<void>
  }
>()("tributary/bot/HandlerRuntime") {
  static readonly layer = Layer.effect(
    HandlerRuntime,
    Effect.gen(function* () {
      const window = yield* Window
      const unlessSilent = yield* DatabaseSilence.make
      const running = yield* FiberSet.make<unknown, unknown>()
      const promise = yield* FiberSet.runtimePromise(running)<never>()
      const fork = yield* FiberSet.runtime(running)<never>()

      const reportsFailures = (ctx: BotContext) =>
        Effect.catchCause((cause: Cause.Cause<{ readonly message: string }>) => {
          if (Cause.hasInterruptsOnly(cause)) return Effect.void
          const failure = Cause.findErrorOption(cause)
          const log =
            failure._tag === "None"
              ? Effect.logError("an update ended unexpectedly", Cause.squash(cause))
              : failure.value instanceof UserFacingError
                ? Effect.void // an ordinary answer
                : Effect.logWarning("an update could not be handled", failure.value.message)
          const sentence = sentenceOf(failure._tag === "Some" ? failure.value : undefined, ctx.translator)
          return log.pipe(
            Effect.annotateLogs({ service: "HandlerRuntime", update_id: ctx.update.update_id }),
            Effect.andThen(
              Effect.catch(window.show(ctx, { text: sentence }), (error: TelegramError) =>
                Effect.logDebug("the failure could not be told", error.message)
              )
            )
          )
        })

      return HandlerRuntime.of({
        on: (handler) => (ctx) =>
          promise(reportsFailures(ctx)(window.withWaitNotice(ctx, unlessSilent(Effect.suspend(() => handler(ctx)))))),
        promise: (effect) => promise(unlessSilent(effect)),
        runInBackground: (effect) =>
          fork(
            Effect.catchCause(effect, (cause) =>
              Cause.hasInterruptsOnly(cause)
                ? Effect.void
                : Effect.logWarning("what was begun beside an answer failed", Cause.squash(cause))
            )
          ),
        settled: FiberSet.awaitEmpty(running)
      })
    })
  )
}
