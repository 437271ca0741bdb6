/**
 * The next page as an answer names it: in its Link header (RFC 8288), or at a place in its body. An address is followed
 * only on the request's own origin, because the credentials are sent with it.
 */
import type { Headers } from "effect/http"
import { follow } from "../../config/Pointer.ts"
import type { Page } from "../../config/RequestTemplate.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import type { Answer } from "../exchange/Exchange.ts"
import { isJsonObject, type JsonObject } from "../records/Json.ts"

interface Next {
  readonly link?: string
  /** Why the answer does not name the next page with certainty. */
  readonly doubt?: Reason
}

/** The relations of a link: several in quotes, or one. */
const relations = /;\s*rel\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;,"']+)(?=\s*(?:[;,]|$)))/gi

const isNext = (parameters: string): boolean =>
  [...parameters.matchAll(relations)].some(([, quoted, single, bare]) =>
    (quoted ?? single ?? bare ?? "").toLowerCase().split(/\s+/).includes("next")
  )

/** A header that names a next page in a form that is not understood. */
const isUnread = ({ link = "" }: Headers.Headers): boolean =>
  link.length < maxUnread && /\brel\s*=\s*["']?\s*(?:[^"';,]*\s)?next\b/i.test(link) && nextOf(link) === undefined

const maxUnread = 1 << 14

/** The address of `rel=next` in a Link header. The header may be a quarter of a MiB, so no part of it is read twice. */
const inHeader = ({ link }: Headers.Headers): string | undefined => (link === undefined ? undefined : nextOf(link))

const nextOf = (link: string): string | undefined => {
  for (let open = link.indexOf("<"); open >= 0; ) {
    const close = link.indexOf(">", open)
    if (close < 0) return undefined
    const next = link.indexOf("<", close)
    if (isNext(link.slice(close + 1, next < 0 ? undefined : next))) return link.slice(open + 1, close)
    open = next
  }
  return undefined
}

/**
 * JSON:API and HAL put an address into an object with other properties; so does XML. Some vendors list all links by
 * `rel`.
 */
const written = (value: unknown): unknown => {
  if (Array.isArray(value) && value.every(isJsonObject)) {
    // Links without a relation may be of any page.
    return value.length > 0 && !value.some(hasRelation) ? value : written(value.find(isNextLink) ?? null)
  }
  if (isElsewhere(value)) return null
  if (!isJsonObject(value)) return value
  const address = value.href ?? value["@href"] ?? value["#text"] ?? (hasRelation(value) ? value.url : undefined)
  // An object that has no address in a usual place may have it in another.
  return address !== undefined || Object.values(value).every(isNothing) ? (address ?? null) : value
}

const relationOf = (value: JsonObject): unknown => value.rel ?? value["@rel"] ?? value.relation

const hasRelation = (value: JsonObject): boolean => relationOf(value) !== undefined

const isNextLink = (value: JsonObject): boolean => [relationOf(value)].flat().includes("next")

/** An XML list with one link is that link, which may be the answer's own; an unknown relation is followed. */
const elsewhere = new Set(["self", "first", "last", "prev", "previous", "alternate", "up", "start", "hub", "search"])

const isElsewhere = (value: unknown): boolean =>
  isJsonObject(value) && elsewhere.has(String(value.rel ?? value["@rel"] ?? "").toLowerCase())

const resolved = (target: string, { url }: Answer): Next => {
  if (!URL.canParse(target, url)) return { doubt: reason("read.nextInvalid") }
  const link = new URL(target, url)
  return link.origin === new URL(url).origin
    ? { link: link.href }
    : { doubt: reason("read.nextForeign", { origin: link.origin }) }
}

const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || value === false || (typeof value === "string" && value.trim() === "")

/** The address in the declared header, which may have the form of a Link header. */
const inOwnHeader = (name: string, { headers }: Answer): string | undefined => {
  const value = headers[name.toLowerCase()]?.trim() ?? ""
  return value.startsWith("<") ? nextOf(value) : value || undefined
}

/** Reads the next page from the declared place of the body, else from the header. */
export const nextFacts = (page: Page, answer: Answer, envelope: JsonObject | undefined): Next => {
  if (page.type === "link" && page.header !== undefined) {
    const target = inOwnHeader(page.header, answer)
    return target === undefined ? {} : resolved(target, answer)
  }
  if (page.type !== "link" || page.next === undefined) {
    const target = inHeader(answer.headers)
    if (target !== undefined) return resolved(target, answer)
    return isUnread(answer.headers) ? { doubt: reason("read.nextInvalid") } : {}
  }
  const value = written(follow(envelope, page.next))
  if (isNothing(value)) return {}
  return typeof value === "string" ? resolved(value.trim(), answer) : { doubt: reason("read.nextInvalid") }
}

/** Whether only the Link header names the next page of a list that is paged otherwise. */
export const isOnlyInHeader = (page: Page, { headers }: Answer): boolean =>
  (page.type === "cursor" || (page.type === "link" && (page.next ?? page.header) !== undefined)) &&
  inHeader(headers) !== undefined

/** The cursor or address of the next page; page numbers and links to the current page are also written there. */
export const nextIn = (value: unknown): string | undefined => {
  const text = written(value)
  return typeof text === "string" && text.trim() !== "" ? text.trim() : undefined
}

/** Whether a header names a next page; where others have nothing, some vendors write a word. */
export const isNextValue = (value: string | undefined): value is string =>
  nextIn(value) !== undefined && !/^\s*(?:0|-1|false|null|none|undefined|end)\s*$/i.test(value ?? "")

export const isAddress = (text: string): boolean =>
  /^(?:https?:\/\/|\/|\?)/i.test(text) || /^[\w.~/-]+\?[^\s=]+=/.test(text)
