/**
 * The path of an update: a press is acknowledged before anything else; then come the queue of its chat, the session,
 * the sender, and the features. Typed text is deleted once it was handled.
 */
import { sequentialize } from "@grammyjs/runner"
import { Duration, Effect, Fiber } from "effect"
import { type Composer, type Context, type MiddlewareFn, session } from "grammy"
import { code } from "../../core/plugin/chat/Html.ts"
import { sentenceOf } from "../FailureText.ts"
import { type Feature, isAdmin } from "../Feature.ts"
import { HandlerRuntime } from "../HandlerRuntime.ts"
import { Broadcast } from "../telegram/Broadcast.ts"
import { asTopic, textOf } from "../telegram/Destination.ts"
import { MigratedGroups } from "../telegram/MigratedGroups.ts"
import { Telegram } from "../telegram/Telegram.ts"
import { topicOf } from "../telegram/Topics.ts"
import type { MainMenu } from "../window/Menu.ts"
import { Window } from "../window/Window.ts"
import * as Access from "./Access.ts"
import type { BotContext } from "./Context.ts"
import { logInput } from "./InputLog.ts"
import { initial } from "./Session.ts"
import { Sessions } from "./Sessions.ts"

/** How long work waits for the acknowledgement: when many people press at once, all acknowledgements go first. */
const lead = Duration.millis(250)

export interface Parts {
  readonly guests: Composer<BotContext>
  readonly features: ReadonlyArray<Feature>
  readonly menu: MainMenu["Service"]
}

/** Each topic of a group is a chat of its own. */
const chatOf = (ctx: Pick<Context, "callbackQuery" | "chat" | "message">): string =>
  [ctx.chat?.id ?? "", topicOf(ctx)].filter((part) => part !== undefined).join(":")

/** A person who writes in the name of the group cannot be told from its other admins. */
const isAnonymous = ({ chat, message }: BotContext): boolean =>
  chat !== undefined && message?.sender_chat?.id === chat.id

export const install = Effect.fn("Middleware.install")(function* ({ features, guests, menu }: Parts) {
  const { bot, call } = yield* Telegram
  const { runInBackground, on, promise } = yield* HandlerRuntime
  const sessions = yield* Sessions
  const window = yield* Window
  const [broadcast, moved] = [yield* Broadcast, yield* MigratedGroups]
  const { fallback, identify, noteBlock } = yield* Access.make

  const acknowledgements = new WeakMap<Context, Fiber.Fiber<unknown>>()

  const acknowledge: MiddlewareFn<BotContext> = (ctx, next) => {
    const id = ctx.callbackQuery?.id
    if (id !== undefined) {
      acknowledgements.set(ctx, runInBackground(call((api) => api.answerCallbackQuery(id))))
    }
    return next()
  }

  /** Runs within the chat's queue, so that nothing overtakes a press. */
  const letItPass: MiddlewareFn<BotContext> = async (ctx, next) => {
    const acknowledgement = acknowledgements.get(ctx)
    if (acknowledgement !== undefined) await promise(Effect.timeoutOption(Fiber.await(acknowledgement), lead))
    await next()
  }

  /** Handles failures outside the handlers' own guard: the session or the directory cannot be read. */
  const guard: MiddlewareFn<BotContext> = async (ctx, next) => {
    try {
      await next()
    } catch (cause) {
      const failure = cause instanceof Error && "_tag" in cause ? cause : undefined
      const chat = ctx.chat?.id
      await promise(
        Effect.logWarning("an update could not be handled", cause).pipe(
          Effect.annotateLogs({ service: "Middleware", update_id: ctx.update.update_id }),
          Effect.andThen(
            chat === undefined ? Effect.void : Effect.ignore(window.send(chat, { text: sentenceOf(failure, fallback) }))
          )
        )
      )
    }
  }

  /** Deletes commands and answers once they were read; contacts and files stay. */
  const tidy: MiddlewareFn<BotContext> = async (ctx, next) => {
    await next()
    const { message } = ctx
    if (message?.text !== undefined) await promise(window.remove(message.chat.id, message.message_id))
  }

  /** A command is never the answer to a question. */
  const forgetQuestion: MiddlewareFn<BotContext> = (ctx, next) => {
    if (ctx.message?.text?.startsWith("/") === true) ctx.session.expects = null
    return next()
  }

  const identified: MiddlewareFn<BotContext> = async (ctx, next) => {
    await promise(identify(ctx))
    await next()
  }

  const say = (text: (ctx: BotContext) => string) => (ctx: BotContext) =>
    promise(
      ctx.chat === undefined
        ? Effect.void
        : Effect.ignore(window.send(ctx.chat.id, { text: text(ctx) }, { topic: topicOf(ctx) }))
    )

  const storage = {
    read: (key: string) => promise(sessions.read(key)),
    write: (key: string, value: Parameters<typeof sessions.write>[1]) => promise(sessions.write(key, value)),
    delete: (key: string) => promise(sessions.remove(key))
  }

  /** Tracks whether the bot may write in a group, and the group's id. */
  const membership: MiddlewareFn<BotContext> = async (ctx, next) => {
    const { chat, message, myChatMember } = ctx
    if (chat === undefined || chat.type === "private") return await next()
    const to = message?.migrate_to_chat_id
    if (to !== undefined) await promise(moved.note(chat.id, to))
    const status = myChatMember?.new_chat_member.status
    if (status === "member" || status === "administrator") await promise(broadcast.found(chat.id))
    await next()
  }

  const note: MiddlewareFn<BotContext> = async (ctx, next) => {
    await promise(logInput(ctx))
    await next()
  }

  bot.use(guard, acknowledge, sequentialize(chatOf), letItPass, note, membership)
  const sessionOfChat = session({ initial, storage, getSessionKey: chatOf })
  // A group only serves admins, with few features: `chats:` in bot.yaml needs its id.
  const groups = bot.chatType(["group", "supergroup"]).on(["message:entities:bot_command", "callback_query:data"])
  groups.use(identified)
  groups.filter(isAnonymous).command(
    ["id", "mute"],
    say(() => fallback.say("group-anonymous"))
  )
  const led = groups.filter(isAdmin)
  led.use(sessionOfChat)
  led.command(
    "id",
    say((ctx) => code(textOf({ chat: ctx.chat?.id ?? 0, ...asTopic(topicOf(ctx)) })))
  )
  led.use(...features.flatMap(({ groups }) => (groups === undefined ? [] : [groups])))

  const chats = bot.chatType("private")
  // Telegram's notice that the bot pinned a message: its sender is the bot.
  chats.on(
    "message:pinned_message",
    on(({ message }) => window.remove(message.chat.id, message.message_id))
  )
  const direct = chats.filter(({ from }) => from?.is_bot !== true)
  direct.use(sessionOfChat, identified)
  direct.on("my_chat_member", on(noteBlock))
  const talk = direct.on(["message:text", "message:contact", "message:file", "callback_query"])
  // The menu comes first: it is also drawn for a person who has just signed in.
  talk.use(tidy, forgetQuestion, menu.fill(features.flatMap(({ entries = [] }) => entries)), Access.forGuests(guests))
  const showMenu = on(menu.show)
  talk.command(["start", "menu"], showMenu)
  talk.callbackQuery("menu", showMenu)
  talk.use(...features.map(({ composer }) => composer))
  // Buttons of old messages, and texts that answer no question.
  talk.use(showMenu)
})
