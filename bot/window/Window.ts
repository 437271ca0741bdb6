/**
 * One window for each chat: a person's action edits the existing message instead of adding another. Work that takes
 * longer than a second shows its progress, then its outcome, and does not block the chat meanwhile.
 */
import { Cause, Context, Duration, Effect, Exit, Fiber, FiberSet, Layer, Option, Ref, Semaphore } from "effect"
import type { Api } from "grammy"
import { remember } from "../../core/plugin/chat/BoundedMap.ts"
import * as DatabaseSilence from "../DatabaseSilence.ts"
import { sentenceOf } from "../FailureText.ts"
import type { BotContext } from "../session/Context.ts"
import { makeMessages, type SendOptions } from "../telegram/Messages.ts"
import { Telegram, type TelegramError } from "../telegram/Telegram.ts"
import { topicOf } from "../telegram/Topics.ts"
import type { SentMessage, View } from "./View.ts"

type Failure = { readonly message: string }

export class Window extends Context.Service<
  Window,
  {
    /** Shows the view in the pressed message, else in the chat's window; for a command first in a new one below it. */
    readonly show: (ctx: BotContext, view: View) => Effect.Effect<SentMessage, TelegramError>
    /** Says that the bot is still working while the handling of an update has nothing to show yet. */
    readonly withWaitNotice: <E>(ctx: BotContext, handling: Effect.Effect<void, E>) => Effect.Effect<void, E>
    /** Sends a separate message, which only becomes the window if somebody presses its button. */
    readonly send: (
      chat: number,
      view: View,
      options?: Omit<SendOptions, "api">
    ) => Effect.Effect<SentMessage, TelegramError>
    /** Edits a message; if it is gone or cannot be edited, the error's reason is `gone`. */
    readonly edit: (message: SentMessage, view: View) => Effect.Effect<SentMessage, TelegramError>
    readonly remove: (chat: number, message: number) => Effect.Effect<void>
    /**
     * Shows the outcome of the work, which continues after the handler has ended; if the window shows something else by
     * then, the outcome comes as a separate message. `progress` may be called at any rate.
     */
    readonly work: <E extends Failure>(
      ctx: BotContext,
      placeholder: View,
      work: (progress: (view: View) => Effect.Effect<void>) => Effect.Effect<View, E>
    ) => Effect.Effect<void, TelegramError | DatabaseSilence.DatabaseSilent | E>
    /** Waits for the running work. */
    readonly settled: Effect.Effect<void>
  }
>()("tributary/bot/window/Window") {
  static readonly layer = Layer.effect(
    Window,
    Effect.gen(function* () {
      const { call } = yield* Telegram
      const unlessSilent = yield* DatabaseSilence.make
      const working = yield* FiberSet.make<unknown, unknown>()
      /** How often each message was changed; work that began in an earlier state must not overwrite a later one. */
      const revisions = new Map<string, number>()
      /** Updates with an answer, and those with a notice to wait. */
      const [answered, waiting] = [new WeakSet<BotContext>(), new WeakMap<BotContext, SentMessage>()]
      /** The views for one update are shown one after the other. */
      const turns = new WeakMap<BotContext, Semaphore.Semaphore>()
      /** The messages that replaced others after their handler had ended and its session was stored. */
      const successors = new Map<string, SentMessage>()
      const keyOf = ({ chat, id }: Pick<SentMessage, "chat" | "id">) => `${chat}:${id}`
      const touch = (message: SentMessage) => {
        const key = keyOf(message)
        remember(revisions, key, (revisions.get(key) ?? 0) + 1)
      }

      const { edit, send } = makeMessages(call, touch)

      const remove = (chat: number, message: number) =>
        call((api) => api.deleteMessage(chat, message)).pipe(
          // It was already deleted, or it is older than two days.
          Effect.catch((error) => Effect.logDebug("a message could not be removed", error.message)),
          Effect.asVoid
        )

      /** Edits the message if possible; otherwise sends a new one and deletes the old one. */
      const replace = (old: SentMessage, view: View, api?: Api, topic?: number) =>
        Effect.catchIf(
          edit(old, view, api),
          ({ reason }) => reason === "gone",
          () =>
            Effect.tap(send(old.chat, view, { topic, ...(api === undefined ? {} : { api }) }), (sent) => {
              remember(successors, keyOf(old), sent)
              return remove(old.chat, old.id)
            })
        )

      const display = Effect.fnUntraced(function* (ctx: BotContext, view: View) {
        const chat = yield* Effect.orDie(Effect.fromNullishOr(ctx.chat?.id))
        const pressed = ctx.callbackQuery?.message
        const kept = ctx.session.window
        const last: SentMessage | undefined =
          pressed !== undefined
            ? { chat, id: pressed.message_id, hasPhoto: "photo" in pressed }
            : kept === null
              ? undefined
              : { chat, ...kept }
        const present = last === undefined ? undefined : (successors.get(keyOf(last)) ?? last)
        const topic = topicOf(ctx)
        const here = { api: ctx.api, topic }
        const isCommand = ctx.message?.text?.startsWith("/") === true && !answered.has(ctx) && !waiting.has(ctx)
        const shown =
          present === undefined
            ? yield* send(chat, view, here)
            : isCommand
              ? yield* Effect.tap(send(chat, view, here), () => remove(chat, present.id))
              : yield* replace(present, view, ctx.api, topic)
        ctx.session.window = { id: shown.id, hasPhoto: shown.hasPhoto }
        return shown
      })

      const inTurn = <A, E>(ctx: BotContext, effect: Effect.Effect<A, E>) => {
        const turn = turns.get(ctx) ?? Semaphore.makeUnsafe(1)
        turns.set(ctx, turn)
        return turn.withPermit(effect)
      }

      const show = Effect.fn("Window.show")((ctx: BotContext, view: View) =>
        inTurn(
          ctx,
          Effect.tap(display(ctx, view), () => Effect.sync(() => answered.add(ctx)))
        )
      )

      /** `onBegin` runs first; from then on the caller awaits the outcome, or the message would belong to nothing. */
      const announce = (ctx: BotContext, onBegin: () => void) =>
        inTurn(
          ctx,
          Effect.suspend(() => {
            onBegin()
            if (answered.has(ctx)) return Effect.void
            const shown = display(ctx, { text: ctx.translator.say("working") })
            return Effect.tap(shown, (message) => Effect.sync(() => waiting.set(ctx, message)))
          })
        )

      /** Removes the notice to wait if nothing has replaced it. */
      const withdraw = Effect.fnUntraced(function* (ctx: BotContext) {
        const announced = waiting.get(ctx)
        if (announced === undefined || answered.has(ctx)) return
        ctx.session.window = null
        yield* remove(announced.chat, announced.id)
      })

      const withWaitNotice: Window["Service"]["withWaitNotice"] = Effect.fnUntraced(function* (ctx, handling) {
        if (ctx.message === undefined && ctx.callbackQuery === undefined) return yield* handling
        let hasBegun = false
        const begin = () => {
          hasBegun = true
        }
        const announcing = yield* Effect.forkChild(
          Effect.andThen(Effect.sleep(noticeAfter), Effect.ignore(announce(ctx, begin)))
        )
        const exit = yield* Effect.exit(handling)
        yield* hasBegun ? Fiber.await(announcing) : Fiber.interrupt(announcing)
        yield* withdraw(ctx)
        return yield* exit
      })

      const work = Effect.fn("Window.work")(function* <E extends Failure>(
        ctx: BotContext,
        placeholder: View,
        begin: (progress: (view: View) => Effect.Effect<void>) => Effect.Effect<View, E>
      ) {
        /** The last state of progress that is not shown yet. */
        const latest = yield* Ref.make<View | undefined>(undefined)
        const fiber = yield* FiberSet.run(working, unlessSilent(begin((view) => Ref.set(latest, view))))
        const quick = yield* Effect.timeoutOption(Fiber.await(fiber), quickAnswer)
        if (Option.isSome(quick)) return yield* Effect.asVoid(show(ctx, yield* quick.value))
        let shown = yield* show(ctx, placeholder)
        let revision = revisions.get(keyOf(shown))
        const isOurs = () => revisions.get(keyOf(shown)) === revision
        const display = (view: View) =>
          Effect.suspend(() => (isOurs() ? replace(shown, view) : send(shown.chat, view))).pipe(
            Effect.tap((now) =>
              Effect.sync(() => {
                shown = now
                revision = revisions.get(keyOf(now))
              })
            ),
            Effect.catch((error) => Effect.logDebug("the outcome of work could not be shown", error.message)),
            Effect.asVoid
          )
        const { translator } = ctx
        const progress = Effect.flatMap(Ref.getAndSet(latest, undefined), (view) =>
          view !== undefined && isOurs() ? display(view) : Effect.void
        )
        const follow = Effect.gen(function* () {
          const ticking = yield* Effect.forkChild(Effect.forever(Effect.andThen(Effect.sleep(pace), progress)))
          const exit = yield* Fiber.await(fiber)
          yield* Fiber.interrupt(ticking)
          if (Exit.isSuccess(exit)) return yield* display(exit.value)
          if (Cause.hasInterruptsOnly(exit.cause)) return yield* display({ text: translator.say("work-interrupted") })
          const failure = Cause.findErrorOption(exit.cause)
          const log = Effect.logWarning("work for a chat failed", Cause.squash(exit.cause))
          const sentence = sentenceOf(Option.getOrUndefined(failure), translator)
          yield* Effect.andThen(log, display({ text: sentence }))
          // The bot is being replaced: otherwise the message would show its last state forever.
        }).pipe(Effect.onInterrupt(() => display({ text: translator.say("work-interrupted") })))
        yield* FiberSet.run(working, follow)
      })

      return Window.of({
        edit: (message, view) => edit(message, view),
        withWaitNotice,
        remove,
        send: (chat, view, options) => send(chat, view, options),
        settled: FiberSet.awaitEmpty(working),
        show,
        work
      })
    })
  )
}

/** Within this time the outcome appears without a placeholder. */
const quickAnswer = Duration.seconds(1)

/** A handler that has shown nothing by then says that it is still working; `work` does so itself. */
const noticeAfter = Duration.millis(1200)

/** The pause between two states of progress: a chat accepts about one message a second. */
const pace = Duration.millis(1500)
