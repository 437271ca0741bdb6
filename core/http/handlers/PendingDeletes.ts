import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { type Decision, decide as decideOn } from "../../control/Decisions.ts"
import * as PendingDeletes from "../../database/audit/PendingDeletes.ts"
import { Api } from "../Api.ts"
import { Missing } from "../ApiErrors.ts"
import { fromDatabase, readDatabase } from "../Background.ts"
import { Caller } from "../Caller.ts"
import { ResponseCache } from "../ResponseCache.ts"
import { decidedDeleteOf, pendingDeleteOf, pendingDeleteRowsOf } from "../Responses.ts"

const sampleSize = 5
const decidedShown = 50

const open = PendingDeletes.open(sampleSize).pipe(
  Effect.map((rows) => ({ pending: rows.map(pendingDeleteOf) })),
  readDatabase
)

const decided = PendingDeletes.decided(sampleSize, decidedShown).pipe(
  Effect.map((rows) => ({ pending: rows.map(decidedDeleteOf) })),
  readDatabase
)

const one = Effect.fnUntraced(function* (
  id: number,
  { limit = 200, offset = 0 }: { readonly limit?: number; readonly offset?: number }
) {
  const page = yield* PendingDeletes.page(BigInt(id), offset, limit)
  if (page === undefined) return yield* new Missing({ detail: `There is no pending delete ${id}.` })
  return pendingDeleteRowsOf(page)
}, readDatabase)

const decide = Effect.fnUntraced(
  function* (id: number, decision: Decision) {
    const caller = yield* Caller
    return yield* decideOn(BigInt(id), decision, caller)
  },
  Effect.catchTag("PendingDeleteGone", ({ message }) => Effect.fail(new Missing({ detail: message }))),
  fromDatabase
)

export const layer = HttpApiBuilder.group(
  Api,
  "pendingDeletes",
  Effect.fn(function* (handlers) {
    const { forget } = yield* ResponseCache
    return handlers.handleAll({
      pendingDeletes: ({ query }) => (query.status === "decided" ? decided : open),
      pendingDelete: ({ params, query }) => one(params.id, query),
      decidePendingDelete: ({ params, payload }) => Effect.ensuring(decide(params.id, payload.decision), forget)
    })
  })
)
