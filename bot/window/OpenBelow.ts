/**
 * The buttons of a notification open their target in a new window below it, so that its message stays and can later
 * report the end.
 */
import { Effect } from "effect"
import type { MiddlewareFn } from "grammy"
import { HandlerRuntime } from "../HandlerRuntime.ts"
import type { BotContext } from "../session/Context.ts"
import { isGroup } from "../telegram/Broadcast.ts"
import { Window } from "./Window.ts"

/** The button's data is `<namespace>:to:` and the data of its target, or one of the `names` of targets, which groups have, too. */
export const make = Effect.fnUntraced(function* (namespace: string, names: Readonly<Record<string, string>> = {}) {
  const { promise } = yield* HandlerRuntime
  const window = yield* Window
  const start = `${namespace}:to:`

  /** Replaces the chat's old window; the press counts as one of the new window's buttons, with the data `to`. */
  const openBelow = Effect.fnUntraced(function* (ctx: BotContext, to: string) {
    const query = ctx.callbackQuery
    const message = query?.message
    if (query === undefined || message === undefined) return
    const chat = message.chat.id
    const shown = yield* window.send(chat, { text: ctx.translator.say("working") })
    const old = ctx.session.window
    ctx.session.window = { id: shown.id, hasPhoto: false }
    if (old !== null && old.id !== message.message_id) yield* window.remove(chat, old.id)
    query.data = to
    query.message = { chat: message.chat, message_id: shown.id, date: 0 }
  })

  const middleware: MiddlewareFn<BotContext> = async (ctx, next) => {
    const data = ctx.callbackQuery?.data ?? ""
    const to = data.startsWith(start) ? data.slice(start.length) : ""
    const named = names[to]
    // A group shows nothing else; older messages still have the buttons.
    const isShown = to !== "" && (named !== undefined || !isGroup(ctx.chat?.id ?? 0))
    if (isShown) await promise(openBelow(ctx, named ?? to))
    await next()
  }
  return middleware
})
