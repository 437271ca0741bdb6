/**
 * One window a chat: what a person does changes the message that is there instead of adding another. Work that takes
 * longer than a second shows that it is going on, then what it came to, and holds up nothing else in the chat meanwhile.
 */
import { Cause, Context, Duration, Effect, Exit, Fiber, FiberSet, Layer, Option, Ref, Semaphore } from "effect"
import type { Api } from "grammy"
import { remember } from "../../core/plugin/chat/BoundedMap.ts"
import * as DatabaseSilence from "../DatabaseSilence.ts"
import { sentenceOf } from "../FailureText.ts"
import type { BotContext } from "../session/Context.ts"
import { makeMessages, type Where } from "../telegram/Messages.ts"
import { Telegram, type TelegramError } from "../telegram/Telegram.ts"
import { topicOf } from "../telegram/Topics.ts"
import type { Shown, View } from "./View.ts"

type Failure = { readonly message: string }

export class Window extends Context.Service<
  Window,
  {
    /** In the message whose button was pressed, else in the chat's window; for a command first in a new one below it. */
    readonly show: (ctx: BotContext, view: View) => Effect.Effect<Shown, TelegramError>
    /** Says that it goes on while the handling of an update has nothing to show yet. */
    readonly patiently: <E>(ctx: BotContext, handling: Effect.Effect<void, E>) => Effect.Effect<void, E>
    /** Beside the window: a message of its own, which never becomes the window unless somebody presses its button. */
    readonly send: (chat: number, view: View, where?: Omit<Where, "api">) => Effect.Effect<Shown, TelegramError>
    /** In place; a message that is gone or cannot be edited is an error of reason `gone`. */
    readonly edit: (message: Shown, view: View) => Effect.Effect<Shown, TelegramError>
    readonly remove: (chat: number, message: number) => Effect.Effect<void>
    /**
     * Shows what the work comes to. It goes on after the handler has ended; when somebody has used the window otherwise
     * by then, the outcome comes as a message of its own. `progress` may be called as often as one likes.
     */
    readonly work: <E extends Failure>(
      ctx: BotContext,
      placeholder: View,
      work: (progress: (view: View) => Effect.Effect<void>) => Effect.Effect<View, E>
    ) => Effect.Effect<void, TelegramError | DatabaseSilence.DatabaseSilent | E>
    /** Waits for the work that goes on. */
    readonly settled: Effect.Effect<void>
  }
>()("tributary/bot/window/Window") {
  static readonly layer = Layer.effect(
    Window,
    Effect.gen(function* () {
      const { call } = yield* Telegram
      const unlessSilent = yield* DatabaseSilence.make
      const working = yield* FiberSet.make<unknown, unknown>()
      /** How often each message was shown anew; work that began in an earlier state must not write over a later one. */
      const revisions = new Map<string, number>()
      /** Updates that something was shown for, and those that were told to wait. */
      const [answered, waiting] = [new WeakSet<BotContext>(), new WeakMap<BotContext, Shown>()]
      /** What is shown for one update comes one after the other. */
      const turns = new WeakMap<BotContext, Semaphore.Semaphore>()
      /** What was sent in place of a message after its handler had ended, and its session was stored. */
      const successors = new Map<string, Shown>()
      const keyOf = ({ chat, id }: Pick<Shown, "chat" | "id">) => `${chat}:${id}`
      const touch = (message: Shown) => {
        const key = keyOf(message)
        remember(revisions, key, (revisions.get(key) ?? 0) + 1)
      }

      const { edit, send } = makeMessages(call, touch)

      const remove = (chat: number, message: number) =>
        call((api) => api.deleteMessage(chat, message)).pipe(
          // Somebody else did it, or it is older than two days.
          Effect.catch((error) => Effect.logDebug("a message could not be removed", error.message)),
          Effect.asVoid
        )

      /** In place where that is possible, else anew, and the old one goes. */
      const replace = (old: Shown, view: View, api?: Api, topic?: number) =>
        Effect.catchIf(
          edit(old, view, api),
          ({ reason }) => reason === "gone",
          () =>
            Effect.tap(send(old.chat, view, { topic, ...(api === undefined ? {} : { api }) }), (sent) => {
              remember(successors, keyOf(old), sent)
              return remove(old.chat, old.id)
            })
        )

      const put = Effect.fnUntraced(function* (ctx: BotContext, view: View) {
        const chat = yield* Effect.orDie(Effect.fromNullishOr(ctx.chat?.id))
        const pressed = ctx.callbackQuery?.message
        const kept = ctx.session.window
        const last: Shown | undefined =
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
          Effect.tap(put(ctx, view), () => Effect.sync(() => answered.add(ctx)))
        )
      )

      /** `onBegin`: from then on its outcome is waited for, or the message would be nobody's. */
      const announce = (ctx: BotContext, onBegin: () => void) =>
        inTurn(
          ctx,
          Effect.suspend(() => {
            onBegin()
            if (answered.has(ctx)) return Effect.void
            const shown = put(ctx, { text: ctx.translator.say("working") })
            return Effect.tap(shown, (message) => Effect.sync(() => waiting.set(ctx, message)))
          })
        )

      /** Nothing came of it that would have taken its place. */
      const withdraw = Effect.fnUntraced(function* (ctx: BotContext) {
        const announced = waiting.get(ctx)
        if (announced === undefined || answered.has(ctx)) return
        ctx.session.window = null
        yield* remove(announced.chat, announced.id)
      })

      const patiently: Window["Service"]["patiently"] = Effect.fnUntraced(function* (ctx, handling) {
        if (ctx.message === undefined && ctx.callbackQuery === undefined) return yield* handling
        let hasBegun = false
        const begin = () => {
          hasBegun = true
        }
        const announcing = yield* Effect.forkChild(
          Effect.andThen(Effect.sleep(silence), Effect.ignore(announce(ctx, begin)))
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
        const put = (view: View) =>
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
          view !== undefined && isOurs() ? put(view) : Effect.void
        )
        const follow = Effect.gen(function* () {
          const ticking = yield* Effect.forkChild(Effect.forever(Effect.andThen(Effect.sleep(pace), progress)))
          const exit = yield* Fiber.await(fiber)
          yield* Fiber.interrupt(ticking)
          if (Exit.isSuccess(exit)) return yield* put(exit.value)
          if (Cause.hasInterruptsOnly(exit.cause)) return yield* put({ text: translator.say("work-interrupted") })
          const failure = Cause.findErrorOption(exit.cause)
          const log = Effect.logWarning("work for a chat failed", Cause.squash(exit.cause))
          const sentence = sentenceOf(Option.getOrUndefined(failure), translator)
          yield* Effect.andThen(log, put({ text: sentence }))
          // The bot is being replaced: otherwise the message would stand for ever as it was last.
        }).pipe(Effect.onInterrupt(() => put({ text: translator.say("work-interrupted") })))
        yield* FiberSet.run(working, follow)
      })

      return Window.of({
        edit: (message, view) => edit(message, view),
        patiently,
        remove,
        send: (chat, view, where) => send(chat, view, where),
        settled: FiberSet.awaitEmpty(working),
        show,
        work
      })
    })
  )
}

/** Within it the outcome comes without a placeholder. */
const quickAnswer = Duration.seconds(1)

/** A handler that has shown nothing by then says that it goes on; work has done so by itself. */
const silence = Duration.millis(1200)

/** Between two states of progress: a chat takes about one message a second. */
const pace = Duration.millis(1500)
