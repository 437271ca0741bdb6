// @ts-check
/** Receives changes of the chats as they happen. The browser itself restores a lost connection. */
import { changed, store } from "./store.js"

/** How long Telegram shows a bot's action. */
const busyMillis = 5000

/** @import { Chat } from "./types.js" */

const update = (/** @type {Chat} */ chat) => {
  const before = store.chats.get(chat.id)
  store.chats.set(chat.id, chat)
  if (chat.action === null) store.busyUntil.delete(chat.id)
  else if (before?.action?.until !== chat.action.until) {
    store.busyUntil.set(chat.id, performance.now() + busyMillis)
    setTimeout(changed, busyMillis + 50)
  }
}

export const start = () => {
  const source = new EventSource("/_chat/events")
  source.onopen = () => {
    store.isLive = true
    changed()
  }
  source.onerror = () => {
    store.isLive = false
    changed()
  }
  source.onmessage = ({ data }) => {
    const { bot, chats } = JSON.parse(data)
    store.bot = bot
    for (const chat of chats) update(chat)
    store.chosen ??= chats[0]?.id ?? null
    changed()
  }
}
