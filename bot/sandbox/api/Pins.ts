/** Pinned messages of a chat. A pin adds a service message, which the bot receives like everybody. */
import { Effect } from "effect"
import { addMessage, messageOf, notifyChange, type World } from "../Model.ts"
import type { Updates } from "../updates/Updates.ts"
import { messageJson } from "./Json.ts"
import { chatOf, openChat } from "./Messages.ts"
import type { Params } from "./Params.ts"
import { badRequest } from "./Refusal.ts"

export const pinChatMessage = Effect.fnUntraced(function* (world: World, params: Params, updates: Updates) {
  const chat = yield* openChat(world, params.chat_id)
  const message = messageOf(chat, params.message_id)
  if (message === undefined) return yield* badRequest("message to pin not found")
  if (message.isPinned) return true
  message.isPinned = true
  const service = yield* addMessage(world, chat, { from: world.bot.id, content: { pinnedMessage: message.id } })
  yield* updates.push("message", chat.id, messageJson(world, chat, service))
  return true
})

/** Without a message: the newest pinned one. */
export const unpinChatMessage = Effect.fnUntraced(function* (world: World, params: Params) {
  const chat = yield* chatOf(world, params.chat_id)
  const message =
    params.message_id === undefined
      ? chat.messages.findLast(({ isPinned }) => isPinned)
      : messageOf(chat, params.message_id)
  if (message === undefined) return yield* badRequest("message to unpin not found")
  message.isPinned = false
  notifyChange(world, chat)
  return true
})

export const unpinAllChatMessages = Effect.fnUntraced(function* (world: World, params: Params) {
  const chat = yield* chatOf(world, params.chat_id)
  for (const message of chat.messages) message.isPinned = false
  notifyChange(world, chat)
  return true
})
