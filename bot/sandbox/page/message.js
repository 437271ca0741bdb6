// @ts-check
/** A message: its bubble and the buttons below it. */
import { keyOf, press } from "./actions.js"
import { formatted } from "./entities.js"
import { icon } from "./icon.js"
import { html, nothing } from "./lit.js"
import { store, toast } from "./store.js"

/** @import { Button, Message, StoredFile } from "./types.js" */

const clock = new Intl.DateTimeFormat("ru", { hour: "2-digit", minute: "2-digit" })
const calendar = new Intl.DateTimeFormat("ru", { day: "numeric", month: "long" })

export const dayOf = (/** @type {number} */ at) => calendar.format(at)

const sizeOf = (/** @type {number} */ bytes) =>
  bytes < 1024
    ? `${bytes} Б`
    : bytes < 1_048_576
      ? `${Math.round(bytes / 1024)} КБ`
      : `${(bytes / 1_048_576).toFixed(1)} МБ`

const addressOf = (/** @type {StoredFile} */ { id }) => `/_chat/files/${id}`

const photo = (/** @type {StoredFile} */ file, /** @type {string} */ caption) =>
  html`<a class="photo" href=${addressOf(file)} target="_blank" aria-label="Открыть фото целиком">
    <img
      src=${addressOf(file)}
      width=${file.width}
      height=${file.height}
      alt=${caption === "" ? "Фото" : `Фото: ${caption.slice(0, 120)}`}
    />
  </a>`

const document_ = (/** @type {StoredFile} */ file) =>
  html`<a class="document" href=${addressOf(file)} download=${file.name}>
    <span class="badge">${icon("file")}</span>
    <span><span class="file-name">${file.name}</span><span class="note">${sizeOf(file.size)}, скачать</span></span>
  </a>`

const card = (/** @type {{ name: string, phone: string }} */ { name, phone }) =>
  html`<div class="document">
    <span class="badge">${icon("person")}</span>
    <span><span class="file-name">${name}</span><span class="note">${phone}</span></span>
  </div>`

const copy = async (/** @type {number} */ chat, /** @type {string} */ text) => {
  await navigator.clipboard.writeText(text)
  toast(chat, "Скопировано")
}

/**
 * @param {number} chat
 * @param {number} message
 * @param {Button} button
 */
const inline = (chat, message, { copy: text, data, text: label, url }) => {
  if (url !== null) {
    return html`<a class="key" href=${url} target="_blank" rel="noreferrer">${label}<span class="corner">${icon("out")}</span></a>`
  }
  const waits = data !== null && store.pressed.has(keyOf(chat, message, data))
  const pressed = () => (data === null ? copy(chat, text ?? "") : press(chat, message, data))
  return html`<button class="key" aria-busy=${waits} @click=${pressed}>
    ${label}${waits ? html`<span class="corner spinner" role="img" aria-label="Ждём бота"></span>` : nothing}
  </button>`
}

const note = (/** @type {string} */ text) => html`<p class="chip">${text}</p>`

/**
 * @param {number} chat
 * @param {Message} message
 */
export const bubble = (chat, message) => {
  if (message.pinned !== null) {
    return note(message.pinned === "" ? "Бот закрепил сообщение" : `Бот закрепил «${message.pinned.slice(0, 40)}»`)
  }
  const { at, contact, document, entities, id, isEdited, isMine, reply, rows, text } = message
  return html`<div class="message ${isMine ? "mine" : "theirs"}" data-message=${id}>
    <div class="bubble ${message.photo === null ? "" : "with-photo"}">
      <span class="sr">${isMine ? "Вы:" : `${store.bot}:`}</span>
      ${reply === null ? nothing : html`<p class="reply">${reply.slice(0, 80)}</p>`}
      ${message.photo === null ? nothing : photo(message.photo, text)}
      ${document === null ? nothing : document_(document)} ${contact === null ? nothing : card(contact)}
      ${text === "" ? nothing : html`<div class="text">${formatted(chat, text, entities)}</div>`}
      <span class="when">${isEdited ? "изменено " : nothing}<time>${clock.format(at)}</time></span>
    </div>
    ${
      rows.length === 0
        ? nothing
        : html`<div class="keys" role="group" aria-label="Кнопки под сообщением">
            ${rows.map((row) => html`<div class="row">${row.map((button) => inline(chat, id, button))}</div>`)}
          </div>`
    }
  </div>`
}
