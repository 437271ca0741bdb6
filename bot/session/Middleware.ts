/**
 * The path of an update: a press is acknowledged before anything else; then come the queue of its chat, the session,
 * the sender, and the features. Typed text is deleted once it was handled.
 */
import { sequentialize } from "@grammyjs/runner"
import { Effect } from "effect"
import { Composer, type Context, type MiddlewareFn, session } from "grammy"
import { code } from "../../core/plugin/chat/Html.ts"
import type { Translator } from "../../core/plugin/chat/Translator.ts"
import { sentenceOf } from "../FailureText.ts"
import { type Feature, isAdmin } from "../Feature.ts"
import { HandlerRuntime } from "../HandlerRuntime.ts"
import { isStaff } from "../people/Person.ts"
import { Broadcast } from "../telegram/Broadcast.ts"
import { asTopic, textOf } from "../telegram/Destination.ts"
import { MigratedGroups } from "../telegram/MigratedGroups.ts"
import { Telegram } from "../telegram/Telegram.ts"
import { topicOf } from "../telegram/Topics.ts"
import type { MainMenu } from "../window/Menu.ts"
import { Window } from "../window/Window.ts"
import * as Acknowledgements from "./Acknowledgements.ts"
import * as ChatAccess from "./ChatAccess.ts"
import { initial } from "./ChatSession.ts"
import type { BotContext } from "./Context.ts"
import { logInput } from "./InputLog.ts"
import { Sessions } from "./Sessions.ts"

export interface Parts {
  readonly guests: Composer<BotContext>
  readonly features: ReadonlyArray<Feature>
  readonly menu: MainMenu["Service"]
}

/** Each topic of a group is a chat of its own. */
const chatOf = (ctx: Pick<Context, "callbackQuery" | "chat" | "message">): string =>
  [ctx.chat?.id ?? "", topicOf(ctx)].filter((part) => part !== undefined).join(":")

/** A person who writes in the name of the group cannot be distinguished from its other admins. */
const isAnonymous = ({ chat, message }: BotContext): boolean =>
  chat !== undefined && message?.sender_chat?.id === chat.id

export const install = Effect.fn("Middleware.install")(function* (parts: Parts) {
  const { bot } = yield* Telegram
  const { promise } = yield* HandlerRuntime
  const { fallback, identify, noteBlock } = yield* ChatAccess.make
  const { acknowledge, waitForIt } = yield* Acknowledgements.make

  const note: MiddlewareFn<BotContext> = async (ctx, next) => {
    await promise(logInput(ctx))
    await next()
  }

  const identified: MiddlewareFn<BotContext> = async (ctx, next) => {
    await promise(identify(ctx))
    await next()
  }

  const [guard, membership] = [yield* makeGuard(fallback), yield* makeMembership]
  bot.use(guard, acknowledge, sequentialize(chatOf), waitForIt, note, membership)
  const sessionOfChat = session({ initial, storage: yield* makeStorage, getSessionKey: chatOf })
  const groups = bot.chatType(["group", "supergroup"]).on(["message:entities:bot_command", "callback_query:data"])
  groups.use(identified, yield* makeGroups(sessionOfChat, parts.features, fallback))

  const chats = bot.chatType("private")
  const { on } = yield* HandlerRuntime
  const window = yield* Window
  // Telegram's notice that the bot pinned a message: its sender is the bot.
  chats.on(
    "message:pinned_message",
    on(({ message }) => window.remove(message.chat.id, message.message_id))
  )
  const direct = chats.filter(({ from }) => from?.is_bot !== true)
  direct.use(sessionOfChat, identified)
  direct.on("my_chat_member", on(noteBlock))
  direct.on(["message:text", "message:contact", "message:file", "callback_query"]).use(yield* makeChats(parts))
})

/** A group only serves admins, with few features: `chats:` in bot.yaml needs its id. */
const makeGroups = Effect.fnUntraced(function* (
  sessionOfChat: MiddlewareFn<BotContext>,
  features: ReadonlyArray<Feature>,
  fallback: Translator
) {
  const { promise } = yield* HandlerRuntime
  const window = yield* Window
  const say = (text: (ctx: BotContext) => string) => (ctx: BotContext) =>
    promise(
      ctx.chat === undefined
        ? Effect.void
        : Effect.ignore(window.send(ctx.chat.id, { text: text(ctx) }, { topic: topicOf(ctx) }))
    )

  const composer = new Composer<BotContext>()
  composer.filter(isAnonymous).command(
    ["id", "mute"],
    say(() => fallback.say("group-anonymous"))
  )
  const led = composer.filter(isAdmin)
  led.use(sessionOfChat)
  led.command(
    "id",
    say((ctx) => code(textOf({ chat: ctx.chat?.id ?? 0, ...asTopic(topicOf(ctx)) })))
  )
  led.use(...features.flatMap(({ groups }) => (groups === undefined ? [] : [groups])))
  return composer
})

/** For private chats. */
const makeChats = Effect.fnUntraced(function* ({ features, guests, menu }: Parts) {
  const { on, promise } = yield* HandlerRuntime
  const window = yield* Window

  /** Deletes commands and answers once they were read; contacts and files stay. */
  const tidy: MiddlewareFn<BotContext> = async (ctx, next) => {
    await next()
    const { message } = ctx
    if (message?.text !== undefined) await promise(window.remove(message.chat.id, message.message_id))
  }

  const composer = new Composer<BotContext>()
  // The menu comes first: it is also drawn for a person who has just signed in.
  composer.use(
    tidy,
    forgetQuestion,
    menu.fill(features.flatMap(({ entries = [] }) => entries)),
    ChatAccess.forGuests(guests)
  )
  const showMenu = on(menu.show)
  composer.command(["start", "menu"], showMenu)
  composer.callbackQuery("menu", showMenu)
  const [staff, owners] = [new Composer<BotContext>(), new Composer<BotContext>()]
  staff.use(...features.map(({ composer }) => composer))
  owners.use(...features.flatMap(({ ofOwners }) => ofOwners ?? []))
  composer.branch(({ person }) => person !== undefined && isStaff(person), staff, owners)
  // Buttons of old messages, and texts that answer no question.
  composer.use(showMenu)
  return composer
})

/** A command is never the answer to a question. */
const forgetQuestion: MiddlewareFn<BotContext> = (ctx, next) => {
  if (ctx.message?.text?.startsWith("/") === true) ctx.session.expects = null
  return next()
}

/** Handles failures outside the handlers' own guard: the session or the directory cannot be read. */
const makeGuard = Effect.fnUntraced(function* (fallback: Translator) {
  const { promise } = yield* HandlerRuntime
  const window = yield* Window
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
  return guard
})

const makeStorage = Effect.gen(function* () {
  const { promise } = yield* HandlerRuntime
  const sessions = yield* Sessions
  return {
    read: (key: string) => promise(sessions.read(key)),
    write: (key: string, value: Parameters<typeof sessions.write>[1]) => promise(sessions.write(key, value)),
    delete: (key: string) => promise(sessions.remove(key))
  }
})

/** Tracks whether the bot may write in a group, and the group's id. */
const makeMembership = Effect.gen(function* () {
  const { promise } = yield* HandlerRuntime
  const [broadcast, moved] = [yield* Broadcast, yield* MigratedGroups]
  const membership: MiddlewareFn<BotContext> = async (ctx, next) => {
    const { chat, message, myChatMember } = ctx
    if (chat === undefined || chat.type === "private") return await next()
    const to = message?.migrate_to_chat_id
    if (to !== undefined) await promise(moved.note(chat.id, to))
    const status = myChatMember?.new_chat_member.status
    if (status === "member" || status === "administrator") await promise(broadcast.found(chat.id))
    await next()
  }
  return membership
})
