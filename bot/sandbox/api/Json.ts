/** The objects of the world in the JSON of the Bot API. */

import { type Chat, type Content, type Message, messageOf, type User, type World } from "../Model.ts"
import { documentJson, photoJson } from "./Files.ts"

export const botJson = ({ bot }: World): object => ({
  id: bot.id,
  is_bot: true,
  first_name: bot.name,
  username: bot.username
})

export const personJson = ({ id, name }: User): object => {
  const [first = name, ...rest] = name.split(" ")
  const last = rest.join(" ")
  return {
    id,
    is_bot: false,
    first_name: first,
    ...(last === "" ? {} : { last_name: last }),
    language_code: "ru"
  }
}

export const userJson = (world: World, id: number): object => {
  const person = world.people.get(id)
  return person === undefined ? botJson(world) : personJson(person)
}

export const chatJson = (world: World, chat: Chat): object => {
  if (!chat.isPrivate) return { id: chat.id, type: "supergroup", title: chat.title }
  const { is_bot: _, language_code: __, ...names } = { is_bot: 0, language_code: 0, ...userJson(world, chat.id) }
  return { ...names, type: "private" }
}

export const messageJson = (world: World, chat: Chat, message: Message, isWhole = true): object => {
  const { content, editedAt, inline, replyTo } = message
  const answered = isWhole ? messageOf(chat, replyTo) : undefined
  const pinned = isWhole ? messageOf(chat, content.pinnedMessage) : undefined
  return {
    message_id: message.id,
    from: userJson(world, message.from),
    chat: chatJson(world, chat),
    date: toSeconds(message.at),
    ...(editedAt === undefined ? {} : { edit_date: toSeconds(editedAt) }),
    ...(answered === undefined ? {} : { reply_to_message: messageJson(world, chat, answered, false) }),
    ...contentJson(content),
    ...(pinned === undefined ? {} : { pinned_message: messageJson(world, chat, pinned, false) }),
    ...(inline === undefined ? {} : { reply_markup: { inline_keyboard: inline } })
  }
}

const contentJson = ({ contact, document, entities = [], photo, text }: Content): object => {
  const isCaption = photo !== undefined || document !== undefined
  return {
    ...(text === undefined || text === "" ? {} : { [isCaption ? "caption" : "text"]: text }),
    ...(entities.length === 0 ? {} : { [isCaption ? "caption_entities" : "entities"]: entities }),
    ...(photo === undefined ? {} : { photo: photoJson(photo) }),
    ...(document === undefined ? {} : { document: documentJson(document) }),
    ...(contact === undefined
      ? {}
      : {
          contact: {
            phone_number: contact.phone,
            first_name: contact.firstName,
            ...(contact.userId === undefined ? {} : { user_id: contact.userId })
          }
        })
  }
}

export const toSeconds = (millis: number): number => Math.floor(millis / 1_000)
