/** How a list seems to be paged, from one page of it: what stands beside the records, the Link header, the request itself. */
import { pointerOf } from "./Arrays.ts"

export interface SeenPage {
  /** The whole answer, where it is JSON. */
  readonly answer: unknown
  /** How many records the page has. */
  readonly records: number
  /** It names a next page in its Link header. */
  readonly hasLink: boolean
  /** As the vendor counts them in a header. */
  readonly total: number | undefined
  /** Of the request. */
  readonly query: Readonly<Record<string, string>>
}

export interface ProposedPage {
  /** `page:` in YAML; absent: nothing was seen, or not enough to write it. */
  readonly page?: Readonly<Record<string, string | number>>
  /** Parameters that paging sends itself. */
  readonly own: ReadonlyArray<string>
  /** What a person should know about it. */
  readonly advice?: string
}

const numberNames = ["page", "p", "pageNumber", "page_number", "pageNo", "current_page", "currentPage"]
const offsetNames = ["offset", "skip", "start", "from"]
const sizeNames = ["per_page", "perPage", "pageSize", "page_size", "limit", "size", "count", "top", "take"]
const cursorName =
  /^(?:next_?(?:cursor|token|page_?token|page_?cursor)|end_?cursor|cursor|after|continuation(?:_?token)?)$/i
const nextName = /^(?:next|next_?(?:page|link|url|page_?url))$/i
const totalName = /^(?:total|total_?(?:count|items|records|results|elements)|record_?count)$/i

interface Beside {
  readonly pointer: string
  readonly name: string
  readonly value: string | number
}

/** Numbers and texts that no list holds. */
const besideIn = (value: unknown, pointer = "", depth = 0): ReadonlyArray<Beside> => {
  if (typeof value !== "object" || value === null || Array.isArray(value) || depth > 3) return []
  return Object.entries(value).flatMap(([name, inner]: readonly [string, unknown]) => {
    const at = `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`
    return typeof inner === "string" || typeof inner === "number"
      ? [{ pointer: at, name, value: inner }]
      : besideIn(inner, at, depth + 1)
  })
}

const whole = (value: string | number | undefined): number | undefined => {
  const number = Number(value)
  return value !== undefined && value !== "" && Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

/** `page` or `offset`, by what a request or the address of the next page says. */
const counted = (query: Readonly<Record<string, string>>, records: number): ProposedPage | undefined => {
  const sizeParam = sizeNames.find((name) => whole(query[name]) !== undefined)
  const asked = sizeParam === undefined ? undefined : whole(query[sizeParam])
  const size = Math.max(1, asked ?? records)
  const offset = offsetNames.find((name) => whole(query[name]) !== undefined)
  if (offset !== undefined && sizeParam !== undefined) {
    return { page: { type: "offset", size, param: offset, sizeParam }, own: [offset, sizeParam] }
  }
  const param = numberNames.find((name) => whole(query[name]) !== undefined)
  if (param === undefined) return undefined
  const first = whole(query[param]) === 0 ? { first: 0 } : {}
  const sized = sizeParam === undefined ? {} : { sizeParam }
  return { page: { type: "page", size, param, ...sized, ...first }, own: [param, ...Object.values(sized)] }
}

export const proposePage = ({ answer, hasLink, query, records, total }: SeenPage): ProposedPage => {
  if (hasLink) return { page: { type: "link" }, own: [] }
  const beside = besideIn(answer)
  const cursor = beside.find(({ name, value }) => cursorName.test(name) && value !== "" && !isAddress(value))
  if (cursor !== undefined) {
    const param = Object.keys(query).find((name) => cursorName.test(name)) ?? "cursor"
    const advice = `The next page's cursor was at ${cursor.pointer}; that the parameter is "${param}" is a guess.`
    return { page: { type: "cursor", param, next: pointerOf(cursor.pointer) }, own: [param], advice }
  }
  const asked = counted(query, records)
  if (asked !== undefined) return asked
  const next = beside.find(({ name, value }) => nextName.test(name) && isAddress(value))
  if (next !== undefined) {
    const address = new URL(String(next.value), "http://host.test")
    const follows = counted(Object.fromEntries(address.searchParams), records)
    // The address is of the second page: its first number says where counting began.
    const second = whole(address.searchParams.get(String(follows?.page?.param)) ?? undefined)
    if (follows?.page?.type === "page") {
      const { first: _, ...page } = follows.page
      return { ...follows, page: second === 1 ? { ...page, first: 0 } : page }
    }
    if (follows !== undefined) return follows
  }
  const counts = total ?? beside.flatMap(({ name, value }) => (totalName.test(name) ? (whole(value) ?? []) : []))[0]
  if (counts !== undefined && counts > records) {
    return {
      own: [],
      advice: `The answer has ${records} of ${counts} records: add "page:" with the vendor's parameters.`
    }
  }
  if (records >= 10 && records % 5 === 0 && counts === undefined) {
    return { own: [], advice: `Exactly ${records} records may be one page of more: add "page:" if it is.` }
  }
  return { own: [] }
}

const isAddress = (value: string | number): boolean => typeof value === "string" && /^(?:https?:\/\/|\/|\?)/.test(value)
