/** How a list is paged. */
import { Schema } from "effect"
import { optional, required, withDefault } from "./Keys.ts"
import { Whole } from "./Scalars.ts"

const Size = Whole(1, 1_000_000)
const Name = Schema.NonEmptyString

const maxPages = withDefault(
  Whole(1, 1_000_000),
  10_000,
  "Pages beyond which a read is taken as incomplete. Default 10000."
)
const optionalSize = {
  sizeParam: optional(Name, "The query parameter of the size, if the vendor takes one."),
  size: optional(Size, "Records a page.")
}

export const PageYaml = Schema.Union([
  Schema.Struct({ type: Schema.Literal("none") }).annotate({ description: "One request gives all." }),
  Schema.Struct({
    type: Schema.Literal("page"),
    size: required(Size, "How many records a full page has, as in size: 100; a shorter page is the last."),
    param: withDefault(Name, "page", "The query parameter of the page number. Default page."),
    sizeParam: optionalSize.sizeParam,
    first: withDefault(Whole(0, 1), 1, "The number of the first page. Default 1."),
    maxPages
  }).annotate({ description: "Numbered pages." }),
  Schema.Struct({
    type: Schema.Literal("offset"),
    size: required(Size, "How many records to ask for at once, as in size: 100."),
    param: withDefault(Name, "offset", "The query parameter of the offset. Default offset."),
    sizeParam: withDefault(Name, "limit", "The query parameter of the size. Default limit."),
    maxPages
  }).annotate({ description: "An offset and a limit." }),
  Schema.Struct({
    type: Schema.Literal("cursor"),
    param: withDefault(Name, "cursor", "The query parameter of the cursor. Default cursor."),
    next: required(Schema.String, "JSON Pointer to the next cursor in the answer, as in next: /paging/next."),
    ...optionalSize,
    maxPages
  }).annotate({ description: "Each answer holds the cursor of the next." }),
  Schema.Struct({ type: Schema.Literal("link"), ...optionalSize, maxPages }).annotate({
    description: "The Link header of each answer names the next."
  })
]).annotate({ expected: "a map such as { type: page, size: 100 }" })
