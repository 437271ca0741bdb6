// @ts-check
/** The entry point: checks the session, opens the view of the address, and draws it whenever something changes. */

import { accounts } from "./accounts/accounts.js"
import { actions } from "./actions/actions.js"
import { actionEntry } from "./actions/entry.js"
import { get, onSignedOut } from "./base/api.js"
import { dialog } from "./base/confirm.js"
import { errorOf } from "./base/errors.js"
import { html, render } from "./base/lit.js"
import { empty, failure, loading } from "./base/parts.js"
import { configuration } from "./configuration/configuration.js"
import { entity } from "./entities/entity.js"
import { overview } from "./entities/overview.js"
import { run } from "./entities/run.js"
import { jobs } from "./jobs/jobs.js"
import { help, onKey } from "./shell/keys.js"
import * as live from "./shell/live.js"
import { current } from "./shell/route.js"
import { shell } from "./shell/shell.js"
import { signIn, switchedOff } from "./shell/signin.js"
import { changed, isAdmin, onChange, refresh, store } from "./shell/store.js"
import { pending } from "./work/pending.js"

/** @import { Route, View } from "./types.js" */

/** @type {Record<string, (route: Route) => View>} */
const views = { overview, entity, run, jobs, actions, "action-entry": actionEntry, accounts, pending, configuration }

const tickEvery = 5000

let route = current()
/** @type {View | null} */
let view = null
/** @type {Error | null} */
let unreachable = null
/** @type {ReturnType<typeof setTimeout> | undefined} */
let retrying

const askSession = async () => {
  try {
    store.session = await get("session")
    unreachable = null
  } catch (error) {
    unreachable = errorOf(error)
    // A screen on a wall has nobody to press the button.
    clearTimeout(retrying)
    retrying = setTimeout(askSession, tickEvery)
    changed()
    return
  }
  if (store.session?.role == null) live.stop()
  else {
    live.start(onEvent)
    if (route.name === "signin" && isAdmin()) location.hash = "#/"
    refresh()
    open()
  }
  changed()
}

const onEvent = (/** @type {string} */ event, /** @type {any} */ data) => {
  view?.on?.(event, data)
  if (event === "poll" || event === "back") view?.refresh()
}

const open = () => {
  view = store.session?.role == null ? null : (views[route.name]?.(route) ?? null)
  view?.refresh()
}

const moved = () => {
  const before = route
  route = current()
  open()
  changed()
  if (before.name === route.name && before.id === route.id) return
  scrollTo(0, 0)
  requestAnimationFrame(() => requestAnimationFrame(begin))
}

/** Focuses the new view's title, so that a keyboard or a screen reader starts there, unless a field has the focus. */
const begin = () => {
  if (!(document.activeElement instanceof HTMLInputElement)) document.querySelector("h1")?.focus()
}

/** If a view fails to draw, the error is shown in its place; the rest of the page stays. */
const page = () => {
  try {
    return pageOf()
  } catch (error) {
    return failure(new Error(`This view cannot be shown: ${errorOf(error).message}`), open)
  }
}

const pageOf = () => {
  if (store.session === null) return unreachable === null ? loading() : failure(unreachable, askSession)
  if (!store.session.adminApi && store.session.role === null) return switchedOff()
  if (store.session.role === null || route.name === "signin") return signIn(askSession)
  return view === null ? notFound() : view.render()
}

const notFound = () =>
  html`<h1 tabindex="-1">Not found</h1>${empty(html`There is no such view. <a href="#/">Overview</a>`)}`

const title = () => {
  const bad = (store.entities ?? []).filter(({ state }) => state === "failed" || state === "late").length
  return `${bad === 0 ? "" : `(${bad}) `}${view === null ? "" : `${view.title} · `}Tributary`
}

const draw = () => {
  document.title = title()
  render(html`${shell(route.name, page())}${dialog()}${help()}`, document.body)
}

onChange(draw)
onSignedOut(askSession)
addEventListener("hashchange", moved)
document.addEventListener("keydown", (event) => onKey(event, view))
// Ages grow: a text such as `3 min ago` is drawn again from time to time.
setInterval(() => {
  if (!document.hidden) changed()
}, tickEvery)
askSession()
