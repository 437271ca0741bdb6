/** The usual ways to ask for the next page, for lists that do not say theirs; one is kept if it proves right. */
import { follow, tokensOf } from "../../config/Pointer.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import type { ProposedPage, SeenPage } from "./DiscoverPage.ts"
import { propose } from "./Proposal.ts"

const cursors = [
  "cursor",
  "after",
  "page_token",
  "pageToken",
  "next",
  "starting_after",
  "continue",
  "continuation",
  "continuationToken",
  "token"
]
/** For a cursor that is a number, of a page or of a record. */
const numbers = ["start", "offset", "skip", "page"]
const behind = ["after", "after_id", "id_after", "since_id", "starting_after", "last_id", "from", "from_id"]

/** Whether the page has as many records as vendors put on one. */
const isFull = (records: number): boolean => records >= 10 && records % 5 === 0

const isNumber = ({ answer }: SeenPage, next: string | number | undefined): boolean =>
  /^\d+$/.test(String(follow(answer, tokensOf(String(next ?? "")) ?? [])))

/** The likeliest key, if the records are in its ascending order. */
export const ascendingKey = (records: ReadonlyArray<SourceRecord>): string | undefined => {
  const { fields, key, places } = propose(records)
  const field = fields.find(({ column }) => column === key[0])
  if (field === undefined) return undefined
  const place = places.get(field.column) ?? [field.column]
  const texts = records.map((record) => String(follow(record, place)))
  if (!texts.every((text) => /^-?\d+$/.test(text))) return undefined
  const values = texts.map(BigInt)
  return values.every((value, at) => at === 0 || value > (values[at - 1] ?? 0n)) ? field.column : undefined
}

/**
 * `key`: the field by whose ascending values the records are ordered, if there is one. Only parameters of the query are
 * tried: a body that the vendor does not know may do something else.
 */
export const otherPages = (
  seen: SeenPage,
  proposed: ProposedPage,
  key: string | undefined
): ReadonlyArray<ProposedPage> => {
  const { page } = proposed
  if (page !== undefined) {
    if (proposed.isGuess !== true || page.type !== "cursor") return []
    return (isNumber(seen, page.next) ? numbers : cursors)
      .filter((param) => param !== page.param)
      .map((param) => ({ page: { ...page, param }, own: [], isGuess: true }))
  }
  if (!isFull(seen.records) && proposed.advice === undefined) return []
  const size = seen.records
  const sizeParam = seen.asked.find((one) => !one.param.startsWith("/") && String(one.value) === String(size))?.param
  const sized = sizeParam === undefined ? {} : { sizeParam }
  const own = sizeParam === undefined ? [] : [sizeParam]
  return [
    ...["page", "p"].map((param) => ({ page: { type: "page", size, param, ...sized }, own, isGuess: true as const })),
    ...[
      ["offset", "limit"],
      ["skip", "take"],
      ["start", "count"]
    ].map(([param = "", limit = ""]) => ({
      page: { type: "offset", size, param, sizeParam: sizeParam ?? limit },
      own,
      isGuess: true as const
    })),
    ...(key === undefined
      ? []
      : behind.map((param) => ({
          page: { type: "keyset", by: key, param, size, ...sized },
          own,
          isGuess: true as const
        })))
  ]
}
