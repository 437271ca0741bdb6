// @ts-check
/**
 * The daemon's events. A lost connection is opened again, with a growing delay. Missed events are covered by the
 * refresh that follows, and by the one every 30 seconds.
 */
import { announce } from "../base/announce.js"
import { now } from "../base/clock.js"
import { changed, patchEntity, refresh, refreshAlerts, refreshConnectors, refreshSoon, store } from "./store.js"

const maxWait = 30_000
const pollEvery = 30_000

/** @type {EventSource | null} */
let source = null
let wait = 1000
/** @type {ReturnType<typeof setTimeout> | undefined} */
let retrying

/** @type {(event: string, data: any) => void} */
let notify = () => {}

const connect = () => {
  source?.close()
  source = new EventSource("/api/v1/events")
  source.onopen = opened
  source.onerror = lost
  for (const event of ["run", "job", "reload", "alert"]) {
    source.addEventListener(event, (message) => onEvent(event, JSON.parse(message.data)))
  }
}

const opened = () => {
  const wasLost = store.connection === "lost"
  wait = 1000
  store.connection = "live"
  store.heardAt = now()
  if (wasLost) {
    refresh()
    notify("back", null)
  }
  changed()
}

const lost = () => {
  // After some answers the browser stops reconnecting for good, so this code reconnects.
  source?.close()
  clearTimeout(retrying)
  retrying = setTimeout(connect, wait)
  wait = Math.min(maxWait, wait * 2)
  store.connection = "lost"
  store.running.clear()
  changed()
}

const onEvent = (/** @type {string} */ event, /** @type {any} */ data) => {
  store.heardAt = now()
  if (event === "run") onRun(data)
  else if (event === "alert") onAlert(data)
  else {
    if (event === "reload") refreshConnectors().catch(() => {})
    refreshSoon()
  }
  notify(event, data)
  changed()
}

const onAlert = (/** @type {{ what: string, text: string }} */ { text, what }) => {
  if (what !== "reminded") announce(text)
  // If this fails, the next refresh reports it.
  refreshAlerts().catch(() => {})
}

const onRun = (/** @type {any} */ data) => {
  if (data.phase !== "ended") {
    store.running.set(data.entity, data)
    return
  }
  store.running.delete(data.entity)
  if (data.result !== null) patchEntity(data.entity, data.result)
  refreshSoon()
}

const poll = () => {
  if (document.hidden || source === null) return
  refresh()
  notify("poll", null)
}

/** Called after sign-in; `then` receives every event, also `poll` and `back`. */
export const start = (/** @type {(event: string, data: any) => void} */ then) => {
  notify = then
  if (source !== null) return
  connect()
}

export const stop = () => {
  clearTimeout(retrying)
  source?.close()
  source = null
  store.running.clear()
}

setInterval(poll, pollEvery)
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && now() - store.heardAt > 5000) poll()
})
