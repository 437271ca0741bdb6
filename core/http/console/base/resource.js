// @ts-check
/** Data that a view fetches: the last value stays on screen during a new fetch, or if that fails. */
import { changed } from "../shell/store.js"
import { errorOf } from "./errors.js"

/**
 * @template A
 * @typedef {{ value: A | null, error: Error | null, refresh: () => Promise<void> }} Resource
 */

/**
 * @template A
 * @param {() => Promise<A>} fetchIt
 * @returns {Resource<A>}
 */
export const resource = (fetchIt) => {
  let asked = 0
  /** @type {Resource<A>} */
  const made = {
    value: null,
    error: null,
    refresh: async () => {
      asked += 1
      const mine = asked
      try {
        const value = await fetchIt()
        // An answer that arrives after a later one is outdated.
        if (mine === asked) Object.assign(made, { value, error: null })
      } catch (error) {
        if (mine === asked) made.error = errorOf(error)
      }
      changed()
    }
  }
  return made
}
