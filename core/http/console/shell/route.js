// @ts-check
/** Addresses of views: `#/entity/iiko.product`, `#/?status=failed`. */

/** @import { Route } from "../types.js" */

/** @returns {Route} */
export const current = () => {
  const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?")
  const [name = "", ...rest] = path.split("/")
  return { name: name === "" ? "overview" : name, id: rest.map(decoded).join("/"), query: new URLSearchParams(query) }
}

const decoded = (/** @type {string} */ part) => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

export const to = (/** @type {string} */ name, /** @type {string | number} */ id = "") =>
  `#/${name}${id === "" ? "" : `/${encodeURIComponent(id)}`}`

export const go = (/** @type {string} */ hash) => {
  location.hash = hash
}

/** Keeps a view's filters in its address without a step in the history. */
export const keep = (/** @type {Record<string, string>} */ filters) => {
  const set = Object.entries(filters).filter(([, value]) => value !== "")
  const query = new URLSearchParams(set).toString()
  const path = location.hash.replace(/\?.*$/, "") || "#/"
  history.replaceState(null, "", query === "" ? path : `${path}?${query}`)
}
