/** `stop-list`: reads the stop list now and reports the changes. */
import { Effect, Schema } from "effect"
import { Action, reason, withDefault } from "../../../core/sdk.ts"
import { Server } from "../documents/DocumentServer.ts"
import { iiko } from "../reasons.ts"
import * as State from "./State.ts"
import { stopListUnavailable } from "./StopListUnavailable.ts"

const Input = Schema.Struct({
  refresh: withDefault(Schema.Boolean, true, "Whether iikoCloud is asked first. Default true.")
})

export const stopList = Action.make({
  name: "stop-list",
  description: "Reads the stop list and tells what is new on it, what is gone and what is still there.",
  settings: Schema.Struct({}),
  input: Input,
  run: Effect.fnUntraced(function* (_settings, { refresh }, context) {
    const { connector } = yield* Server
    const current = Effect.mapError(State.current(connector), stopListUnavailable)
    // Before the very first sync there is no table, and nothing on the list.
    const before = yield* refresh ? Effect.orElseSucceed(current, () => []) : current
    const stale = refresh ? yield* context.refresh([`${connector}.stop_list`]) : []
    const { added, gone, still } = State.difference(before, refresh ? yield* current : before)
    return {
      summary: iiko("iiko.stopList", { added: added.length, gone: gone.length, still: still.length }),
      items: [],
      notes: stale.map((one) => reason("action.stale", { ...one })),
      data: { added, gone, still }
    }
  })
})
