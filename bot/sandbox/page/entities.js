// @ts-check
/** A message's text with its entities: every piece stays text, only the elements around it are created here. */
import { send } from "./actions.js"
import { html } from "./lit.js"

/** @import { Entity } from "./types.js" */

const outermostFirst = (/** @type {Entity} */ a, /** @type {Entity} */ b) => a.offset - b.offset || b.length - a.length

/** A bot chooses the address: only one of a web page becomes a link. */
const link = (/** @type {string} */ url, /** @type {unknown} */ inner) =>
  /^https?:\/\//.test(url) ? html`<a href=${url} target="_blank" rel="noreferrer">${inner}</a>` : html`<u>${inner}</u>`

const toggled = (/** @type {Event} */ { currentTarget }) => {
  if (!(currentTarget instanceof HTMLElement)) return
  const isOpen = currentTarget.getAttribute("aria-expanded") === "true"
  currentTarget.setAttribute("aria-expanded", String(!isOpen))
}

const isKey = (/** @type {KeyboardEvent} */ event) => {
  if (event.key !== "Enter" && event.key !== " ") return
  event.preventDefault()
  toggled(event)
}

/**
 * @param {number} chat
 * @param {Entity} entity
 * @param {string} text
 * @param {unknown} inner
 */
const wrapped = (chat, { language, type, url = "" }, text, inner) => {
  switch (type) {
    case "bold":
      return html`<b>${inner}</b>`
    case "italic":
      return html`<i>${inner}</i>`
    case "underline":
      return html`<u>${inner}</u>`
    case "strikethrough":
      return html`<s>${inner}</s>`
    case "code":
      return html`<code>${inner}</code>`
    case "pre":
      return html`<pre tabindex="0" data-language=${language ?? ""}><code>${inner}</code></pre>`
    case "text_link":
      return link(url, inner)
    case "url":
      return link(text, inner)
    case "bot_command":
      return html`<button class="link" @click=${() => send(chat, text)}>${inner}</button>`
    case "blockquote":
      return html`<blockquote>${inner}</blockquote>`
    case "expandable_blockquote":
      return html`<blockquote class="expandable">
        <button class="more" aria-expanded="false" aria-label="Показать цитату целиком" @click=${toggled}></button>
        <div class="quoted">${inner}</div>
      </blockquote>`
    case "spoiler":
      return html`<span
        class="spoiler"
        role="button"
        tabindex="0"
        aria-expanded="false"
        @click=${toggled}
        @keydown=${isKey}
        ><span class="sr">Скрытый текст, показать</span><span class="hidden-text">${inner}</span></span
      >`
    default:
      return inner
  }
}

const isBlock = (/** @type {Entity} */ { type }) => type === "pre" || type.endsWith("blockquote")

/**
 * @param {number} chat
 * @param {string} text
 * @param {Entity[]} entities
 */
export const formatted = (chat, text, entities) => {
  /**
   * @param {number} from
   * @param {number} to
   * @param {Entity[]} inside
   * @returns {unknown[]}
   */
  const write = (from, to, inside) => {
    const [first, ...rest] = inside
    if (first === undefined) return [text.slice(from, to)]
    const end = first.offset + first.length
    const within = write(
      first.offset,
      end,
      rest.filter(({ offset }) => offset < end)
    )
    const after = rest.filter(({ offset }) => offset >= end)
    // A block ends its line itself.
    const next = isBlock(first) && text[end] === "\n" ? end + 1 : end
    return [
      text.slice(from, first.offset),
      wrapped(chat, first, text.slice(first.offset, end), within),
      ...write(next, to, after)
    ]
  }
  return write(0, text.length, [...entities].sort(outermostFirst))
}
