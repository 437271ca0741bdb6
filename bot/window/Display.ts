/** Shows a view as the answer to an update, and says that the bot is still working while there is nothing to show yet. */
import { Duration, Effect, Fiber, Semaphore } from "effect"
import type { BotContext } from "../session/Context.ts"
import { topicOf } from "../telegram/Topics.ts"
import type { SentMessage, View } from "./View.ts"
import type { WindowMessages } from "./WindowMessages.ts"

/** A handler that has shown nothing by then says that it is still working; work of a window does so itself. */
const noticeAfter = Duration.millis(1200)

export const make = (messages: WindowMessages) => {
  const { remove, replace, send } = messages
  /** Updates with an answer, and those with a notice to wait. */
  const [answered, waiting] = [new WeakSet<BotContext>(), new WeakMap<BotContext, SentMessage>()]
  const inTurn = makeTurns()

  const display = Effect.fnUntraced(function* (ctx: BotContext, view: View) {
    const chat = yield* Effect.orDie(Effect.fromNullishOr(ctx.chat?.id))
    const last = windowOf(ctx, chat)
    const present = last === undefined ? undefined : messages.current(last)
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

  const withWaitNotice = Effect.fnUntraced(function* <E>(ctx: BotContext, handling: Effect.Effect<void, E>) {
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

  return { show, withWaitNotice }
}

/** The pressed message, or the chat's window; `undefined` if there is none. */
const windowOf = ({ callbackQuery, session }: BotContext, chat: number): SentMessage | undefined => {
  const pressed = callbackQuery?.message
  if (pressed !== undefined) return { chat, id: pressed.message_id, hasPhoto: "photo" in pressed }
  return session.window === null ? undefined : { chat, ...session.window }
}

/** The views for one update are shown one after the other. */
const makeTurns = () => {
  const turns = new WeakMap<BotContext, Semaphore.Semaphore>()
  return <A, E>(ctx: BotContext, effect: Effect.Effect<A, E>) => {
    const turn = turns.get(ctx) ?? Semaphore.makeUnsafe(1)
    turns.set(ctx, turn)
    return turn.withPermit(effect)
  }
}
