// @ts-check
/** Long calls that this page started: a sync, a plan, a job. They continue while other views are open. */
import { announce } from "../base/announce.js"
import { Problem, stream } from "../base/api.js"
import { now } from "../base/clock.js"
import { errorOf } from "../base/errors.js"
import { changed, refreshSoon } from "../shell/store.js"

/** @import { Progress } from "../types.js" */

/**
 * @typedef {object} Work
 * @property {string} title For example `Sync of iiko.product`.
 * @property {number} startedAt
 * @property {number | null} endedAt
 * @property {Map<string, Progress>} entities
 * @property {any} outcome The result of the call; null: not yet, or it failed.
 * @property {Error | null} error
 */

/** @type {Map<string, Work>} */
const works = new Map()

export const workOf = (/** @type {string} */ key) => works.get(key)

export const isBusy = (/** @type {string} */ key) => works.get(key)?.endedAt === null

export const dismiss = (/** @type {string} */ key) => {
  works.delete(key)
  changed()
}

/**
 * @param {string} key One call per key at a time.
 * @param {string} title
 * @param {string} path
 * @param {unknown} body
 * @param {(outcome: any) => string} summary The outcome as a sentence.
 */
export const begin = async (key, title, path, body, summary) => {
  if (isBusy(key)) return
  /** @type {Work} */
  const work = { title, startedAt: now(), endedAt: null, entities: new Map(), outcome: null, error: null }
  works.set(key, work)
  announce(`${title} has begun.`, key)
  try {
    for await (const { data, event } of stream(path, body)) {
      if (event === "progress") work.entities.set(data.entity, data)
      else if (event === "done") work.outcome = data
      else if (event === "failed") throw new Problem(data.status ?? 0, data.detail ?? data.title ?? "It failed.", data)
      changed()
    }
    if (work.outcome === null) throw new Problem(0, "The daemon stopped telling before the end. See the history.")
    announce(`${title}: ${summary(work.outcome)}`, key)
  } catch (error) {
    work.error = errorOf(error)
    announce(`${title} failed: ${work.error.message}`, key)
  }
  work.endedAt = now()
  changed()
  refreshSoon()
}
