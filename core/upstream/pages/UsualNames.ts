/** The usual names for the length of a list and its next page, and what an answer holds under them. */
import type { Entity } from "../../config/Entity.ts"
import { follow, tokensOf, tokenText } from "../../config/Pointer.ts"
import { wayTo } from "../../config/RecordPlaces.ts"
import { isJsonObject, type JsonObject } from "../records/Json.ts"
import { pathOf } from "../records/XmlRecords.ts"
import { nextIn } from "./NextPage.ts"

// Names as `normaliseName` writes them: `total_count`, `Total-Count` and `totalCount` are one.
export const usualTotal =
  /^(?:count|total|found|numfound|nbhits|@?odata\.count|total(?:count|items|results|records|entries|elements|rows|size|hits)|(?:items?|results?|records?|rows?)(?:count|total))$/
export const usualPages = /^(?:pages|numpages|nbpages|pages?count|pagestotal|totalpages|lastpage)$/
export const usualMore = /^has(?:more|next)(?:page|items|results|records|rows|data)?$/
/** Flags that count only if plainly true: some vendors write a word there, `NO_MORE_RESULTS`. */
export const usualRest =
  /^(?:exceededtransferlimit|moreitemsincollection|more|more(?:results|items|records|rows|data|available)|moreresultsavailable)$/
/** Flags of the last page; false means that more pages follow. */
export const usualLast = /^(?:last|lastpage|(?:is)?final(?:page)?|islast(?:page)?)$/
/** A flag of the list. */
export const usualWhole = /^(?:is)?complete$/
/** How many records follow this page. */
export const usualRemaining = /^remaining(?:items?|records?|results?|rows?)?(?:count|total)?$/
/** Flags of a truncated answer. One does not disprove the end of a complete list: some vendors set it on every page. */
export const usualCut = /^(?:(?:is|was)?(?:truncated|partial)|incomplete(?:results)?|partialresults?|timedout)$/
export const usualNext =
  /^(?:next|next(?:page|link|href|url|uri|offset|cursor|token|marker|(?:page|continuation)token|(?:page|records)(?:url|uri))|(?:continuation|resumption)token|continue|lastevaluatedkey|@?odata\.nextlink)$/
/** Headers that name the next page, some vendors' own words before it: `X-Next`, `x-ms-continuation`, `X-Shop-Next-Cursor`. */
export const usualNextHeader =
  /^(?:x-)?(?:(?:ms|paging|pagination|page|cursor)-)?(?:next|continuation)$|(?:^|-)(?:next-?(?:page|link|href|url|uri|offset|cursor|token|marker|page-?token)|continuation-?token)$/i
/** Names under which an answer says that something failed. */
export const usualError =
  /^(?:errors?|(?:is|has)errors?|error(?:message|code|number)|err(?:code|no|msg)?|fault|exception)$/
/** Places in which answers say how they went, beside those with facts of the list. */
const statePlaces = /^(?:(?:response)?(?:head|header|status)|response|shards)$/
const usualPlaces =
  /^(?:meta|metadata|info|page|pages|pager|paging|pagination|paginator|pageinfo|hits|links|cursors?|responsemetadata|resultinfo|resultset|searchinfo|view|additionaldata)$/

export type EnvelopeEntries = ReadonlyArray<readonly [pointer: string, name: string, value: unknown]>

/** The names in the objects around the records, from the root to the one that holds the list, and not these objects. */
export const envelopeEntries = (entity: Entity, envelope: JsonObject | undefined): EnvelopeEntries => {
  const { format, places, records } = entity
  if (places !== undefined) return places.flatMap((place) => onWay(format, wayTo(place), envelope))
  return onWay(format, format === "xml" ? pathOf(records).slice(1) : (tokensOf(records) ?? []), envelope)
}

const onWay = (
  format: Entity["format"],
  way: ReadonlyArray<string>,
  envelope: JsonObject | undefined
): EnvelopeEntries => {
  const found: Array<EnvelopeEntries[number]> = []
  let holders: ReadonlyArray<readonly [pointer: string, holder: unknown]> = [["", envelope]]
  for (const token of way) {
    for (const [pointer, holder] of holders) {
      if (!isJsonObject(holder)) continue
      for (const [name, value] of Object.entries(holder)) {
        if (name === token && typeof value === "object" && value !== null) continue
        found.push([`${pointer}/${tokenText(name)}`, nameIn(format, name), value])
      }
    }
    // Several XML elements may have the name.
    holders = holders.flatMap(([pointer, holder]) =>
      [follow(holder, [token])].flat().map((inner) => [`${pointer}/${tokenText(token)}`, inner] as const)
    )
  }
  return found
}

export const normaliseName = (name: string): string =>
  name
    .replaceAll(/[-_\s]/g, "")
    .toLowerCase()
    .replace(/^hydra:/, "")

/** In XML, without the mark of an attribute and the namespace prefix. */
const nameIn = (format: Entity["format"], name: string): string =>
  normaliseName(format === "xml" ? name.replace(/^@?(?:[^:]*:)?/, "") : name)

/** What an answer says of itself: around its list, and in the usual places beside it. */
export const statedEntries = (entity: Entity, envelope: JsonObject | undefined): EnvelopeEntries =>
  envelopeEntries(entity, envelope).flatMap((one) => {
    const [pointer, name, value] = one
    if (!isJsonObject(value) || !(usualPlaces.test(name) || statePlaces.test(name))) return [one]
    return [one, ...entriesBelow(entity.format, pointer, value)]
  })

const entriesBelow = (format: Entity["format"], pointer: string, value: JsonObject): EnvelopeEntries =>
  Object.entries(value).map(([inner, at]) => [`${pointer}/${tokenText(inner)}`, nameIn(format, inner), at] as const)

/** Adds what is one or two levels below, where vendors usually put such values. */
export const withNested = (format: Entity["format"], found: EnvelopeEntries, levels = 2): EnvelopeEntries =>
  found.flatMap(([pointer, name, given]) => {
    // `next: [{ href: … }]`.
    const value = Array.isArray(given) && given.length === 1 && usualNext.test(name) ? given[0] : given
    // `links: [{ rel: next, href: … }]`.
    if (Array.isArray(value)) return [[pointer, /^links?$/.test(name) ? "next" : name, value] as const]
    if (!isJsonObject(value)) return [[pointer, name, value] as const]
    if (usualNext.test(name)) return [nextWithin(pointer, name, value)]
    if (levels > 0 && usualPlaces.test(name)) {
      return withNested(format, entriesBelow(format, pointer, value), levels - 1)
    }
    // `total: { value: 40, relation: eq }`.
    return usualTotal.test(name) && "value" in value
      ? [[`${pointer}/value`, name, value.value] as const]
      : [[pointer, name, value] as const]
  })

/** `next: { after: abc, link: … }`: one of several values is what to send for the next page. */
const nextWithin = (pointer: string, name: string, value: JsonObject): EnvelopeEntries[number] => {
  const sent = "href" in value ? undefined : Object.entries(value).find(([key, at]) => !isMark(key) && isToken(at))
  return sent === undefined ? [pointer, name, value] : [`${pointer}/${tokenText(sent[0])}`, name, sent[1]]
}

/** Whether the key is an attribute of an XML element, or the text beside them. */
const isMark = (key: string): boolean => key.startsWith("@") || key.startsWith("#")

const isToken = (value: unknown): boolean => nextIn(value) !== undefined || (typeof value === "number" && value > 0)

/** Whether the value is a token, or an object that is one, such as a key of several columns. */
export const isContinuation = (value: unknown): boolean =>
  isToken(value) ||
  (isJsonObject(value) &&
    !("href" in value) &&
    Object.entries(value).some(([key, at]) => !isMark(key) && !isNothing(at)))

export const isNothing = (value: unknown): boolean =>
  value === null ||
  value === false ||
  value === "" ||
  value === 0 ||
  value === "0" ||
  (typeof value === "object" && Object.keys(value).length === 0)
