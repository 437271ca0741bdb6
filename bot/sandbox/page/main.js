// @ts-check
/** The entry: the people, their open chats, and the scroll position of each. */
import { html, nothing, render, repeat } from "./lit.js"
import * as live from "./live.js"
import { pane } from "./pane.js"
import { changed, onChange, store } from "./store.js"

/** @import { Chat } from "./types.js" */

const place = document.createElement("div")
place.className = "page"
document.body.append(place)

/** Room for two chats side by side. */
const isWide = matchMedia("(min-width: 820px)")

const choose = (/** @type {number} */ chat) => {
  store.chosen = chat
  changed()
}

const admin = () => [...store.chats.values()].find(({ role }) => role === "Админ")

/** A wide window keeps the admin's chat and lets the user choose the other one. */
const open = () => {
  const chosen = store.chats.get(store.chosen ?? 0)
  if (!isWide.matches) return chosen === undefined ? [] : [chosen]
  const right = admin()
  const left = chosen === right ? [...store.chats.values()].find((chat) => chat !== right) : chosen
  return [left, right].filter((chat) => chat !== undefined)
}

const tab = (/** @type {Chat} */ { id, name, role }, /** @type {Chat[]} */ shown) =>
  html`<button class="tab" aria-pressed=${shown.some((chat) => chat.id === id)} @click=${() => choose(id)}>
    ${role === null ? name : html`${role}<span class="note">${name}</span>`}
  </button>`

const page = () => {
  const shown = open()
  const all = [...store.chats.values()]
  const choice = isWide.matches ? all.length > 2 : all.length > 1
  return html`
    <h1 class="sr">Чат с ботом ${store.bot}</h1>
    ${choice ? html`<nav aria-label="Люди">${all.map((chat) => tab(chat, shown))}</nav>` : nothing}
    <main class="panes">
      ${repeat(shown, ({ id }) => id, pane)}
      ${shown.length === 0 ? html`<p class="empty">Соединяемся с песочницей…</p>` : nothing}
    </main>
  `
}

const logs = () => [...place.querySelectorAll(".log")]

const slack = 60

/** @type {Map<string, string>} The newest message that each chat was last drawn with. */
const newest = new Map()

/** @type {Set<string>} Chats that were scrolled up: new messages do not pull them down. */
const lifted = new Set()

const nameOf = (/** @type {Element} */ log) => log.parentElement?.id ?? ""

const draw = () => {
  render(page(), place)
  for (const log of logs()) {
    const chat = nameOf(log)
    const last = [...log.querySelectorAll("[data-message]")].at(-1)
    const id = last?.getAttribute("data-message") ?? ""
    if (newest.get(chat) !== id && last?.classList.contains("mine")) lifted.delete(chat)
    newest.set(chat, id)
    if (!lifted.has(chat)) log.scrollTop = log.scrollHeight
  }
}

document.addEventListener(
  "scroll",
  ({ target }) => {
    if (!(target instanceof Element) || !target.classList.contains("log")) return
    if (target.scrollHeight - target.scrollTop - target.clientHeight < slack) lifted.delete(nameOf(target))
    else lifted.add(nameOf(target))
  },
  true
)

// Pictures load after they are drawn, and move the end away.
document.addEventListener("load", changed, true)
addEventListener("resize", changed)
isWide.addEventListener("change", changed)
onChange(draw)
live.start()
changed()
