/** The usual ways to ask for the next page, for lists that do not say theirs; one is kept if it proves right. */
import type { ProposedPage, SeenPage } from "./DiscoverPage.ts"

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
const behind = ["after", "after_id", "id_after", "since_id", "starting_after", "last_id"]

/** Whether the page has as many records as vendors put on one. */
const isFull = (records: number): boolean => records >= 10 && records % 5 === 0

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
    return cursors
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
