/**
 * The facts of an answer about its list: in headers, and beside the records in JSON and XML. Places
 * that the entity declares are proofs. Places with usual names count only where they contradict the end, since their
 * meaning is not declared.
 */
import type { Entity } from "../../config/Entity.ts"
import { follow, pointerTo, tokenText } from "../../config/Pointer.ts"
import type { Page } from "../../config/RequestTemplate.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import type { Answer } from "../exchange/Exchange.ts"
import { envelopeOf } from "../records/Envelope.ts"
import { isJsonObject, type JsonObject } from "../records/Json.ts"
import type { BodyFacts } from "../records/Records.ts"
import { countOf, elementValue, flagOf, isFormattedCount } from "./FactValues.ts"
import { hasPosition, nextNumber, pointsBack } from "./NextNumber.ts"
import { isAddress, isNextValue, isOnlyInHeader, nextFacts, nextIn } from "./NextPage.ts"
import type { PageFacts } from "./Pager.ts"
import { refusal, shortJson } from "./Refusal.ts"
import {
  type EnvelopeEntries,
  envelopeEntries,
  isContinuation,
  normaliseName,
  usualCut,
  usualLast,
  usualMore,
  usualNext,
  usualNextHeader,
  usualPages,
  usualRemaining,
  usualRest,
  usualTotal,
  usualWhole,
  withNested
} from "./UsualNames.ts"

/** JSON and XML show their end themselves; other formats need HTTP to show where they end. */
const endFacts = ({ format }: Entity, { headers }: Answer): Pick<PageFacts, "doubt"> =>
  (format === "csv" || format === "ndjson") &&
  headers["content-length"] === undefined &&
  headers["transfer-encoding"] === undefined
    ? { doubt: reason("read.endless") }
    : {}

/** `items 0-24/319` is a page of a list, with or without its unit. A range in bytes is a piece of a document, which no paging explains. */
const rangeFacts = (page: Page, { headers, status }: Answer): Pick<PageFacts, "total" | "doubt"> => {
  const [written, unit = "", total] =
    /^\s*(?:([\w-]+)\s+)?(?:\d+-\d+|\*)\/(\d+|\*)\s*$/.exec(headers["content-range"] ?? "") ?? []
  const counts = written !== undefined && unit.toLowerCase() !== "bytes"
  if ((status === 206 && (page.type === "none" || !counts)) || unit.toLowerCase() === "bytes") {
    return { doubt: reason("read.range", { signs: `${status}${unit === "" ? "" : ", Content-Range"}` }) }
  }
  return counts && total !== undefined && total !== "*" ? { total: Number(total) } : {}
}

/** The facts that the headers and the declared places prove. */
const proofs = (page: Page, { headers }: Answer, envelope: JsonObject | undefined): Partial<PageFacts> => {
  const at = (tokens: ReadonlyArray<string>) => follow(envelope, tokens)
  const { hasMore, total } = page
  const flag = hasMore === undefined || hasMore === "none" ? undefined : at(hasMore)
  const counted = page.type === "page" || page.type === "offset" ? page : undefined
  return {
    ...(page.type === "cursor" ? { cursor: cursorOf(page, headers, at) } : {}),
    ...(total === "none" ? {} : given("total", countOf(total === undefined ? headers["x-total-count"] : at(total)))),
    ...(counted?.totalPages === undefined ? {} : given("totalPages", countOf(at(counted.totalPages)))),
    ...given("hasMore", flagOf(flag)),
    ...(flag === null ? { flagless: true } : {})
  }
}

/** Without its header there is no next page. */
const cursorOf = (
  { header = "", next }: Extract<Page, { readonly type: "cursor" }>,
  headers: Answer["headers"],
  at: (tokens: ReadonlyArray<string>) => unknown
): unknown => (next === undefined ? (headers[header.toLowerCase()] ?? null) : at(next))

const given = <Name extends string, Value>(name: Name, value: Value | undefined): { readonly [K in Name]?: Value } =>
  // A computed key widens to string; its type is `Name`.
  value === undefined ? {} : ({ [name]: value } as { readonly [K in Name]?: Value })

const usualTotalHeaders = ["x-total", "x-wp-total", "x-pagination-total-count", "x-pagination-total", "total-count"]
const usualPagesHeaders = ["x-total-pages", "x-wp-totalpages", "x-pagination-page-count", "x-page-count"]

type Hints = NonNullable<PageFacts["hints"]>
/** Whether the declared cursor of incremental reads is at this place; it is not a next page. */
const isSince = ({ incremental }: Entity, pointer: string): boolean =>
  incremental?.from !== undefined && `${pointerTo(incremental.from)}/`.startsWith(`${pointer}/`)

const highest = (found: EnvelopeEntries): Hints["total"] => {
  const [first, ...others] = found.flatMap(([pointer, , value]) => {
    const count = countOf(value)
    return count === undefined ? [] : [{ pointer, count }]
  })
  return first && others.reduce((most, one) => (one.count > most.count ? one : most), first)
}

const inHeaders = (names: ReadonlyArray<string>, { headers }: Answer): EnvelopeEntries =>
  names.map((name) => [name, normaliseName(name), headers[name]] as const)

const nextHeaders = ({ headers }: Answer): EnvelopeEntries =>
  Object.entries(headers).flatMap(([name, value]) =>
    usualNextHeader.test(name) && isNextValue(value) ? [[name, normaliseName(name), value] as const] : []
  )

/** `X-Pagination: {"TotalCount": 40}`. */
const inJsonHeader = ({ headers }: Answer): EnvelopeEntries =>
  Object.entries(envelopeOf(headers["x-pagination"] ?? "") ?? {}).map(
    ([name, value]) => [`x-pagination/${tokenText(name)}`, normaliseName(name), value] as const
  )

/** An offset names a next page if it is a token; a number is the offset of the current page. */
const isNext = ([, name, value]: EnvelopeEntries[number]): boolean =>
  name === "offset"
    ? typeof value === "string" && /\D/.test(value.trim())
    : usualNext.test(name) && isContinuation(value)

const isPlainlyTrue = (raw: unknown): boolean => {
  const value = elementValue(raw)
  return value === true || value === 1 || (typeof value === "string" && /^\s*(?:true|1)\s*$/i.test(value))
}

/** `links: { last: false }` is a missing address, not a flag. */
const isNotLast = ([pointer, name, value]: EnvelopeEntries[number]): boolean =>
  value === false && usualLast.test(name) && !/\/_?links\/[^/]+$/i.test(pointer)

const isLink = ([, name, value]: EnvelopeEntries[number]): boolean =>
  (isJsonObject(value) && ("href" in value || "@href" in value)) ||
  isAddress(nextIn(value) ?? "") ||
  /(?:link|url|uri|href)$/.test(name)

const hints = (entity: Entity, answer: Answer, envelope: JsonObject | undefined): Hints => {
  const { page } = entity
  const found = withNested(entity.format, envelopeEntries(entity, envelope)).filter(
    ([pointer]) => !isSince(entity, pointer)
  )
  const stated = [...found, ...inJsonHeader(answer)]
  // A next page that is named beside them leads where they lead.
  const isCounted = page.type === "page" || page.type === "offset" || page.type === "keyset"
  const named = (names: RegExp) => stated.filter(([, name]) => names.test(name))
  const total =
    page.total === undefined ? highest([...named(usualTotal), ...inHeaders(usualTotalHeaders, answer)]) : undefined
  const pages =
    page.total === "none" || ("totalPages" in page && page.totalPages !== undefined)
      ? undefined
      : highest([...named(usualPages), ...inHeaders(usualPagesHeaders, answer)])
  // The value of the declared place is followed anyway.
  const declared = page.type === "cursor" || page.type === "link" ? page.next : undefined
  const follows = declared !== undefined && isContinuation(follow(envelope, declared))
  const placed = [...stated, ...inHeaders(["x-page"], answer)]
  const next = follows
    ? undefined
    : found.find((one) => isNext(one) && (isCounted || !pointsBack(one, placed, answer.asked)))
  const ownHeader = page.type === "link" || page.type === "cursor" ? page.header?.toLowerCase() : undefined
  const header = follows
    ? undefined
    : nextHeaders(answer).find((one) => one[0] !== ownHeader && !pointsBack(one, placed, answer.asked))
  const flags = [...named(usualMore), ...inHeaders(["x-has-more"], answer)].map(
    ([pointer, , value]) => [pointer, flagOf(value)] as const
  )
  const more =
    flags.find(([, flag]) => flag === true) ??
    named(usualCut).find(([, , value]) => flagOf(value) === true) ??
    named(usualRest).find(([, , value]) => isPlainlyTrue(value)) ??
    found.find(isNotLast) ??
    // An entity that takes any state of an answer as it is takes this one, too.
    (entity.fail === "none" ? undefined : named(usualWhole).find(([, , value]) => value === false)) ??
    named(usualRemaining).find(([, , value]) => (countOf(value) ?? 0) > 0) ??
    // `done: false` of a job, if there is no address beside it.
    (next !== undefined && isLink(next) ? named(/^done$/).find(([, , value]) => value === false) : undefined)
  const less = found.some(([, name, value]) => usualMore.test(name) && flagOf(value) === false)
  const unfollowed = isCounted ? undefined : (unfollowedOf(page, answer, next, placed) ?? unfollowedHeader(header))
  const moreAt = more?.[0] ?? (isCounted ? undefined : header?.[0])
  const nextAt = next?.[0] ?? header?.[0]
  return {
    ...(total === undefined ? {} : { total }),
    ...(pages === undefined ? {} : { pages }),
    ...(moreAt === undefined || page.hasMore !== undefined ? {} : { more: moreAt }),
    ...(unfollowed === undefined || page.hasMore !== undefined ? {} : { unfollowed }),
    ...(isCounted && nextAt !== undefined && page.hasMore !== "none" ? { next: nextAt } : {}),
    ...(page.hasMore === undefined && less ? { less: true } : {}),
    ...(page.type === "none" ? {} : { isPaged: true })
  }
}

/** A next page that the declared paging does not lead to. */
const unfollowedOf = (
  page: Page,
  answer: Answer,
  next: EnvelopeEntries[number] | undefined,
  stated: EnvelopeEntries
): Hints["unfollowed"] => {
  if (next === undefined) return isOnlyInHeader(page, answer) ? { pointer: "Link", as: "header" } : undefined
  const number = nextNumber(next)
  return {
    pointer: next[0],
    as: isLink(next) ? "link" : "cursor",
    ...(number === undefined ? {} : { number: { ...number, placed: hasPosition(number, stated, answer.asked) } })
  }
}

/** A number there only says that there is more: it may be that of a page or of a record. */
const unfollowedHeader = (header: EnvelopeEntries[number] | undefined): Hints["unfollowed"] => {
  if (header === undefined || nextNumber(header) !== undefined) return undefined
  return { pointer: header[0], as: isAddress(String(header[2])) ? "headerLink" : "headerCursor" }
}

const looksInto = (page: Page): boolean =>
  ((page.type === "cursor" || page.type === "link") && page.next !== undefined) ||
  Array.isArray(page.total) ||
  Array.isArray(page.hasMore)

/**
 * A total that is written for people, as in `1 000` or `40 items`: it may contradict an end that something else proves.
 * Other values mean that the vendor does not count (-1, `?`).
 */
const unreadable = (page: Page, { headers }: Answer, envelope: JsonObject | undefined): Reason | undefined => {
  const at = (key: string, tokens: ReadonlyArray<string> = []) =>
    tokens.length === 0 ? [] : [{ key, pointer: pointerTo(tokens), value: follow(envelope, tokens) }]
  const { total } = page
  const totals =
    total === undefined
      ? [{ key: "page.total", pointer: "X-Total-Count", value: headers["x-total-count"] }]
      : at("page.total", total === "none" ? [] : total)
  const found = [...totals, ...at("page.totalPages", "totalPages" in page ? page.totalPages : [])].find(({ value }) =>
    isFormattedCount(value)
  )
  return found && reason("read.unreadable", { ...found, value: shortJson(found.value) })
}

const bodyFacts = (page: Page, answer: Answer, envelope: JsonObject | undefined): Pick<PageFacts, "doubt"> =>
  envelope === undefined && looksInto(page) && answer.status !== 204 ? { doubt: reason("read.noObject") } : {}

export const factsOf = (entity: Entity, answer: Answer, { ambiguous, blank, envelope }: BodyFacts): PageFacts => {
  const { page } = entity
  const range = rangeFacts(page, answer)
  const link = nextFacts(page, answer, envelope)
  const doubt =
    (ambiguous && reason("read.ambiguous", { why: ambiguous })) ??
    refusal(entity, envelope) ??
    range.doubt ??
    link.doubt ??
    endFacts(entity, answer).doubt ??
    unreadable(page, answer, envelope) ??
    bodyFacts(page, answer, envelope).doubt
  return {
    ...(range.total === undefined || page.total !== undefined ? {} : { total: range.total }),
    ...(link.link === undefined ? {} : { link: link.link }),
    ...proofs(page, answer, envelope),
    hints: hints(entity, answer, envelope),
    ...(blank === undefined ? {} : { blank }),
    ...(doubt === undefined ? {} : { doubt })
  }
}
