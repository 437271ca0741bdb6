/** The vendor's answers: the list in any format, one record, a token; and edits from other processes. */
import { DateTime, Effect, Option, Schema, Struct } from "effect"
import {
  json,
  type SandboxHandler,
  type SandboxRequest,
  type SandboxResponse,
  type Vendor,
  visibleCount
} from "../../../core/sdk-sandbox.ts"
import { type Access, auths, isAllowed, issueToken } from "./Access.ts"
import { type Format, formats, jsonOf, type PageInfo } from "./Formats.ts"
import { addressOf, linkOf, type Trouble, troubles, windowOf } from "./Paging.ts"
import { exists, Item, itemOf, put, type Records, select } from "./Records.ts"

export interface RestState {
  readonly records: Records
  readonly access: Access
  trouble: Trouble
}

const refuse = (status: number, error: string) => json({ error }, status)

export const refusals = {
  unauthorized: refuse(401, "unauthorized"),
  licence: refuse(403, "no free licence"),
  rateLimited: refuse(429, "too many requests")
}

export const makeHandler = (state: RestState): SandboxHandler =>
  Effect.fnUntraced(function* (request) {
    if (request.method === "POST" && request.path === "/oauth/token") return yield* issueToken(state.access, request)
    if (!(yield* isAllowed(state.access, request))) return refusals.unauthorized
    const [found, extension = "json", id] = /^\/items(?:\.(\w+)|\/(\d+))?$/.exec(request.path) ?? []
    const format = formats[extension]
    if (request.method !== "GET" || found === undefined || format === undefined) return refuse(404, "not found")
    return id === undefined ? list(state, request, format) : one(state.records, Number(id))
  })

const one = (records: Records, id: number): SandboxResponse =>
  exists(records, id)
    ? { headers: { "content-type": "application/json" }, body: jsonOf(itemOf(records, id)) }
    : refuse(404, "not found")

const list = ({ records, trouble }: RestState, request: SandboxRequest, format: Format): SandboxResponse => {
  const text = request.query.get("updatedSince")
  const since = text === null ? undefined : Option.getOrUndefined(DateTime.make(text))
  if (text !== null && since === undefined) return refuse(400, "updatedSince is not a date")
  const selection = select(records, since)
  // Records that a fault removes from the list are not counted either: a larger `total` is a trouble of its own.
  const shown = windowOf(visibleCount(request, selection.count), request.query, trouble)
  const page = { ...shown, address: shown.next === null ? null : addressOf(request, shown.next) }
  if (trouble === "shrinkingTotal" && selection.count > 0) records.removed.add(selection.at(0))
  return {
    headers: {
      "content-type": format.contentType,
      ...(page.address === null ? {} : { link: linkOf(request, page.address) })
    },
    body: written(format, page, page.length, (place) => itemOf(records, selection.at(page.start + place)))
  }
}

/** Records per chunk: few enough to hold, and enough to make the cost of a chunk negligible. */
const batch = 500

function* written(format: Format, page: PageInfo, length: number, at: (place: number) => Item): Iterable<string> {
  yield format.open(page)
  for (let from = 0; from < length; from += batch) {
    const count = Math.min(batch, length - from)
    const records = Array.from({ length: count }, (_, index) => format.record(at(from + index)))
    yield (from === 0 ? "" : format.between) + records.join(format.between)
  }
  yield format.close(page)
}

const Edits = Schema.Array(
  Schema.Union([
    Schema.Struct({
      collection: Schema.Literal("items"),
      put: Schema.optionalKey(Schema.Array(Item.mapFields(Struct.mapOmit(["id"], Schema.optionalKey)))),
      remove: Schema.optionalKey(Schema.Array(Schema.Struct({ id: Schema.Int })))
    }),
    Schema.Struct({
      collection: Schema.Literal("settings"),
      put: Schema.Array(
        Schema.Struct({
          size: Schema.optionalKey(Schema.Int),
          auth: Schema.optionalKey(Schema.Literals(auths)),
          trouble: Schema.optionalKey(Schema.Literals(troubles))
        })
      )
    })
  ])
)
const decodeEdits = Schema.decodeUnknownEffect(Edits)

/** Puts and removes items; the one row of `settings` has the size, the authorization and the trouble. */
export const makeEdit = (state: RestState): Vendor["edit"] =>
  Effect.fnUntraced(
    function* (body: unknown) {
      const now = DateTime.formatIso(yield* DateTime.now)
      for (const edit of yield* decodeEdits(body)) {
        if (edit.collection === "settings") {
          for (const { size = state.records.size, auth = state.access.auth, trouble = state.trouble } of edit.put) {
            state.records.size = size
            state.access.auth = auth
            state.trouble = trouble
          }
          continue
        }
        for (const item of edit.put ?? []) put(state.records, { updated_at: now, ...item })
        for (const { id } of edit.remove ?? []) state.records.removed.add(id)
      }
      return json({ ok: true })
    },
    Effect.catchTag("SchemaError", (error) => Effect.succeed(json({ error: error.message }, 400)))
  )
