/** The available methods by name in lower case, because Telegram ignores the case. */
import { Clock, Deferred, Duration, Effect } from "effect"
import { notifyChange, type World } from "../Model.ts"
import type { Updates } from "../updates/Updates.ts"
import { deleteMyCommands, getMyCommands, setMyCommands } from "./Commands.ts"
import { fileAnswer } from "./Files.ts"
import { botJson, chatJson, messageJson, userJson } from "./Json.ts"
import * as Messages from "./Messages.ts"
import type { Params } from "./Params.ts"
import * as Pins from "./Pins.ts"
import { badRequest, type Refusal } from "./Refusal.ts"

export type Method = (world: World, params: Params, updates: Updates) => Effect.Effect<unknown, Refusal>

const getMe: Method = (world) =>
  Effect.succeed({
    ...botJson(world),
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false
  })

const answerCallbackQuery: Method = Effect.fnUntraced(function* (world, params) {
  const now = yield* Clock.currentTimeMillis
  const query = world.queries.get(params.callback_query_id ?? "")
  const { answerWithinSeconds } = world.behaviour
  if (query === undefined || query.isAnswered || now - query.at > answerWithinSeconds * 1_000) {
    return yield* badRequest("query is too old and response timeout expired or query ID is invalid")
  }
  const { show_alert: alert = false, text = "", url } = params
  if (text.length > 200) return yield* badRequest("MESSAGE_TOO_LONG")
  query.isAnswered = true
  yield* Deferred.succeed(query.answer, { text, alert, url, waited: Duration.millis(now - query.at) })
  notifyChange(world, world.chats.get(query.chat))
  return true
})

const actions = [
  "typing",
  "upload_photo",
  "record_video",
  "upload_video",
  "record_voice",
  "upload_voice",
  "upload_document",
  "choose_sticker",
  "find_location",
  "record_video_note",
  "upload_video_note"
]

/** How long Telegram shows it. */
const actionMillis = 5_000

const sendChatAction: Method = Effect.fnUntraced(function* (world, { action = "", chat_id }) {
  const chat = yield* Messages.openChat(world, chat_id)
  if (!actions.includes(action)) return yield* badRequest("wrong parameter action in request")
  chat.action = { name: action, until: (yield* Clock.currentTimeMillis) + actionMillis }
  notifyChange(world, chat)
  return true
})

const getChat: Method = Effect.fnUntraced(function* (world, { chat_id }) {
  const chat = yield* Messages.chatOf(world, chat_id)
  // A person who blocked the bot is still reported, a group that removed it is not.
  if (!chat.isPrivate) yield* Messages.openChat(world, chat_id)
  const pinned = chat.messages.findLast(({ isPinned }) => isPinned)
  return {
    ...chatJson(world, chat),
    accent_color_id: 0,
    max_reaction_count: 11,
    ...(pinned === undefined ? {} : { pinned_message: messageJson(world, chat, pinned) })
  }
})

const getChatMember: Method = Effect.fnUntraced(function* (world, { chat_id, user_id = 0 }) {
  const chat = yield* Messages.chatOf(world, chat_id)
  const isKnown = user_id === world.bot.id || world.people.has(user_id)
  if (!isKnown) return yield* badRequest("member not found")
  const isMember = user_id === world.bot.id || chat.members.includes(user_id)
  return { user: userJson(world, user_id), status: isMember ? "member" : "left" }
})

const setChatMenuButton: Method = Effect.fnUntraced(function* (world, { chat_id, menu_button }) {
  if (chat_id !== undefined) yield* Messages.chatOf(world, chat_id)
  const type = menu_button?.type ?? "default"
  if (!["commands", "default", "web_app"].includes(type)) return yield* badRequest("MenuButton has unsupported type")
  return true
})

const named: Readonly<Record<string, Method>> = {
  getMe,
  getUpdates: (_, params, updates) => updates.get(params),
  setWebhook: (_, params, updates) => updates.setWebhook(params),
  deleteWebhook: (_, params, updates) => updates.deleteWebhook(params),
  getWebhookInfo: (_, __, updates) => updates.webhookInfo,
  sendMessage: Messages.sendMessage,
  sendPhoto: Messages.sendPhoto,
  sendDocument: Messages.sendDocument,
  copyMessage: Messages.copyMessage,
  editMessageText: Messages.editMessageText,
  editMessageCaption: Messages.editMessageCaption,
  editMessageReplyMarkup: Messages.editMessageReplyMarkup,
  editMessageMedia: Messages.editMessageMedia,
  deleteMessage: Messages.deleteMessage,
  deleteMessages: Messages.deleteMessages,
  pinChatMessage: Pins.pinChatMessage,
  unpinChatMessage: Pins.unpinChatMessage,
  unpinAllChatMessages: Pins.unpinAllChatMessages,
  answerCallbackQuery,
  sendChatAction,
  getFile: (world, { file_id }) => fileAnswer(world, file_id),
  setMyCommands,
  getMyCommands,
  deleteMyCommands,
  setChatMenuButton,
  getChat,
  getChatMember
}

export const methods: ReadonlyMap<string, { readonly name: string; readonly run: Method }> = new Map(
  Object.entries(named).map(([name, run]) => [name.toLowerCase(), { name, run }])
)
