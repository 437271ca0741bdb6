// @ts-check
/** One person's chat with the bot, from its header to the text box. */
import { block } from "./actions.js"
import { composer } from "./composer.js"
import { icon } from "./icon.js"
import { html, nothing, repeat } from "./lit.js"
import { bubble, dayOf } from "./message.js"
import { store } from "./store.js"

/** @import { Chat } from "./types.js" */

/** @type {Record<string, string>} */
const actionTexts = { typing: "печатает…", upload_photo: "отправляет фото…", upload_document: "отправляет файл…" }

const isBusy = (/** @type {number} */ chat) => (store.busyUntil.get(chat) ?? 0) > performance.now()

const chatState = (/** @type {Chat} */ { action, id }) => {
  if (!store.isLive) return "соединение потеряно, пробуем снова…"
  if (action !== null && isBusy(id)) return `${store.bot} ${actionTexts[action.name] ?? "занят…"}`
  return `чат с ботом ${store.bot}`
}

const show = (/** @type {number} */ chat, /** @type {number} */ message) => {
  const found = document.querySelector(`#chat-${chat} [data-message="${message}"]`)
  if (found === null) return
  found.scrollIntoView({ block: "center" })
  found.classList.add("found")
  setTimeout(() => found.classList.remove("found"), 1500)
}

const pinned = (/** @type {Chat} */ { id, messages }) => {
  const top = messages.findLast(({ isPinned }) => isPinned)
  if (top === undefined) return nothing
  return html`<button class="pinned" @click=${() => show(id, top.id)}>
    ${icon("pin")}<span><span class="pinned-title">Закреплённое сообщение</span><span class="one-line">${top.summary}</span></span>
  </button>`
}

const listed = (/** @type {Chat} */ { id, messages }) => {
  /** @type {{ key: string, draw: () => unknown }[]} */
  const lines = []
  let day = ""
  for (const message of messages) {
    const own = dayOf(message.at)
    if (own !== day) lines.push({ key: own, draw: () => html`<p class="chip">${own}</p>` })
    day = own
    lines.push({ key: String(message.id), draw: () => bubble(id, message) })
  }
  return repeat(
    lines,
    ({ key }) => key,
    ({ draw }) => draw()
  )
}

export const pane = (/** @type {Chat} */ chat) => {
  const { id, isBlocked, isStarted, messages, name, role } = chat
  const toast = store.toasts.get(id)
  return html`<section class="pane" id="chat-${id}" aria-label="Чат: ${name}${role === null ? "" : `, ${role}`}">
    <header>
      <span class="avatar" data-role=${role ?? ""} aria-hidden="true">${name.slice(0, 1)}</span>
      <div class="who">
        <h2>${name}${role === null ? nothing : html`<span class="role">${role}</span>`}</h2>
        <p class="note">${chatState(chat)}</p>
      </div>
      ${
        isStarted && !isBlocked
          ? html`<button class="round" aria-label="Заблокировать бота" title="Заблокировать бота" @click=${() => block(id)}>
              ${icon("block")}
            </button>`
          : nothing
      }
    </header>
    ${pinned(chat)}
    <div class="log" role="log" aria-label="Сообщения" tabindex="0">
      <div class="messages">
        ${messages.length === 0 ? html`<p class="chip">Здесь пока ничего нет</p>` : listed(chat)}
      </div>
    </div>
    <div class="toast-place" role="status">${toast === undefined ? nothing : html`<p class="toast">${toast}</p>`}</div>
    ${composer(chat)}
  </section>`
}
