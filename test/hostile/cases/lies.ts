/** Lists in pages whose vendor lies about the next one, the last one or how many there are. */
import type { Entity } from "../../../core/config/Entity.ts"
import type { Answer, Case } from "../table.ts"

const items = (from: number, count = 3) =>
  Array.from({ length: count }, (_, at) => ({ id: from + at, name: `name ${from + at}` }))

const page = (value: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  body: [JSON.stringify(value)],
  headers
})

const at = (url: URL, name: string): number => Number(url.searchParams.get(name) ?? 1)

const paged = { page: { type: "page", param: "p", first: 1, size: 3, maxPages: 20 } } satisfies Partial<Entity>
const cursor = { page: { type: "cursor", param: "c", next: ["next"], maxPages: 20 } } satisfies Partial<Entity>
const link = { page: { type: "link", next: ["next"], maxPages: 20 } } satisfies Partial<Entity>
const header = { page: { type: "link", maxPages: 20 } } satisfies Partial<Entity>

const lie = (name: string, entity: Partial<Entity>, answer: Case["answer"], message: RegExp): Case => ({
  name: `pages_${name}`,
  format: "json",
  entity,
  answer,
  status: "warning",
  message
})

export const lies: ReadonlyArray<Case> = [
  lie("without_end", paged, (url) => page({ items: items(at(url, "p") * 3) }), /20 pages|maxPages/),
  lie("always_the_same", paged, page({ items: items(1) }), /page/),
  lie(
    "with_a_total_of_a_million",
    { page: { ...paged.page, total: ["total"] } },
    (url) => page({ items: at(url, "p") > 1 ? [] : items(1), total: 1_000_000 }),
    /1000000/
  ),
  lie(
    "with_a_total_that_falls",
    { page: { ...paged.page, total: ["total"] } },
    (url) => page({ items: items(at(url, "p") * 3), total: 100 - at(url, "p") * 10 }),
    /total|fell|from/
  ),
  lie(
    "with_odd_totals",
    { page: { ...paged.page, total: ["total"] } },
    (url) => page({ items: items(at(url, "p") * 3), total: -1e308 }),
    /20 pages|maxPages/
  ),
  {
    ...lie(
      "that_break_in_the_middle",
      paged,
      (url) => (at(url, "p") < 3 ? page({ items: items(at(url, "p") * 3) }) : { body: ['{"items":[{"id"'] }),
      /expected JSON/
    ),
    status: "failed"
  },
  lie("with_the_same_cursor", cursor, page({ items: items(1), next: "x" }), /page|cursor/),
  lie(
    "with_ever_new_cursors",
    cursor,
    (url) =>
      page({
        items: items(1 + 3 * Number(url.searchParams.get("c") ?? 0)),
        next: String(Number(url.searchParams.get("c") ?? 0) + 1)
      }),
    /20 pages|maxPages/
  ),
  lie(
    "with_a_cursor_of_a_megabyte",
    cursor,
    page({ items: items(1), next: "x".repeat(1 << 15) }),
    /the cursor of page 1 is longer than 16384 characters/
  ),
  lie("with_a_cursor_that_is_a_list", cursor, page({ items: items(1), next: [[[1]]] }), /page|cursor/),
  lie("with_a_link_elsewhere", link, page({ items: items(1), next: "http://169.254.169.254/" }), /169\.254/),
  lie("with_a_link_that_is_none", link, page({ items: items(1), next: "http://[" }), /address|link|next/),
  lie(
    "with_a_link_of_a_megabyte",
    link,
    page({ items: items(1), next: `/pages?x=${"y".repeat(1 << 15)}` }),
    /longer than 16384 characters/
  ),
  lie("with_a_link_to_itself", link, page({ items: items(1), next: "/pages_with_a_link_to_itself" }), /page|link/),
  lie(
    "with_a_header_elsewhere",
    header,
    page({ items: items(1) }, { link: '<http://evil.test/>; rel="next"' }),
    /evil\.test/
  ),
  lie(
    "with_a_flag_for_ever",
    { page: { ...paged.page, hasMore: ["more"] } },
    (url) => page({ items: at(url, "p") > 2 ? [] : items(at(url, "p") * 3), more: true }),
    /more/
  ),
  lie(
    "with_more_pages_than_it_has",
    { page: { ...paged.page, totalPages: ["pages"] } },
    (url) => page({ items: at(url, "p") > 2 ? [] : items(at(url, "p") * 3), pages: 1e15 }),
    /page/
  )
]
