/** The requests of an entity: values computed when a run begins, windows of time, and pages with proof of their end. */
import type { Duration } from "effect"
import type { WindowBound } from "./RecordPlaces.ts"
import type { Scalar } from "./schema/Scalars.ts"

/** A span of time; months are those of the calendar. */
export interface Span {
  readonly offset: Duration.Duration
  readonly months?: number
}

/** A date in `query`, `headers` or `body` that is computed when the run begins. */
export interface DateValue extends Span {
  readonly date: "now" | "today"
  readonly sign: 1 | -1
  readonly format: string
}

export type Bound = DateValue | { readonly day: string }

/** Windows of time in which a list is read, one after the other; `{from}` and `{to}` of the request are their bounds. */
export interface Windows {
  readonly from: Bound
  readonly to: Bound
  readonly step: Span
  readonly format: string
  /** `{to}` is the last day of its window, and not the first day of the next. */
  readonly inclusive: boolean
  /** The statuses of a window with too many records, whose halves are read in its place. */
  readonly split?: ReadonlyArray<number>
  /** The bounds that columns take: every record has them then. */
  readonly kept?: ReadonlyArray<WindowBound>
}

export type TemplateValue =
  | Scalar
  | DateValue
  | ReadonlyArray<TemplateValue>
  | { readonly [key: string]: TemplateValue }

export interface RequestTemplate {
  readonly method: "GET" | "POST"
  /** Relative to the connector's base URL. `{name}` of `forEach`, `{today-30d}` and `{cursor}` are filled everywhere. */
  readonly path: string
  readonly query: Readonly<Record<string, TemplateValue>>
  readonly headers: Readonly<Record<string, string>>
  /** At most one of the three: JSON, a form, or GraphQL. */
  readonly body?: TemplateValue
  readonly form?: Readonly<Record<string, TemplateValue>>
  /** Only the variables are templates: braces of the query are its own. */
  readonly graphql?: { readonly query: string; readonly variables: Readonly<Record<string, TemplateValue>> }
}

/** The places where an answer says how long the list is; `none`: the answer proves nothing. */
export interface PageProof {
  readonly total?: ReadonlyArray<string> | "none"
  readonly hasMore?: ReadonlyArray<string> | "none"
}

/** Pages whose end the vendor has to show: by a total, by a flag, or by a page without records. */
export interface CountedProof extends PageProof {
  readonly totalPages?: ReadonlyArray<string>
  /** Default `empty`. */
  readonly until?: "empty" | "short"
  /** Statuses that end the list, on any page after the first. */
  readonly endStatus?: ReadonlyArray<number>
}

/**
 * How a list is paged. A `param` or `sizeParam` that begins with a slash is a JSON Pointer into the body of the request,
 * any other is a query parameter.
 */
export type Page =
  | ({ readonly type: "none" } & PageProof)
  | ({
      readonly type: "page"
      readonly param: string
      readonly sizeParam?: string
      readonly size: number
      readonly first: number
      readonly maxPages: number
    } & CountedProof)
  | ({
      readonly type: "offset"
      readonly param: string
      readonly sizeParam: string
      readonly size: number
      /** The offset of the first page; absent: 0. */
      readonly first?: number
      readonly maxPages: number
    } & CountedProof)
  | ({
      readonly type: "cursor"
      readonly param: string
      /** The place of the next cursor in the body; absent: the header. */
      readonly next?: ReadonlyArray<string>
      readonly header?: string
      readonly sizeParam?: string
      readonly size?: number
      readonly maxPages: number
    } & PageProof)
  | ({
      readonly type: "link"
      /** The place of the next page in the body; absent: the header. */
      readonly next?: ReadonlyArray<string>
      /** The header that names the next page; absent: Link. */
      readonly header?: string
      readonly maxPages: number
      readonly sizeParam?: string
      readonly size?: number
    } & PageProof)
  | ({
      readonly type: "keyset"
      readonly param: string
      /** The column or pointer as declared, and its places in a record: the first one that has a value counts. */
      readonly by: string
      readonly places: ReadonlyArray<ReadonlyArray<string>>
      readonly sizeParam?: string
      readonly size?: number
      /** Default `empty`. */
      readonly until?: "empty" | "short"
      readonly maxPages: number
    } & PageProof)
