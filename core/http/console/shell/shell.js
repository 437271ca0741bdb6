// @ts-check
/** The frame around every view: the navigation, the connection, the theme, the session. */
import { announcements } from "../base/announce.js"
import { remove } from "../base/api.js"
import { count, timeOfDay } from "../base/format.js"
import { icon } from "../base/icon.js"
import { html, nothing } from "../base/lit.js"
import { to } from "./route.js"
import { changed, hasAccounts, isAdmin, store } from "./store.js"

const places = [
  { name: "overview", words: "Overview", href: "#/" },
  { name: "jobs", words: "Jobs", href: to("jobs") },
  { name: "accounts", words: "Accounts", href: to("accounts") },
  { name: "actions", words: "Actions", href: to("actions") },
  { name: "pending", words: "Pending", rest: " deletes", href: to("pending") },
  { name: "configuration", words: "Config", rest: "uration", href: to("configuration") }
]

/** Accounts are for those who may do something with them, where a connector has any. */
const placesOf = () => places.filter(({ name }) => name !== "accounts" || (isAdmin() && hasAccounts()))

/** Views that belong to a place of the list.
 * @type {Record<string, string>}
 */
const homes = { entity: "overview", run: "overview", "action-entry": "actions" }

const toDecide = (/** @type {string} */ name) => {
  if (name === "pending") return store.pending?.length ?? 0
  return name === "actions" ? (store.undecided?.length ?? 0) : 0
}

const place = (
  /** @type {{ name: string, words: string, rest?: string, href: string }} */ { href, name, rest = "", words },
  /** @type {string} */ here
) => {
  const waiting = toDecide(name)
  return html`<li>
    <a href=${href} aria-current=${here === name ? "page" : (homes[here] ?? here) === name ? "true" : nothing}
      >${words}${rest === "" ? nothing : html`<span class="wide">${rest}</span>`}${
        waiting === 0 ? nothing : html` <span class="count">${count(waiting)}<span class="sr"> to decide</span></span>`
      }</a
    >
  </li>`
}

const connection = () => {
  const { heardAt } = store
  const since = heardAt === 0 ? "" : `, last heard ${timeOfDay(heardAt)}`
  const words = { connecting: "Connecting", live: "Live", lost: `Connection lost${since}. Trying again` }
  return html`<p class="connection" role="status" data-connection=${store.connection}>
    <span class="dot" aria-hidden="true"></span>${words[store.connection]}
  </p>`
}

const themes = /** @type {const} */ (["system", "light", "dark"])
const signs = { system: icon("screen"), light: icon("sun"), dark: icon("moon") }

const themeNow = () => {
  const { theme } = document.documentElement.dataset
  return theme === "light" || theme === "dark" ? theme : "system"
}

const turn = () => {
  const theme = themes[(themes.indexOf(themeNow()) + 1) % themes.length] ?? "system"
  if (theme === "system") delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  try {
    localStorage.setItem("theme", theme)
  } catch {
    // Without storage the choice lasts until the page is closed.
  }
  document.dispatchEvent(new Event("themechange"))
  changed()
}

const signOut = async () => {
  await remove("session").catch(() => {})
  location.reload()
}

const skip = (/** @type {Event} */ event) => {
  event.preventDefault()
  document.querySelector("main")?.focus()
}

const who = () =>
  store.session?.role === "admin"
    ? html`<button type="button" @click=${signOut}>Sign out</button>`
    : html`<span class="dim">Read only</span> <a href=${to("signin")}>Sign in</a>`

const menu = (/** @type {string} */ here) =>
  html`<nav aria-label="Views"><ul>${placesOf().map((one) => place(one, here))}</ul></nav>`

/** `here` is the route's name; without a session there is no navigation. */
export const shell = (/** @type {string} */ here, /** @type {unknown} */ view) => {
  const known = store.session?.role != null
  return html`<a class="skip" href="#main" @click=${skip}>Skip to the content</a>
    <header class="top">
      <a class="brand" href="#/">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M4 3c0 6 8 5 8 11v7M20 3c0 5-4 5.500-6.500 8M12 3v4"></path>
        </svg>
        Tributary
      </a>
      ${known ? menu(here) : nothing}
      <div class="tools">
        ${known ? connection() : nothing}
        <button type="button" class="quiet" title="Theme: ${themeNow()}" aria-label="Theme: ${themeNow()}" @click=${turn}>
          ${signs[themeNow()]}
        </button>
        ${known ? who() : nothing}
      </div>
      ${announcements()}
    </header>
    <main id="main" tabindex="-1" data-view=${here}>${view}</main>`
}
