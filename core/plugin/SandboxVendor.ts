/**
 * The parts from which a vendor's half of a sandbox is written: the request and answer of its handler, lists that obey
 * the active fault, and edits of its data.
 */
import type * as http from "node:http"
import { Effect, Schema } from "effect"
import type { Fault } from "./Sandbox.ts"

export interface SandboxRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
  /** The raw body, for content that is not text. */
  readonly bytes: Uint8Array
  /** Requests in progress when this one arrived, itself included. */
  readonly inFlight: number
  /**
   * Present if the vendor must handle it itself: its refusals, and `empty` and `partial` in its own format, see
   * `visible`.
   */
  readonly fault: Fault | undefined
}

export interface SandboxResponse {
  /** Default 200. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** An iterable is streamed chunk by chunk and never held whole. */
  readonly body: string | Uint8Array | Iterable<string> | AsyncIterable<string>
}

export type SandboxHandler = (request: SandboxRequest) => Effect.Effect<SandboxResponse>

export type Refusals = Readonly<Record<"licence" | "unauthorized" | "rateLimited", SandboxResponse>>

export interface Vendor {
  readonly handler: SandboxHandler
  /** Edits the vendor's data for other processes; takes the decoded JSON of `POST /_sandbox/data`. */
  readonly edit: (body: unknown) => Effect.Effect<SandboxResponse>
  /** How this vendor refuses; a function if its APIs differ in that. */
  readonly refusals: Refusals | ((request: SandboxRequest) => Refusals)
}

export const json = (body: unknown, status = 200): SandboxResponse => ({
  status,
  headers: { "content-type": "application/json;charset=UTF-8" },
  body: JSON.stringify(body)
})

/** How many of a list's records remain under the active fault. */
export const visibleCount = (request: SandboxRequest, total: number): number => {
  if (request.fault?.mode === "empty") return 0
  if (request.fault?.mode === "partial") return Math.min(total, request.fault.keep ?? Math.floor(total / 2))
  return total
}

/** The part of a list that remains under the active fault. */
export const visible = <A>(request: SandboxRequest, records: ReadonlyArray<A>): ReadonlyArray<A> =>
  request.fault === undefined ? records : records.slice(0, visibleCount(request, records.length))

const Row = Schema.Record(Schema.String, Schema.Unknown)

/** One collection's edits: `put` adds a row or changes the given fields of the row with the same key. */
const Edit = Schema.Struct({
  collection: Schema.String,
  put: Schema.optionalKey(Schema.Array(Row)),
  remove: Schema.optionalKey(Schema.Array(Row)).annotate({
    description: "Rows to remove; only the key columns are looked at"
  })
})
const decodeEdits = Schema.decodeUnknownEffect(Schema.Array(Edit))

type Row = { [column: string]: unknown }

export interface Collection {
  readonly rows: Array<Row>
  /** Default `["id"]`. */
  readonly key?: ReadonlyArray<string>
  /** Makes the row that is written for a `put`, e.g. with a new revision; `existing` is absent for a new row. */
  readonly prepare?: (put: Row, existing: Row | undefined) => Row
}

/**
 * The usual `edit` of a vendor: a JSON array of `Edit` over named collections. The values come from a test and are
 * trusted.
 */
export const editCollections = Effect.fn("SandboxVendor.editCollections")(
  function* (collections: Readonly<Record<string, Collection>>, body: unknown) {
    for (const { collection: name, put = [], remove = [] } of yield* decodeEdits(body)) {
      const collection = collections[name]
      if (collection === undefined) return json({ error: `no such collection: ${name}` }, 400)
      const { rows, key = ["id"], prepare = (row) => ({ ...row }) } = collection
      const indexOf = (row: Row) => rows.findIndex((each) => key.every((k) => each[k] === row[k]))
      for (const row of put) {
        const existing = rows[indexOf(row)]
        const written = prepare(row, existing)
        if (existing === undefined) rows.push(written)
        else Object.assign(existing, written)
      }
      for (const row of remove) {
        const index = indexOf(row)
        if (index >= 0) rows.splice(index, 1)
      }
    }
    return json({ ok: true })
  },
  Effect.catchTag("SchemaError", (error) => Effect.succeed(json({ error: error.message }, 400)))
)
