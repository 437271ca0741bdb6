/** `spreadsheets.batchUpdate`: changes of cells and of the grid, all of them or none. */
import { Effect, Schema } from "effect"
import { type Action, action, type Reply } from "./BatchAction.ts"
import * as Cells from "./CellRequests.ts"
import * as Grid from "./GridRequests.ts"
import type { SpreadsheetState } from "./Model.ts"
import { invalid } from "./Refusal.ts"

const Batch = Schema.fromJsonString(
  Schema.Struct({ requests: Schema.optionalKey(Schema.Array(Schema.Record(Schema.String, Schema.Json))) })
)
const decodeBatch = Schema.decodeUnknownEffect(Batch)

/** Requests that only change the look of a sheet are accepted and ignored. */
const lookOnly = action(Schema.Record(Schema.String, Schema.Json), () => Effect.succeed({}))

const actions: ReadonlyMap<string, Action> = new Map(
  Object.entries({
    ...Cells,
    ...Grid,
    updateDimensionProperties: lookOnly,
    autoResizeDimensions: lookOnly,
    updateBorders: lookOnly
  })
)

/** Changes `book`; the caller passes a copy, and keeps it only if this succeeds. */
export const batchUpdate = Effect.fnUntraced(function* (book: SpreadsheetState, body: string) {
  const { requests = [] } = yield* Effect.mapError(decodeBatch(body), () =>
    invalid("Invalid JSON payload received. Unable to parse it as a batch of requests.")
  )
  if (requests.length === 0) return yield* invalid("Must specify at least one request.")
  const replies: Array<Reply> = []
  for (const [index, request] of requests.entries()) {
    const [kind = "", more] = Object.keys(request)
    const found = actions.get(kind)
    if (found === undefined) {
      return yield* invalid(
        `Invalid JSON payload received. Unknown name "${kind}" at 'requests[${index}]': Cannot find field.`
      )
    }
    if (more !== undefined) return yield* invalid(`Invalid requests[${index}]: oneof field 'kind' is already set.`)
    replies.push(yield* found.run(book, request[kind] ?? {}, `requests[${index}].${kind}`))
  }
  return { spreadsheetId: book.id, replies }
})
