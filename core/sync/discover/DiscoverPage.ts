/** Guesses how a list is paged from one page of it: the values beside the records, the Link header and the request. */

import { tokenText } from "../../config/Pointer.ts"
import { isAddress, isNextValue, nextIn } from "../../upstream/pages/NextPage.ts"
import { usualNextHeader } from "../../upstream/pages/UsualNames.ts"
import type { ResponseInfo } from "../../upstream/Source.ts"
import type { Content, RequestValue } from "./DiscoveryRequest.ts"
import {
  cursorName,
  type EnvelopeValue,
  envelopeValues,
  moreName,
  nextName,
  numberNames,
  offsetNames,
  pagesName,
  type Scalar,
  sizeNames,
  totalName
} from "./PageNames.ts"

export interface SeenPage extends ResponseInfo {
  /** The number of records on the page. */
  readonly records: number
  /** The parameters of the request, wherever they are. */
  readonly asked: ReadonlyArray<RequestValue>
  /** What the request carries beside its query; absent: nothing. */
  readonly content?: Content | undefined
}

export interface ProposedPage {
  /** The `page:` key in YAML; absent if nothing was seen, or not enough to write it. */
  readonly page?: Readonly<Record<string, string | number>>
  /** Parameters that the pager itself sends. */
  readonly own: ReadonlyArray<string>
  /** Advice for a person. */
  readonly advice?: string
  /** Whether the parameter is a guess. */
  readonly isGuess?: true
}

const whole = (value: Scalar | undefined): number | undefined => {
  const number = Number(value)
  return value !== undefined &&
    typeof value !== "boolean" &&
    value !== "" &&
    Number.isSafeInteger(number) &&
    number >= 0
    ? number
    : undefined
}

/** Proposes `page` or `offset` by the parameters of a request or of the next page's address. */
const counted = (asked: ReadonlyArray<RequestValue>, records: number): ProposedPage | undefined => {
  const named = (names: ReadonlyArray<string>) =>
    names
      .map((name) => asked.find((one) => one.name === name && whole(one.value) !== undefined))
      .find((one) => one !== undefined)
  const sizeBy = named(sizeNames)
  const sizeParam = sizeBy?.param
  const size = Math.max(1, whole(sizeBy?.value) ?? records)
  const offset = named(offsetNames)
  if (offset !== undefined && sizeParam !== undefined) {
    const { param } = offset
    const first = whole(offset.value) === 1 ? { first: 1 } : {}
    return { page: { type: "offset", size, param, sizeParam, ...first }, own: [param, sizeParam] }
  }
  const number = named(numberNames)
  if (number === undefined) return undefined
  const { param } = number
  const first = whole(number.value) === 0 ? { first: 0 } : {}
  const sized = sizeParam === undefined ? {} : { sizeParam }
  return { page: { type: "page", size, param, ...sized, ...first }, own: [param, ...Object.values(sized)] }
}

export const proposePage = (seen: SeenPage): ProposedPage => {
  if (seen.hasLink) return { page: { type: "link" }, own: [] }
  const header = headerOf(seen)
  if (header !== undefined) return { page: { type: "link", header }, own: [] }
  const beside = envelopeValues(seen.answer)
  const proposed =
    byAddress(seen, beside) ??
    byCursor(seen, beside, isCursor) ??
    counted(seen.asked, seen.records) ??
    byHeader(seen) ??
    byNext(seen, beside) ??
    byBody(seen, beside) ??
    byCursor(seen, beside, isNextNumber)
  if (proposed?.page === undefined) return { own: [], ...adviceOn(seen, beside, proofIn(seen, beside)) }
  return withProof(seen, proposed)
}

/** Adds to the page what shows the end of its list. */
export const withProof = (seen: SeenPage, proposed: ProposedPage): ProposedPage => {
  const { page } = proposed
  if (page === undefined) return proposed
  const proof = proofIn(seen, envelopeValues(seen.answer))
  return isOf(page, proof) ? { ...proposed, page: { ...page, ...proof } } : proposed
}

/** A header other than Link that names the address of the next page, such as X-Next. */
const headerOf = ({ headers, url }: SeenPage): string | undefined =>
  Object.entries(headers).find(
    ([name, value]) => /(?:^|-)next(?:-|$)/i.test(name) && isAddress(value) && isOfHost(value, url)
  )?.[0]

const isOfHost = (address: string, url: string): boolean =>
  URL.canParse(address, url) && new URL(address, url).origin === new URL(url).origin

type Proof = Readonly<Record<string, string>>

/** Returns the sign that the list has ended: the vendor's own flag, else a count greater than the page's. */
const proofIn = ({ records }: SeenPage, beside: ReadonlyArray<EnvelopeValue>): Proof => {
  const flag = beside.find(({ name, value }) => moreName.test(name) && /^(?:true|false)$/i.test(String(value)))
  if (flag !== undefined) return { hasMore: flag.pointer }
  const more = (names: RegExp, than: number) =>
    beside.find(({ name, value }) => names.test(name) && (whole(value) ?? 0) > than)
  const total = more(totalName, records)
  if (total !== undefined) return { total: total.pointer }
  const pages = more(pagesName, 1)
  return pages === undefined ? {} : { totalPages: pages.pointer }
}

/** Whether the proof fits the paging: a page count fits only numbered pages. */
const isOf = ({ type }: NonNullable<ProposedPage["page"]>, proof: Proof): boolean =>
  proof.totalPages === undefined || type === "page" || type === "offset"

/** Uses the next page's address from the answer, which leaves nothing to guess; never one on another host. */
const byAddress = ({ url }: SeenPage, beside: ReadonlyArray<EnvelopeValue>): ProposedPage | undefined => {
  const next = addressIn(beside)
  return next !== undefined && isOfHost(next.value, url)
    ? { page: { type: "link", next: next.pointer }, own: [] }
    : undefined
}

const isCursor = ({ name, value }: EnvelopeValue): boolean =>
  (cursorName.test(name) && (typeof value === "number" || nextIn(value) !== undefined)) ||
  (nextName.test(name) && nextIn(value) !== undefined && whole(value) === undefined)

/** Whether it is a number such as `"next_page": 2`; sent as the parameter, it is a cursor like any other. */
const isNextNumber = ({ name, value }: EnvelopeValue): boolean => nextName.test(name) && (whole(value) ?? 0) > 0

const cursorIn = (
  beside: ReadonlyArray<EnvelopeValue>,
  isOne: (one: EnvelopeValue) => boolean
): EnvelopeValue | undefined => beside.find((one) => isOne(one) && !isAddress(String(one.value)))

const byCursor = (
  { asked, content }: SeenPage,
  beside: ReadonlyArray<EnvelopeValue>,
  isOne: (one: EnvelopeValue) => boolean
): ProposedPage | undefined => {
  const cursor = cursorIn(beside, isOne)
  if (cursor === undefined) return undefined
  const known = paramOf(cursor.name, asked)
  const isAsked = asked.some((one) => one.param === known)
  if (!isAsked && content === "graphql") return undefined
  const param = isAsked ? known : placeOf(known, content)
  const advice = `The next page's cursor was at ${cursor.pointer}; that the parameter is "${param}" is a guess.`
  const page = { type: "cursor", param, next: cursor.pointer }
  return isAsked ? { page, own: [param] } : { page, own: [param], advice, isGuess: true }
}

/** A cursor in a header, such as X-Next-Cursor; nothing in it says how the parameter is called. */
const byHeader = ({ asked, content, headers }: SeenPage): ProposedPage | undefined => {
  const header = Object.keys(headers).find((name) => usualNextHeader.test(name) && isNextValue(headers[name]))
  if (header === undefined || isAddress(headers[header] ?? "") || content === "graphql") return undefined
  const known = paramOf(header.replace(/^.*(?=next|continuation)/i, "").replaceAll("-", "_"), asked)
  const isAsked = asked.some((one) => one.param === known)
  const param = isAsked ? known : placeOf(known, content)
  const advice = `The next page's cursor was in the header ${header}; that the parameter is "${param}" is a guess.`
  const page = { type: "cursor", param, header }
  return isAsked ? { page, own: [param] } : { page, own: [param], advice, isGuess: true }
}

/** A parameter that the request did not have stands where the others do. */
const placeOf = (name: string, content: Content | undefined): string =>
  content === undefined ? name : `/${tokenText(name)}`

/** Requests say `page_token` where answers say `next_page_token`, and `after` where answers say `end_cursor`. */
const paramOf = (name: string, asked: ReadonlyArray<RequestValue>): string => {
  const bare = name.replace(/^next_?(?=\w)/i, "")
  const param = /^end_?cursor$/i.test(name) ? "after" : bare === name && /^next/i.test(name) ? "cursor" : bare
  const cased = /^[A-Z]/.test(name) ? param : `${param.slice(0, 1).toLowerCase()}${param.slice(1)}`
  const known = asked.find((one) => one.name === cased) ?? asked.find((one) => cursorName.test(one.name))
  return known?.param ?? cased
}

/** Reads the parameters from the address of the second page; its number shows where counting began. */
const byNext = ({ records }: SeenPage, beside: ReadonlyArray<EnvelopeValue>): ProposedPage | undefined => {
  const next = addressIn(beside)
  if (next === undefined || !URL.canParse(next.value, "http://host.test")) return undefined
  const { searchParams } = new URL(next.value, "http://host.test")
  const follows = counted(
    [...searchParams].map(([name, value]) => ({ param: name, name, value })),
    records
  )
  if (follows?.page?.type !== "page") return follows
  const { first: _, ...page } = follows.page
  const second = whole(searchParams.get(String(page.param)) ?? undefined)
  return { ...follows, page: second === 1 ? { ...page, first: 0 } : page }
}

/** Names of the page number in an answer where requests say `page`. */
const calledPage = /^(?:number|current_?page)$/i
/** Names that count something else in an answer. */
const countsElse = /^(?:from|start|count|top)$/i

/** `"page": 1, "per_page": 20` in the answer are often the names of the parameters, too. */
const byBody = ({ content, records }: SeenPage, beside: ReadonlyArray<EnvelopeValue>): ProposedPage | undefined => {
  if (content === "graphql") return undefined
  const names = beside.flatMap(({ name: written, value }) => {
    const name = calledPage.test(written) ? "page" : written
    return countsElse.test(written) ? [] : [{ param: placeOf(name, content), name, value }]
  })
  const proposal = counted(names, records)
  if (proposal?.page?.sizeParam === undefined) return undefined
  const { param, sizeParam } = proposal.page
  return {
    ...proposal,
    own: [],
    isGuess: true,
    advice: `That the parameters are "${param}" and "${sizeParam}", as in the answer, is a guess.`
  }
}

const addressIn = (beside: ReadonlyArray<EnvelopeValue>): (EnvelopeValue & { readonly value: string }) | undefined =>
  beside
    .flatMap((one) => (typeof one.value === "string" ? [{ ...one, value: one.value.trim() }] : []))
    .find(({ name, value }) => (nextName.test(name) || cursorName.test(name)) && isAddress(value))

/** There seem to be more pages, and nothing says how to request them. */
const adviceOn = (
  { content, records, total }: SeenPage,
  beside: ReadonlyArray<EnvelopeValue>,
  proof: Proof
): Pick<ProposedPage, "advice"> => {
  const next = addressIn(beside)
  if (next !== undefined) {
    return {
      advice: `The next page's address at ${next.pointer} leads to another host, which is never followed: add "page:" with the parameter that differs in it.`
    }
  }
  const cursor = content === "graphql" ? cursorIn(beside, isCursor) : undefined
  if (cursor !== undefined) {
    return {
      advice: `The next page's cursor was at ${cursor.pointer}, and the query takes none: declare a variable for it, as in query ($after: String) { deals(after: $after) { … } }.`
    }
  }
  const counts = total ?? whole(beside.find(({ pointer }) => pointer === proof.total)?.value)
  if (counts !== undefined && counts > records) {
    return { advice: `The answer has ${records} of ${counts} records: add "page:" with the vendor's parameters.` }
  }
  const [[name, pointer] = []] = Object.entries(proof)
  const more = beside.find((one) => one.pointer === pointer)?.value
  if (name !== undefined && !/^false$/i.test(String(more))) {
    const written = `page: { …, ${name}: ${pointer} }`
    return {
      advice: `The answer says at ${pointer} that there is more: add "${written}" with the vendor's parameters.`
    }
  }
  const isCounted = beside.some((one) => totalName.test(one.name) && whole(one.value) !== undefined)
  if (records >= 10 && records % 5 === 0 && name === undefined && !isCounted && total === undefined) {
    return { advice: `Exactly ${records} records may be one page of more: add "page:" if it is.` }
  }
  return {}
}
