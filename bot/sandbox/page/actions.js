// @ts-check
/** The actions of a person; a failure is shown over the chat. */
import { alertOf } from "./alert.js"
import { changed, store, toast } from "./store.js"

/**
 * @param {number} chat
 * @param {string} path
 * @param {BodyInit} body
 */
const post = async (chat, path, body) => {
  try {
    const answer = await fetch(`/_chat/${chat}/${path}`, { method: "POST", headers: { "x-tributary": "chat" }, body })
    const result = await answer.json()
    if (answer.ok) return result
    toast(chat, path === "press" ? "Бот не ответил на нажатие." : result.error)
  } catch {
    toast(chat, "Песочница не отвечает. Она запущена?")
  }
  return null
}

const act = (/** @type {number} */ chat, /** @type {string} */ verb, /** @type {object} */ input = {}) =>
  post(chat, verb, JSON.stringify(input))

export const send = (/** @type {number} */ chat, /** @type {string} */ text) => act(chat, "send", { text })

export const tap = (/** @type {number} */ chat, /** @type {string} */ text) => act(chat, "tap", { text })

export const contact = (/** @type {number} */ chat) => act(chat, "contact")

export const block = (/** @type {number} */ chat) => act(chat, "block")

export const unblock = (/** @type {number} */ chat) => act(chat, "unblock")

export const attach = (/** @type {number} */ chat, /** @type {File} */ file, /** @type {string} */ caption) => {
  const query = new URLSearchParams({ name: file.name, ...(caption === "" ? {} : { caption }) })
  return post(chat, `document?${query}`, file)
}

export const keyOf = (/** @type {number} */ chat, /** @type {number} */ message, /** @type {string} */ data) =>
  `${chat} ${message} ${data}`

export const press = async (/** @type {number} */ chat, /** @type {number} */ message, /** @type {string} */ data) => {
  const key = keyOf(chat, message, data)
  if (store.pressed.has(key)) return
  store.pressed.add(key)
  changed()
  const result = await act(chat, "press", { message, data })
  store.pressed.delete(key)
  changed()
  if (result === null || result.text === "") return
  if (result.alert) alertOf(result.text)
  else toast(chat, result.text)
}
