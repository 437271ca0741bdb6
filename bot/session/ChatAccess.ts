/** Identifies the sender of an update and their language; strangers only reach the sign-in. */
import { Effect } from "effect"
import type { Composer, MiddlewareFn } from "grammy"
import { Locales } from "../i18n/Locales.ts"
import { Directory } from "../people/Directory.ts"
import type { BotContext } from "./Context.ts"

/** Returns the name that the person has in Telegram. */
export const nameOf = ({ from }: Pick<BotContext, "from">): string =>
  [from?.first_name, from?.last_name].filter((part) => part !== undefined && part !== "").join(" ") || "?"

export const make = Effect.gen(function* () {
  const directory = yield* Directory
  const locales = yield* Locales

  const identify = Effect.fnUntraced(function* (ctx: BotContext) {
    const telegramId = yield* Effect.orDie(Effect.fromNullishOr(ctx.from?.id))
    if ((yield* directory.find(telegramId)) !== undefined) yield* directory.meet(telegramId, nameOf(ctx))
    const person = yield* directory.find(telegramId)
    ctx.person = person
    ctx.translator = locales.in(person?.locale)
    if (person?.blocked === true && ctx.myChatMember === undefined) yield* directory.setBlocked(telegramId, false)
  })

  /** Marks a person who blocked the bot, so that nothing more is sent to them. */
  const noteBlock = (ctx: BotContext) => {
    const status = ctx.myChatMember?.new_chat_member.status
    return ctx.person === undefined
      ? Effect.void
      : directory.setBlocked(ctx.person.telegramId, status === "kicked" || status === "left")
  }

  return { identify, noteBlock, fallback: locales.in(undefined) }
})

export const forGuests =
  (guests: Composer<BotContext>): MiddlewareFn<BotContext> =>
  (ctx, next) =>
    ctx.person === undefined ? guests.middleware()(ctx, async () => {}) : next()
