/** `tidy-writeoffs`: expires old drafts and waiting write-offs, and deletes those that no list shows. */
import { Effect, Schema } from "effect"
import { Action, PositiveDuration, type Reason, spanOf, sqlReason, withDefault } from "../../../core/sdk.ts"
import { Server } from "../documents/DocumentServer.ts"
import { iiko } from "../reasons.ts"
import * as WriteoffStore from "./WriteoffStore.ts"

const Settings = Schema.Struct({
  expiry: withDefault(
    PositiveDuration,
    "1d",
    "How long a draft stays untouched, or a write-off waits for approval, before it has expired. Default 1d."
  )
})

export const tidyWriteoffs = Action.make({
  name: "tidy-writeoffs",
  description: "Ends drafts and write-offs that nobody approved in time.",
  settings: Settings,
  input: Action.NoInput,
  run: Effect.fnUntraced(function* ({ expiry }, _, { dryRun }) {
    const { connector } = yield* Server
    if (dryRun) return report(iiko("iiko.wouldTidy"), [])
    const expired = yield* Effect.mapError(
      Effect.tap(WriteoffStore.expire({ connector, expiry }), WriteoffStore.trim(connector)),
      (error) => new Action.ActionFailed({ reason: iiko("iiko.untidy", { why: sqlReason(error) }) })
    )
    const ended = expired.map(({ author, id, number }) => ({ id, author, number }))
    const limit = spanOf(expiry)
    return report(
      ended.length === 0 ? iiko("iiko.nothingOld", { limit }) : iiko("iiko.expired", { count: ended.length, limit }),
      ended
    )
  })
})

const report = (summary: Reason, expired: Action.Json): Action.ActionReport => ({
  summary,
  items: [],
  notes: [],
  data: { expired }
})
