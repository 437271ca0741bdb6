/**
 * Proof of a webhook's sender, and its body: JSON, or a form whose names have brackets (`data[FIELDS][ID]=1`) as nested objects.
 * Bodies come from strangers: names that mean something to JavaScript are plain names, and depth and count are limited.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import { Option, Redacted } from "effect"
import type { Json } from "./Action.ts"
import type { InboxRequest } from "./Inbox.ts"

/** Digests have equal length, so a comparison takes the same time whatever was sent. */
const digest = (text: string): Buffer => createHash("sha256").update(text).digest()

/** Whether the token is the expected one; `Bearer ` before it counts as absent. */
export const hasToken = (shown: string | null | undefined, expected: Redacted.Redacted): boolean =>
  timingSafeEqual(digest((shown ?? "").replace(/^Bearer /i, "")), digest(Redacted.value(expected)))

export interface Signature {
  readonly algorithm: "sha1" | "sha256" | "sha512"
  readonly encoding: "hex" | "base64"
  /** Before the signature in its header, as in `sha256=`. */
  readonly prefix?: string
}

/** Whether `shown` is the HMAC of the bytes as they were sent. */
export const isSigned = (
  bytes: Uint8Array,
  shown: string | undefined,
  key: Redacted.Redacted,
  { algorithm, encoding, prefix = "" }: Signature
): boolean => {
  const proof = createHmac(algorithm, Redacted.value(key)).update(bytes).digest(encoding)
  const given = shown ?? ""
  return timingSafeEqual(digest(encoding === "hex" ? given.toLowerCase() : given), digest(`${prefix}${proof}`))
}

const maxDepth = 32
/** Of the fields of a form; JSON is limited by its bytes. */
const maxFields = 2_000

const formType = /^application\/x-www-form-urlencoded\b/i

/** The body as its content type says; none if it cannot be read or is nested too deep. */
export const parse = ({ bytes, headers }: Pick<InboxRequest, "bytes" | "headers">): Option.Option<Json> => {
  const text = textOf(bytes)
  if (Option.isNone(text)) return text
  const isForm = formType.test(headers["content-type"] ?? "")
  return isForm ? parseForm(text.value) : Option.filter(parseJson(text.value), isShallow)
}

const textOf = Option.liftThrowable((bytes: Uint8Array) => new TextDecoder("utf-8", { fatal: true }).decode(bytes))

const parseJson = Option.liftThrowable((text: string): unknown => JSON.parse(text))

/** What was parsed is JSON; a schema would follow it down however deep it is. */
const isShallow = (value: unknown): value is Json => isWithin(value, maxDepth)

const isWithin = (value: unknown, depth: number): boolean =>
  typeof value !== "object" ||
  value === null ||
  (depth > 0 && Object.values(value).every((inner) => isWithin(inner, depth - 1)))

/** A form while it is read; maps have no inherited names. */
type Branch = Map<string, Branch | string>

/** Fields as nested objects: `a[b]=1` is `{ "a": { "b": "1" } }`, `a[]=1&a[]=2` and `a[0]=1&a[1]=2` are a list. */
export const parseForm = (text: string): Option.Option<Json> => {
  const root: Branch = new Map()
  let fields = 0
  for (const [name, value] of new URLSearchParams(text)) {
    fields += 1
    const path = pathOf(name)
    if (fields > maxFields || path.length > maxDepth || !put(root, path, value)) return Option.none()
  }
  return Option.some(objectOf(root))
}

/** A name whose brackets do not match is one plain name. */
const pathOf = (name: string): ReadonlyArray<string> => {
  const [, first, rest = ""] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name) ?? []
  if (first === undefined) return [name]
  return [first, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map(([, inner = ""]) => inner)]
}

/** Returns whether the value found its place: a name is either a value or has others below it. */
const put = (root: Branch, path: ReadonlyArray<string>, value: string): boolean => {
  let branch = root
  for (const [at, part] of path.entries()) {
    const name = part === "" ? String(branch.size) : part
    const there = branch.get(name)
    if (at === path.length - 1) {
      if (there instanceof Map) return false
      branch.set(name, value)
      return true
    }
    if (typeof there === "string") return false
    const next: Branch = there ?? new Map()
    branch.set(name, next)
    branch = next
  }
  return false
}

const jsonOf = (branch: Branch | string): Json => {
  if (typeof branch === "string") return branch
  const isList = branch.size > 0 && [...branch.keys()].every((name, at) => name === String(at))
  return isList ? [...branch.values()].map(jsonOf) : objectOf(branch)
}

/** `Object.fromEntries` defines own properties, `__proto__` too. */
const objectOf = (branch: Branch): Json => Object.fromEntries([...branch].map(([name, inner]) => [name, jsonOf(inner)]))
