/** Messages that the bot sends, edits and deletes. */
import { Clock, Effect } from "effect"
import { addMessage, type Chat, type Content, type Message, messageOf, notifyChange, type World } from "../Model.ts"
import { detectEntities, type FormattedText, parseHtml, trimText } from "./Entities.ts"
import { fileOf } from "./Files.ts"
import { checkFlood } from "./Flood.ts"
import { messageJson } from "./Json.ts"
import { checkMarkup, type Markup } from "./Keyboards.ts"
import type { Params } from "./Params.ts"
import { badRequest, blocked, kicked, notInitiated, type Refusal, upgraded } from "./Refusal.ts"

const maxLength = { text: 4_096, caption: 1_024 }

/** The bot knows a person whom it only saw in a group, but the person still has to write first. */
export const chatOf = Effect.fnUntraced(function* (
  world: World,
  id: Params["chat_id"]
): Effect.fn.Return<Chat, Refusal> {
  if (id === undefined || id === "") return yield* badRequest("chat_id is empty")
  const chat = world.chats.get(Number(id))
  if (chat === undefined) return yield* badRequest("chat not found")
  if (chat.movedTo !== undefined) return yield* upgraded(chat.movedTo)
  if (chat.isStarted) return chat
  const isSeen = [...world.chats.values()].some(({ isPrivate, members }) => !isPrivate && members.includes(chat.id))
  return yield* isSeen ? notInitiated : badRequest("chat not found")
})

/** Returns the chat if the bot may write there now. */
export const openChat = Effect.fnUntraced(function* (
  world: World,
  id: Params["chat_id"]
): Effect.fn.Return<Chat, Refusal> {
  const chat = yield* chatOf(world, id)
  if (chat.isBlocked) return yield* chat.isPrivate ? blocked : kicked
  return chat
})

const formatted = Effect.fnUntraced(function* (
  text: string,
  { mode, entities = [] }: { readonly mode: string | undefined; readonly entities: Params["entities"] }
): Effect.fn.Return<FormattedText, Refusal> {
  if (mode === undefined || mode === "") return detectEntities(trimText({ text, entities }))
  if (mode.toLowerCase() !== "html") return yield* badRequest("unsupported parse_mode")
  return detectEntities(yield* parseHtml(text))
})

const textOf = Effect.fnUntraced(function* (params: Params): Effect.fn.Return<FormattedText, Refusal> {
  const content = yield* formatted(params.text ?? "", { mode: params.parse_mode, entities: params.entities })
  if (content.text === "") return yield* badRequest("message text is empty")
  if (content.text.length > maxLength.text) return yield* badRequest("message is too long")
  return content
})

const captionOf = Effect.fnUntraced(function* (
  params: Pick<Params, "caption" | "caption_entities" | "parse_mode">
): Effect.fn.Return<FormattedText, Refusal> {
  const content = yield* formatted(params.caption ?? "", { mode: params.parse_mode, entities: params.caption_entities })
  if (content.text.length > maxLength.caption) return yield* badRequest("message caption is too long")
  return content
})

const replyTo = Effect.fnUntraced(function* (
  chat: Chat,
  { reply_parameters, reply_to_message_id }: Params
): Effect.fn.Return<number | undefined, Refusal> {
  const id = reply_parameters?.message_id ?? reply_to_message_id
  if (id === undefined || messageOf(chat, id) !== undefined) return id
  if (reply_parameters?.allow_sending_without_reply === true) return undefined
  return yield* badRequest("message to be replied not found")
})

const sent = Effect.fnUntraced(function* (
  world: World,
  { chat, content, params }: { readonly chat: Chat; readonly content: Content; readonly params: Params }
) {
  const markup = yield* checkMarkup(params.reply_markup, chat.isPrivate)
  const answered = yield* replyTo(chat, params)
  yield* checkFlood(world, chat)
  applyKeyboard(chat, markup)
  const { inline, isFixed } = markup
  const message = yield* addMessage(world, chat, { from: world.bot.id, content, inline, isFixed, replyTo: answered })
  return messageJson(world, chat, message)
})

const applyKeyboard = (chat: Chat, { keyboard }: Markup): void => {
  if (keyboard !== undefined) chat.keyboard = keyboard === "remove" ? undefined : keyboard
}

export const sendMessage = Effect.fnUntraced(function* (world: World, params: Params) {
  const content = yield* textOf(params)
  const chat = yield* openChat(world, params.chat_id)
  return yield* sent(world, { chat, content, params })
})

export const sendPhoto = Effect.fnUntraced(function* (world: World, params: Params) {
  const chat = yield* openChat(world, params.chat_id)
  const photo = yield* fileOf(world, "photo", params, params.photo)
  return yield* sent(world, { chat, content: { ...(yield* captionOf(params)), photo }, params })
})

export const sendDocument = Effect.fnUntraced(function* (world: World, params: Params) {
  const chat = yield* openChat(world, params.chat_id)
  const document = yield* fileOf(world, "document", params, params.document)
  return yield* sent(world, { chat, content: { ...(yield* captionOf(params)), document }, params })
})

export const copyMessage = Effect.fnUntraced(function* (world: World, params: Params) {
  const chat = yield* openChat(world, params.chat_id)
  const from = yield* chatOf(world, params.from_chat_id)
  const message = messageOf(from, params.message_id)
  if (message === undefined) return yield* badRequest("message to copy not found")
  if (message.content.pinnedMessage !== undefined) return yield* badRequest("message can't be copied")
  const caption = params.caption === undefined ? {} : yield* captionOf(params)
  yield* sent(world, { chat, content: { ...message.content, ...caption }, params })
  return { message_id: world.lastMessage }
})

const isOld = (world: World, message: Message) =>
  Effect.map(Clock.currentTimeMillis, (now) => now - message.at > world.behaviour.changeableHours * 3_600_000)

/** Returns the message to edit, which must be the bot's own. */
const editable = Effect.fnUntraced(function* (world: World, params: Params) {
  const chat = yield* openChat(world, params.chat_id)
  if (params.message_id === undefined) return yield* badRequest("message identifier is not specified")
  const message = messageOf(chat, params.message_id)
  if (message === undefined) return yield* badRequest("message to edit not found")
  const isOwn = message.from === world.bot.id && message.content.pinnedMessage === undefined
  if (!isOwn || message.isFixed || (yield* isOld(world, message))) return yield* badRequest("message can't be edited")
  return { chat, message }
})

const unmodified = badRequest(
  "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"
)

/** An edit without buttons removes the buttons. */
const edit = Effect.fnUntraced(function* (
  world: World,
  {
    chat,
    content,
    message,
    params
  }: {
    readonly chat: Chat
    readonly message: Message
    readonly content: Content
    readonly params: Params
  }
) {
  const { inline, isFixed } = yield* checkMarkup(params.reply_markup, chat.isPrivate)
  if (isFixed) return yield* badRequest("inline keyboard expected")
  const isSame = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
  if (isSame(comparable(content), comparable(message.content)) && isSame(inline, message.inline)) {
    return yield* unmodified
  }
  yield* checkFlood(world, chat)
  message.content = content
  message.inline = inline
  message.edits++
  message.editedAt = yield* Clock.currentTimeMillis
  notifyChange(world, chat)
  return messageJson(world, chat, message)
})

const comparable = ({ document, entities = [], photo, text = "" }: Content) => [
  text,
  entities.map(({ length, offset, type, url }) => [type, offset, length, url]),
  photo?.id,
  document?.id
]

const isMedia = ({ document, photo }: Content): boolean => photo !== undefined || document !== undefined

export const editMessageText = Effect.fnUntraced(function* (world: World, params: Params) {
  const content = yield* textOf(params)
  const { chat, message } = yield* editable(world, params)
  if (message.content.text === undefined || isMedia(message.content)) {
    return yield* badRequest("there is no text in the message to edit")
  }
  return yield* edit(world, { chat, message, content, params })
})

export const editMessageCaption = Effect.fnUntraced(function* (world: World, params: Params) {
  const { chat, message } = yield* editable(world, params)
  if (!isMedia(message.content)) return yield* badRequest("there is no caption in the message to edit")
  const { entities: _, text: __, ...media } = message.content
  return yield* edit(world, { chat, message, content: { ...media, ...(yield* captionOf(params)) }, params })
})

export const editMessageReplyMarkup = Effect.fnUntraced(function* (world: World, params: Params) {
  const { chat, message } = yield* editable(world, params)
  return yield* edit(world, { chat, message, content: message.content, params })
})

export const editMessageMedia = Effect.fnUntraced(function* (world: World, params: Params) {
  const { chat, message } = yield* editable(world, params)
  const { media } = params
  if (media === undefined) return yield* badRequest("media is not specified")
  if (media.type !== "photo" && media.type !== "document") return yield* badRequest("unsupported media type")
  const file = yield* fileOf(world, media.type, params, media.media)
  const content = { ...(yield* captionOf(media)), [media.type]: file }
  return yield* edit(world, { chat, message, content, params })
})

export const deleteMessage = Effect.fnUntraced(function* (world: World, params: Params) {
  const chat = yield* chatOf(world, params.chat_id)
  if (params.message_id === undefined) return yield* badRequest("message identifier is not specified")
  const message = messageOf(chat, params.message_id)
  if (message === undefined) return yield* badRequest("message to delete not found")
  if (yield* isOld(world, message)) return yield* badRequest("message can't be deleted for everyone")
  // The bot is no administrator of a group.
  if (!chat.isPrivate && message.from !== world.bot.id) return yield* badRequest("message can't be deleted")
  chat.messages.splice(chat.messages.indexOf(message), 1)
  notifyChange(world, chat)
  return true
})

/** Messages that do not exist, or cannot be deleted, are skipped. */
export const deleteMessages = Effect.fnUntraced(function* (world: World, params: Params) {
  const { message_ids: ids = [] } = params
  yield* chatOf(world, params.chat_id)
  if (ids.length === 0) return yield* badRequest("message identifiers are not specified")
  if (ids.length > 100) return yield* badRequest("too many message identifiers specified")
  yield* Effect.forEach(ids, (id) => Effect.ignore(deleteMessage(world, { ...params, message_id: id })), {
    discard: true
  })
  return true
})
