/**
 * The buttons of an alert open their target in a new window below it, so that the alert's message stays and can later
 * report the end.
 */
import { Effect } from "effect"
import type { MiddlewareFn } from "grammy"
import { HandlerRuntime } from "../../HandlerRuntime.ts"
import type { BotContext } from "../../session/Context.ts"
import { isGroup } from "../../telegram/Broadcast.ts"
import { Window } from "../../window/Window.ts"

export const make = Effect.gen(function* () {
  const { promise } = yield* HandlerRuntime
  const window = yield* Window

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
    const [, to] = /^alerts:to:(.+)$/.exec(ctx.callbackQuery?.data ?? "") ?? []
    // A group shows nothing else; older messages still have the buttons.
    const isShown = to === "mute" || !isGroup(ctx.chat?.id ?? 0)
    if (to !== undefined && isShown) await promise(openBelow(ctx, to === "mute" ? "alerts:mutes" : to))
    await next()
  }
  return middleware
})
