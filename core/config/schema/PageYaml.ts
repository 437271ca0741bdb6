/** How a list is paged, and what proves that it was read completely. */
import { Schema } from "effect"
import { reason } from "../../reason/Reason.ts"
import { expects } from "./Expected.ts"
import { Integer } from "./Scalars.ts"
import { optional, required, withDefault } from "./YamlKeys.ts"

const Size = Integer(1, 1_000_000)
const First = Integer(0, 1_000_000)
const Name = Schema.NonEmptyString

const maxPages = withDefault(
  Integer(1, 1_000_000),
  10_000,
  "Pages beyond which a read is taken as incomplete. Default 10000."
)
const place = "or a JSON Pointer into the body (/variables/after)"
const optionalSize = {
  sizeParam: optional(Name, `The query parameter of the size, ${place}, if the vendor takes one.`),
  size: optional(Size, "Records a page.")
}

const total = optional(
  Schema.String,
  "JSON Pointer to the number of records of the whole list, as in total: /meta/total; or none: the vendor's totals prove nothing. Without it X-Total-Count and Content-Range are heeded."
)
const hasMore = optional(
  Schema.String,
  "JSON Pointer to a flag that is false on the last page, as in hasMore: /has_more; or none: such a flag proves nothing."
)
const until = withDefault(
  Schema.Literals(["empty", "short"]),
  "empty",
  "What ends the list where no total does. empty: a page without records. short: a page of fewer records than size, for vendors that fill every page. Default empty."
)
const counts = {
  until,
  total,
  totalPages: optional(Schema.String, "JSON Pointer to the number of pages, as in totalPages: /meta/total_pages."),
  hasMore,
  endStatus: withDefault(
    Schema.Array(Integer(400, 499)),
    [],
    "Statuses that mean, after the first page, that the list is over, as in endStatus: [422]. 404 and 416 are asked again first unless they stand here."
  )
}

export const PageYaml = Schema.Union([
  Schema.Struct({ type: Schema.Literal("none"), total, hasMore }).annotate({ description: "One request gives all." }),
  Schema.Struct({
    type: Schema.Literal("page"),
    size: required(Size, reason("meaning.pageSize")),
    param: withDefault(Name, "page", `The query parameter of the page number, ${place}. Default page.`),
    sizeParam: optionalSize.sizeParam,
    first: withDefault(First, 1, "The number of the first page. Default 1."),
    ...counts,
    maxPages
  }).annotate({ description: "Numbered pages." }),
  Schema.Struct({
    type: Schema.Literal("offset"),
    size: required(Size, reason("meaning.offsetSize")),
    param: withDefault(Name, "offset", `The query parameter of the offset, ${place}. Default offset.`),
    sizeParam: withDefault(Name, "limit", `The query parameter of the size, ${place}. Default limit.`),
    first: optional(First, "The offset of the first page. Default 0."),
    ...counts,
    maxPages
  }).annotate({ description: "An offset and a limit." }),
  Schema.Struct({
    type: Schema.Literal("cursor"),
    param: withDefault(Name, "cursor", `The query parameter of the cursor, ${place}. Default cursor.`),
    next: optional(Schema.String, "JSON Pointer to the next cursor in the answer, as in next: /paging/next."),
    header: optional(Name, "Instead of next: the header with the next cursor, as in header: X-Continuation."),
    ...optionalSize,
    total,
    hasMore,
    maxPages
  }).annotate({ description: "Each answer holds the cursor of the next, in `next` or in `header`." }),
  Schema.Struct({
    type: Schema.Literal("link"),
    next: optional(
      Schema.String,
      "JSON Pointer to the address of the next page in the answer, or to an object with href, as in next: /links/next. Without it a header names the next page."
    ),
    header: optional(Name, "The header with the address of the next page, as in header: X-Next. Default Link."),
    ...optionalSize,
    total,
    hasMore,
    maxPages
  }).annotate({
    description: "Each answer names the address of the next."
  }),
  Schema.Struct({
    type: Schema.Literal("keyset"),
    by: required(Schema.NonEmptyString, reason("meaning.keysetBy")),
    param: required(Name, reason("meaning.keysetParam", { example: "/filter/id_after" })),
    ...optionalSize,
    until,
    total,
    hasMore,
    maxPages
  }).annotate({ description: "Each request asks for the records after the last one of the page before." })
]).annotate(expects(reason("value.page")))

export type PageYaml = typeof PageYaml.Type
