// @ts-check
/** The state that all views share, and the one function that redraws. */
import { get, health } from "../base/api.js"
import { now } from "../base/clock.js"

/** @import { ActionEntry, Alert, Connector, Entity, Health, Pending, Progress, RunResult, Session } from "../types.js" */

export const store = {
  /** @type {Session | null} null: not requested yet. */
  session: null,
  /** @type {Entity[] | null} */
  entities: null,
  /** @type {Connector[] | null} */
  connectors: null,
  /** @type {Alert[]} */
  alerts: [],
  /** @type {Pending[] | null} */
  pending: null,
  /** @type {ActionEntry[] | null} Requests that were sent and perhaps applied: a person decides. */
  undecided: null,
  /** @type {Health | null} */
  health: null,
  /** @type {Error | null} Why the last refresh failed. */
  error: null,
  /** @type {Map<string, Progress>} The current runs, by entity. */
  running: new Map(),
  /** @type {"connecting" | "live" | "lost"} */
  connection: "connecting",
  /** When the daemon last sent something. */
  heardAt: 0
}

export const isAdmin = () => store.session?.role === "admin"

/** Whether a connector has accounts. */
export const hasAccounts = () => (store.connectors ?? []).some(({ accounts }) => accounts !== undefined)

/** @type {() => void} */
let draw = () => {}
let due = false

export const onChange = (/** @type {() => void} */ then) => {
  draw = then
}

const drawDue = () => {
  due = false
  draw()
}

/** Redraws, at most once per frame; a hidden page has no frames, but its title counts problems. */
export const changed = () => {
  if (due) return
  due = true
  if (document.hidden) setTimeout(drawDue, 500)
  else requestAnimationFrame(drawDue)
}

export const refreshAlerts = async () => {
  store.alerts = (await get("alerts")).alerts
  changed()
}

export const refreshPending = async () => {
  store.pending = (await get("pending-deletes")).pending
  changed()
}

/** The maximum that the store holds; if it is full, there are more. */
export const maxUndecided = 100

export const refreshUndecided = async () => {
  store.undecided = (await get(`action-log?status=unknown&limit=${maxUndecided}`)).entries
  changed()
}

const refreshHealth = async () => {
  store.health = await health()
}

/** They change with the configuration alone. */
export const refreshConnectors = async () => {
  store.connectors = (await get("connectors")).connectors
  changed()
}

const refreshEntities = async () => {
  store.entities = (await get("entities")).entities
}

export const refresh = async () => {
  const asked = await Promise.allSettled([
    refreshEntities(),
    refreshAlerts(),
    refreshPending(),
    refreshUndecided(),
    refreshHealth(),
    store.connectors === null ? refreshConnectors() : undefined
  ])
  const failed = asked.find((one) => one.status === "rejected")
  store.error = failed === undefined ? null : failed.reason
  if (failed === undefined) store.heardAt = now()
  changed()
}

let last = 0
/** @type {ReturnType<typeof setTimeout> | undefined} */
let planned

/** Refreshes soon, at most once in five seconds: a job that ends 500 entities causes only a few requests. */
export const refreshSoon = () => {
  if (planned !== undefined) return
  planned = setTimeout(
    () => {
      planned = undefined
      last = now()
      refresh()
    },
    Math.max(400, last + 5000 - now())
  )
}

/** Puts the end of a run into the entity's row at once; the next refresh brings the rest. */
export const patchEntity = (/** @type {string} */ id, /** @type {RunResult} */ result) => {
  if (store.entities === null || result.status === "skipped") return
  const good = result.status !== "failed"
  const at = new Date(now()).toISOString()
  const ended = { ...result, id: 0, startedAt: new Date(now() - result.durationMs).toISOString() }
  const unknown = { accountName: null, trigger: "", actor: null, requests: 0, bytes: 0 }
  store.entities = store.entities.map((entity) =>
    entity.id !== id
      ? entity
      : {
          ...entity,
          freshAt: good ? at : entity.freshAt,
          late: good ? false : entity.late,
          last: { ...(entity.last ?? unknown), ...ended, finishedAt: at },
          recent: [...entity.recent, ended].slice(-20)
        }
  )
}
