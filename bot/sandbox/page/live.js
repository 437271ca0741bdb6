// @ts-check
/** What changes in the chats, as it happens. A lost connection is tried again by the browser itself. */
import { changed, store } from "./store.js"

/** As long as Telegram shows what a bot is doing. */
const busyMillis = 5000

/** @import { Chat } from "./types.js" */

const heard = (/** @type {Chat} */ chat) => {
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
    for (const chat of chats) heard(chat)
    store.chosen ??= chats[0]?.id ?? null
    changed()
  }
}
