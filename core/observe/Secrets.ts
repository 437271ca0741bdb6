/**
 * Redacts every secret that the configuration resolved from any text that leaves the process, in every spelling that an
 * answer, a URL, a header or a log might use. Credentials of accounts are not in the list: they are known by their form.
 */
import { base64Patterns, grantedForms, type SecretPattern, secretPattern } from "./SecretPatterns.ts"

/** The replacement for a secret. */
export const redactedText = "<redacted>"

/** A shorter one would match harmless words, and its gaps would reveal more than they hide. */
const shortest = 4

/**
 * Per process and not per configuration: a secret that a reload replaced may still be in an answer on its way, and the
 * code that reads YAML is no Effect. It grows by one entry for each value ever resolved.
 */
const known = new Set<string>()
let spellings: ReadonlyArray<SecretPattern> | undefined
/** Compiled patterns, by the spellings that a text may contain. */
const patterns = new Map<string, RegExp>()

/** Redacts the value from now on, and the secrets inside it: the password of an address, a key in JSON. */
export const remember = (secret: string): void => {
  for (const part of [secret, ...within(secret)]) {
    if (part.trim().length < shortest || known.has(part)) continue
    known.add(part)
    spellings = undefined
  }
}

/** Forgets all secrets. Only tests do: their files share a process, and a secret of one must not hide a leak in another. */
export const forget = (): void => {
  known.clear()
  spellings = undefined
}

/** Returns the text without any known secret, and without what has the form of a credential. */
export const redact = (text: string): string =>
  grantedForms.reduce(
    (shown, { anchor, kept, pattern }) =>
      anchor.test(shown) ? shown.replace(pattern, `${kept}${redactedText}`) : shown,
    withoutKnown(text)
  )

const withoutKnown = (text: string): string => {
  if (known.size === 0 || text.length < shortest) return text
  spellings ??= spellingsOf([...known])
  const all = spellings
  const shown = text.replace(basic, withoutPassword)
  // Running the patterns of many secrets over a text of some hundred kilobytes would take a second.
  const near = all.flatMap(({ anchor }, at) => (shown.includes(anchor) ? at : []))
  return near.length === 0 ? shown : shown.replace(patternOf(all, near), redactedText)
}

/** In Base64 a short secret looks like any word; after `Basic` it is a password. */
const basic = /\bBasic(?:\s|%20|\+)([\w+/-]{4,}={0,2})/gi

const withoutPassword = (whole: string, credentials: string): string => {
  const [, password = ""] = /^[^:]*:([\s\S]*)$/.exec(Buffer.from(credentials, "base64").toString()) ?? []
  return known.has(password) ? whole.replace(credentials, redactedText) : whole
}

/** Puts the longest first, so that an address is replaced as a whole, and not just the password in it. */
const spellingsOf = (secrets: ReadonlyArray<string>): ReadonlyArray<SecretPattern> => {
  patterns.clear()
  const longestFirst = secrets.toSorted((left, right) => right.length - left.length)
  return [...longestFirst.map(secretPattern), ...longestFirst.flatMap(base64Patterns)]
}

const maxPatterns = 256

const patternOf = (all: ReadonlyArray<SecretPattern>, near: ReadonlyArray<number>): RegExp => {
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

/** The key file of a service account is declared as one secret, with keys inside. */
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
