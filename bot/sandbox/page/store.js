// @ts-check
/** The state of the page, and the only way to draw it again. */

/** @import { Chat } from "./types.js" */

export const store = {
  bot: "",
  /** @type {Map<number, Chat>} */
  chats: new Map(),
  /** @type {number | null} Whose chat is open where there is room for one. */
  chosen: null,
  isLive: true,
  /** @type {Set<string>} Buttons that wait for the bot: chat, message and data. */
  pressed: new Set(),
  /** @type {Map<number, string>} What flies over a chat for a moment. */
  toasts: new Map(),
  /** @type {Set<number>} Chats whose list of commands is open. */
  menus: new Set(),
  /** @type {Set<number>} Chats whose keys are folded away. */
  folded: new Set(),
  /** @type {Map<number, number>} Until when the bot is said to be busy, by this page's clock. */
  busyUntil: new Map()
}

/** @type {() => void} */
let draw = () => {}
let isDue = false

export const onChange = (/** @type {() => void} */ then) => {
  draw = then
}

/** Draws again, at most once a frame. */
export const changed = () => {
  if (isDue) return
  isDue = true
  requestAnimationFrame(() => {
    isDue = false
    draw()
  })
}

const toastMillis = 4000

export const toast = (/** @type {number} */ chat, /** @type {string} */ text) => {
  store.toasts.set(chat, text)
  changed()
  setTimeout(() => {
    if (store.toasts.get(chat) !== text) return
    store.toasts.delete(chat)
    changed()
  }, toastMillis)
}

/** Adds the value if it is absent, else removes it. */
export const flip = (/** @type {Set<number>} */ set, /** @type {number} */ chat) => {
  if (!set.delete(chat)) set.add(chat)
  changed()
}
