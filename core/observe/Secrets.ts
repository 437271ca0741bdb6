/**
 * What may never be told: every secret the configuration resolved, cut out of whatever leaves the process as a text, in
 * every spelling an answer, a URL, a header or a log might give it.
 */
import { encoded, type Spelling, spelled } from "./SecretPatterns.ts"

/** What stands where a secret was. */
export const hidden = "<redacted>"

/** A shorter one would be found in harmless words, and its blank would tell more than it hides. */
const shortest = 4

/**
 * Of the process, not of one configuration: a secret that a reload has replaced may still stand in an answer on its way,
 * and what reads YAML is no Effect. It grows by one entry for each value ever resolved.
 */
const known = new Set<string>()
let spellings: ReadonlyArray<Spelling> | undefined
/** By which of the spellings a text may hold. */
const patterns = new Map<string, RegExp>()

/** From now on the value is cut out, and with it what else is secret inside: the password of an address, a key in JSON. */
export const remember = (secret: string): void => {
  for (const part of [secret, ...within(secret)]) {
    if (part.trim().length < shortest || known.has(part)) continue
    known.add(part)
    spellings = undefined
  }
}

/** The text without any known secret. */
export const redact = (text: string): string => {
  if (known.size === 0 || text.length < shortest) return text
  spellings ??= spellingsOf([...known])
  const all = spellings
  const told = text.replace(basic, withoutPassword)
  // A text of some hundred kilobytes would take the patterns of many secrets a second.
  const near = all.flatMap(({ anchor }, at) => (told.includes(anchor) ? at : []))
  return near.length === 0 ? told : told.replace(patternOf(all, near), hidden)
}

/** Too short a secret is in no Base64 that could be told from a word; behind this one it is a password. */
const basic = /\bBasic(?:\s|%20|\+)([\w+/-]{4,}={0,2})/gi

const withoutPassword = (whole: string, encoded: string): string => {
  const [, password = ""] = /^[^:]*:([\s\S]*)$/.exec(Buffer.from(encoded, "base64").toString()) ?? []
  return known.has(password) ? whole.replace(encoded, hidden) : whole
}

/** The longest first: an address goes as a whole, and not just the password in it. */
const spellingsOf = (secrets: ReadonlyArray<string>): ReadonlyArray<Spelling> => {
  patterns.clear()
  const longestFirst = secrets.toSorted((left, right) => right.length - left.length)
  return [...longestFirst.map(spelled), ...longestFirst.flatMap(encoded)]
}

const maxPatterns = 256

const patternOf = (all: ReadonlyArray<Spelling>, near: ReadonlyArray<number>): RegExp => {
  const key = near.join()
  const made = patterns.get(key) ?? new RegExp(near.map((at) => all[at]?.pattern).join("|"), "g")
  if (patterns.size >= maxPatterns) patterns.clear()
  patterns.set(key, made)
  return made
}

const keyNames = /(?:key|token|pass|password|secret)$/i

const within = (secret: string): ReadonlyArray<string> => {
  if (secret.startsWith("{")) return withinJson(secret)
  const password = URL.canParse(secret) ? new URL(secret).password : ""
  if (password === "") return []
  try {
    return [password, decodeURIComponent(password)]
  } catch {
    return [password]
  }
}

/** The key file of a service account is one secret to whoever declares it. */
const withinJson = (text: string): ReadonlyArray<string> => {
  try {
    const parsed: unknown = JSON.parse(text)
    return Object.entries(Object(parsed)).flatMap(([name, value]) =>
      typeof value === "string" && keyNames.test(name) ? [value, value.trim()] : []
    )
  } catch {
    return []
  }
}
