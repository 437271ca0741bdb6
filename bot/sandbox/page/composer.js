// @ts-check
/** The input area: the text box, attachments, the list of commands, and the keys below. */
import * as actions from "./actions.js"
import { icon } from "./icon.js"
import { html, nothing } from "./lit.js"
import { changed, flip, store } from "./store.js"

/** @import { Chat } from "./types.js" */

const boxOf = (/** @type {number} */ chat) => {
  const box = document.getElementById(`box-${chat}`)
  return box instanceof HTMLTextAreaElement ? box : null
}

/** As high as its text, within limits that the style sheet sets. */
const fitted = (/** @type {HTMLTextAreaElement} */ box) => {
  box.rows = Math.min(6, box.value.split("\n").length)
}

const take = (/** @type {number} */ chat) => {
  const box = boxOf(chat)
  const text = box?.value.trim() ?? ""
  if (box !== null) {
    box.value = ""
    fitted(box)
  }
  return text
}

const submit = (/** @type {number} */ chat) => {
  store.menus.delete(chat)
  const text = take(chat)
  if (text !== "") actions.send(chat, text)
  changed()
}

const onKey = (/** @type {number} */ chat, /** @type {KeyboardEvent} */ event) => {
  if (event.key === "Escape" && store.menus.delete(chat)) changed()
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return
  event.preventDefault()
  submit(chat)
}

const onInput = (/** @type {Chat} */ chat, /** @type {Event} */ { target }) => {
  if (!(target instanceof HTMLTextAreaElement)) return
  fitted(target)
  const asks = /^\/\w*$/.test(target.value) && chat.commands.length > 0
  if (asks === store.menus.has(chat.id)) return
  if (asks) store.menus.add(chat.id)
  else store.menus.delete(chat.id)
  changed()
}

const onFile = async (/** @type {number} */ chat, /** @type {Event} */ { target }) => {
  if (!(target instanceof HTMLInputElement)) return
  for (const file of target.files ?? []) await actions.attach(chat, file, take(chat))
  target.value = ""
}

const order = (/** @type {number} */ chat, /** @type {string} */ command) => {
  take(chat)
  store.menus.delete(chat)
  actions.send(chat, `/${command}`)
  changed()
  boxOf(chat)?.focus()
}

const menu = (/** @type {Chat} */ { commands, id }) =>
  html`<ul class="menu" id="menu-${id}" aria-label="Команды бота">
    ${commands.map(
      ({ command, description }) =>
        html`<li>
          <button @click=${() => order(id, command)}><span>${description}</span><span class="note">/${command}</span></button>
        </li>`
    )}
  </ul>`

const keyboard = (/** @type {Chat} */ { id, keyboard: shown }) =>
  shown === null || store.folded.has(id)
    ? nothing
    : html`<div class="reply-keys" role="group" aria-label="Клавиатура бота">
        ${shown.rows.map(
          (row) =>
            html`<div class="row">
              ${row.map(({ text }) => html`<button class="reply-key" @click=${() => actions.tap(id, text)}>${text}</button>`)}
            </div>`
        )}
      </div>`

const whole = (/** @type {string} */ label, /** @type {() => void} */ then) =>
  html`<div class="composer"><button class="whole" @click=${then}>${label}</button></div>`

/** A person who never wrote begins with /start, as in Telegram; one who blocked the bot has to unblock it first. */
export const composer = (/** @type {Chat} */ chat) => {
  const { commands, id, isBlocked, isStarted, keyboard: shown } = chat
  if (isBlocked) return whole("Разблокировать", () => actions.unblock(id))
  if (!isStarted) return whole("Старт", () => actions.send(id, "/start"))
  return html`<div class="composer">
    ${store.menus.has(id) ? menu(chat) : nothing}
    <div class="line">
      ${
        commands.length === 0
          ? nothing
          : html`<button
              class="round menu-button"
              aria-expanded=${store.menus.has(id)}
              aria-controls="menu-${id}"
              aria-label="Команды"
              @click=${() => flip(store.menus, id)}
            >
              ${icon("menu")}
            </button>`
      }
      <textarea
        id="box-${id}"
        rows="1"
        aria-label="Сообщение от лица: ${chat.name}"
        placeholder=${shown?.placeholder ?? "Сообщение"}
        @keydown=${(/** @type {KeyboardEvent} */ event) => onKey(id, event)}
        @input=${(/** @type {Event} */ event) => onInput(chat, event)}
      ></textarea>
      ${
        shown === null
          ? nothing
          : html`<button
              class="round"
              aria-pressed=${!store.folded.has(id)}
              aria-label="Клавиатура бота"
              @click=${() => flip(store.folded, id)}
            >
              ${icon("keys")}
            </button>`
      }
      <label class="round" title="Прикрепить файл">
        <span class="sr">Прикрепить файл</span>${icon("clip")}
        <input class="sr" type="file" @change=${(/** @type {Event} */ event) => onFile(id, event)} />
      </label>
      <button class="round" aria-label="Отправить свой контакт" title="Отправить свой контакт" @click=${() => actions.contact(id)}>
        ${icon("person")}
      </button>
      <button class="round send" aria-label="Отправить" @click=${() => submit(id)}>${icon("send")}</button>
    </div>
    ${keyboard(chat)}
  </div>`
}
