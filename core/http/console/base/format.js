// @ts-check
/** Numbers, durations and moments for people to read, in the same format as the command line. */
import { now } from "./clock.js"

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** `12 345`, with spaces that do not break. */
export const count = (/** @type {number} */ n) => String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f")

/** `1 row`, `12 345 rows`. */
export const plural = (/** @type {number} */ n, /** @type {string} */ one, many = `${one}s`) =>
  `${count(n)} ${n === 1 ? one : many}`

const pair = (
  /** @type {number} */ seconds,
  /** @type {number} */ unit,
  /** @type {string} */ name,
  /** @type {number} */ rest,
  /** @type {string} */ restName
) => {
  const remainder = Math.floor((seconds % unit) / rest)
  return `${count(Math.floor(seconds / unit))} ${name}${remainder === 0 ? "" : ` ${remainder} ${restName}`}`
}

/** `850 ms`, `3.2 s`, `1 min 12 s`, `2 h 5 min`, `3 d 4 h`. */
export const duration = (/** @type {number} */ millis) => {
  if (millis > 0 && millis < 1000) return `${Math.ceil(millis)} ms`
  const tenths = Math.round(millis / 100)
  if (tenths < 10 * minute) return `${tenths / 10} s`
  const seconds = Math.round(millis / 1000)
  if (seconds < hour) return pair(seconds, minute, "min", 1, "s")
  return seconds < day ? pair(seconds, hour, "h", minute, "min") : pair(seconds, day, "d", hour, "h")
}

/** The whole seconds of something that may go on still. */
export const elapsed = (/** @type {number} */ startedAt, /** @type {number | null} */ endedAt) =>
  duration(Math.max(0, Math.floor(((endedAt ?? now()) - startedAt) / 1000) * 1000))

const rough = (/** @type {number} */ seconds) => {
  if (seconds < minute) return `${seconds} s`
  if (seconds < hour) return `${Math.floor(seconds / minute)} min`
  return seconds < 2 * day ? `${Math.floor(seconds / hour)} h` : `${count(Math.floor(seconds / day))} days`
}

/** `just now`, `12 min ago`, `in 3 h`; steps of ten seconds below a minute, so that a long list does not flicker. */
export const relative = (/** @type {string} */ iso) => {
  const seconds = Math.round((Date.parse(iso) - now()) / 1000)
  const size = Math.abs(seconds) < minute ? Math.floor(Math.abs(seconds) / 10) * 10 : Math.abs(seconds)
  if (size === 0) return seconds > 0 ? "in a moment" : "just now"
  return seconds > 0 ? `in ${rough(size)}` : `${rough(size)} ago`
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map()

const formatOf = (/** @type {string} */ name, /** @type {Intl.DateTimeFormatOptions} */ options) => {
  const known = formats.get(name)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat("en-GB", options)
  formats.set(name, made)
  return made
}

export const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** `Fri 20 Nov 2026, 07:00:12 (Europe/Warsaw)`. */
export const absolute = (/** @type {string} */ iso) => {
  const format = formatOf("absolute", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit"
  })
  return `${format.format(Date.parse(iso))} (${ownZone})`
}

/** `Fri 20 Nov, 07:00`, in the given time zone, by default the screen's. */
export const moment = (/** @type {string} */ iso, zone = ownZone) =>
  formatOf(`moment ${zone}`, {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: zone
  }).format(Date.parse(iso))

/** `07:00:12`. */
export const timeOfDay = (/** @type {number} */ millis) =>
  formatOf("time", { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(millis)

/** `07:00`. */
export const minuteOfDay = (/** @type {number} */ millis) =>
  formatOf("minute", { hour: "2-digit", minute: "2-digit" }).format(millis)

/** `20 Nov`. */
export const dayOf = (/** @type {number} */ millis) =>
  formatOf("day", { day: "numeric", month: "short" }).format(millis)

/** `07:00` if it is today, `Fri 20 Nov, 07:00` on another day. */
export const briefMoment = (/** @type {string} */ iso) => {
  const at = Date.parse(iso)
  return dayOf(at) === dayOf(now()) ? minuteOfDay(at) : moment(iso)
}

/** `id 7, store 2`. */
export const keyText = (/** @type {Readonly<Record<string, unknown>>} */ key) =>
  Object.entries(key)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ")

/** The value of a cell as text; objects as JSON. */
export const valueText = (/** @type {unknown} */ value) =>
  typeof value === "object" ? JSON.stringify(value) : String(value)

/** A text of the daemon with its moments as the screen has them. */
export const withLocalTimes = (/** @type {string} */ text) =>
  text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/g, (iso) => briefMoment(iso))
