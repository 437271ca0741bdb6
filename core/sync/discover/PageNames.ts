/** The values around the records of an answer, and the names by which requests and answers speak of pages. */
import { follow, tokenText } from "../../config/Pointer.ts"
import { nextIn } from "../../upstream/pages/NextPage.ts"

export const numberNames = [
  "page",
  "p",
  "pageNumber",
  "page_number",
  "pageNo",
  "current_page",
  "currentPage",
  "page[number]"
]
export const offsetNames = ["offset", "skip", "start", "from", "page[offset]"]
export const sizeNames = [
  ...["per_page", "perPage", "pageSize", "page_size", "limit", "size", "count", "top", "take"],
  ...["page[size]", "page[limit]"]
]
export const cursorName =
  /^(?:next_?(?:cursor|token|page_?token|page_?cursor)|end_?cursor|cursor|after|continuation(?:_?token)?)$/i
export const nextName = /^(?:next|next_?(?:page|link|url|page_?url|marker|offset)|@odata\.nextLink)$/i
export const moreName = /^(?:has_?more|has_?next(?:_?page)?)$/i
export const pagesName = /^(?:total_?pages|pages?_?count|num_?pages|last_?page)$/i
export const totalName = /^(?:total|total_?(?:count|items|records|results|elements)|record_?count)$/i

export type Scalar = string | number | boolean

export interface EnvelopeValue {
  readonly pointer: string
  readonly name: string
  readonly value: Scalar
}

/** The prefix of an XML attribute. */
const attribute = /^@(?!odata\.)/

/** Returns the numbers, texts and flags outside of lists. An object with an address in it counts as that address. */
export const envelopeValues = (value: unknown, pointer = "", depth = 0): ReadonlyArray<EnvelopeValue> => {
  if (typeof value !== "object" || value === null || Array.isArray(value) || depth > 3) return []
  return Object.entries(value).flatMap(([name, inner]: readonly [string, unknown]) => {
    const at = `${pointer}/${tokenText(name)}`
    const address = nextName.test(name) && typeof inner === "object" ? nextIn(inner) : undefined
    if (address !== undefined) return [{ pointer: at, name, value: address }]
    // `total: { value: 40, relation: eq }`.
    const count = totalName.test(name) ? follow(inner, ["value"]) : undefined
    if (typeof count === "number") return [{ pointer: `${at}/value`, name, value: count }]
    return typeof inner === "string" || typeof inner === "number" || typeof inner === "boolean"
      ? [{ pointer: at, name: name.replace(attribute, ""), value: inner }]
      : envelopeValues(inner, at, depth + 1)
  })
}
