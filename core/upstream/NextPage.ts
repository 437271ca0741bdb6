/**
 * The next page as an answer names it: in its Link header (RFC 8288), or at a place of its body. An address is followed on
 * the request's own origin only, because the credentials go along.
 */
import type { Headers } from "effect/http"
import type { Page } from "../config/Entity.ts"
import { follow } from "../config/Pointer.ts"
import { reason } from "../reason/Reason.ts"
import type { Answer } from "./Exchange.ts"
import { isJsonObject, type JsonObject } from "./Json.ts"
import type { PageFacts } from "./Pager.ts"

type Next = Pick<PageFacts, "link" | "doubt">

/** What relations a link has: several in quotes, or one. */
const relations = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+)(?=\s*(?:[;,]|$)))/gi

const isNext = (parameters: string): boolean =>
  [...parameters.matchAll(relations)].some(([, several, one = several ?? ""]) =>
    one.toLowerCase().split(/\s+/).includes("next")
  )

/** The address after `rel=next` in a Link header, which may be a quarter of a MiB: nothing of it is read twice. */
const inHeader = ({ link = "" }: Headers.Headers): string | undefined => {
  for (let open = link.indexOf("<"); open >= 0; ) {
    const close = link.indexOf(">", open)
    if (close < 0) return undefined
    const next = link.indexOf("<", close)
    if (isNext(link.slice(close + 1, next < 0 ? undefined : next))) return link.slice(open + 1, close)
    open = next
  }
  return undefined
}

/** JSON:API and HAL put an address into an object, beside what else they say of it; so does XML. Some list all links by `rel`. */
const written = (value: unknown): unknown => {
  if (Array.isArray(value) && value.every(isJsonObject)) return written(value.find(isNextLink) ?? null)
  if (isElsewhere(value)) return null
  return isJsonObject(value) ? (value.href ?? value["@href"] ?? value["#text"] ?? null) : value
}

const isNextLink = (value: unknown): boolean => isJsonObject(value) && (value.rel ?? value["@rel"]) === "next"

/** Of XML a list of one link is that link, which may be the answer's own; a relation that nobody knows is followed. */
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

/** The place of the body where that is declared, else the header. */
export const nextFacts = (page: Page, answer: Answer, envelope: JsonObject | undefined): Next => {
  if (page.type !== "link" || page.next === undefined) {
    const target = inHeader(answer.headers)
    return target === undefined ? {} : resolved(target, answer)
  }
  const value = written(follow(envelope, page.next))
  if (isNothing(value)) return {}
  return typeof value === "string" ? resolved(value.trim(), answer) : { doubt: reason("read.nextInvalid") }
}

/** A header names the next page to a list that is paged by what stands in its bodies. */
export const isOnlyInHeader = (page: Page, { headers }: Answer): boolean =>
  (page.type === "cursor" || (page.type === "link" && page.next !== undefined)) && inHeader(headers) !== undefined

/** The cursor or address that follows a page; numbers of pages and links to the same one are written there, too. */
export const nextIn = (value: unknown): string | undefined => {
  const text = written(value)
  return typeof text === "string" && text.trim() !== "" ? text.trim() : undefined
}

export const isAddress = (text: string): boolean =>
  /^(?:https?:\/\/|\/|\?)/i.test(text) || /^[\w.~/-]+\?[^\s=]+=/.test(text)
