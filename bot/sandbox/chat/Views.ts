/** The chats as the page draws them, and the stream that reports every change. */
import { commandsFor } from "../api/Commands.ts"
import { type Chat, type Content, type Message, messageOf, type StoredFile, type World } from "../Model.ts"

const fileView = ({ bytes, height, id, name, width }: StoredFile) => ({ id, name, size: bytes.length, width, height })

/** Returns the text in one line; hidden text stays hidden. */
const summaryOf = ({ contact, document, entities = [], photo, text = "" }: Content): string => {
  const shown = entities
    .filter(({ type }) => type === "spoiler")
    .reduce((all, { length, offset }) => all.slice(0, offset) + "▒".repeat(length) + all.slice(offset + length), text)
  return shown || (photo === undefined ? (document?.name ?? contact?.phone ?? "") : "Фото")
}

const messageView = (world: World, chat: Chat, message: Message) => {
  const { contact, document, entities = [], photo, pinnedMessage, text = "" } = message.content
  const pinned = messageOf(chat, pinnedMessage)
  const answered = messageOf(chat, message.replyTo)
  return {
    id: message.id,
    isMine: message.from !== world.bot.id,
    at: message.at,
    text,
    entities,
    photo: photo === undefined ? null : fileView(photo),
    document: document === undefined ? null : fileView(document),
    contact: contact === undefined ? null : { name: contact.firstName, phone: contact.phone },
    summary: summaryOf(message.content),
    pinned: pinnedMessage === undefined ? null : summaryOf(pinned?.content ?? {}),
    reply: answered === undefined ? null : summaryOf(answered.content),
    isPinned: message.isPinned,
    isEdited: message.edits > 0,
    rows: (message.inline ?? []).map((row) =>
      row.map(({ callback_data, copy_text, text: label, url }) => ({
        text: label,
        data: callback_data ?? null,
        url: url ?? null,
        copy: copy_text?.text ?? null
      }))
    )
  }
}

const chatView = (world: World, chat: Chat) => ({
  id: chat.id,
  name: chat.title,
  isStarted: chat.isStarted,
  isBlocked: chat.isBlocked,
  action: chat.action ?? null,
  keyboard: chat.keyboard ?? null,
  commands: commandsFor(world, chat.id),
  messages: chat.messages.map((message) => messageView(world, chat, message))
})

/** The roles of the two default people. */
export type Roles = Readonly<Record<number, string>>

/**
 * Server-sent events, each with the changed chats; the first has all of them. A reader who left is removed at the next
 * change.
 */
export async function* events(world: World, roles: Roles): AsyncGenerator<string> {
  const lastTexts = new Map<number, string>()
  let wake = () => {}
  const listener = () => wake()
  world.listeners.add(listener)
  try {
    while (true) {
      const chats = [...world.chats.values()]
        .filter(({ isPrivate }) => isPrivate)
        .map((chat) => ({ ...chatView(world, chat), role: roles[chat.id] ?? null }))
        .filter((chat) => {
          const text = JSON.stringify(chat)
          const isNew = lastTexts.get(chat.id) !== text
          lastTexts.set(chat.id, text)
          return isNew
        })
      if (chats.length > 0) yield `data: ${JSON.stringify({ bot: world.bot.name, chats })}\n\n`
      else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  } finally {
    world.listeners.delete(listener)
  }
}
