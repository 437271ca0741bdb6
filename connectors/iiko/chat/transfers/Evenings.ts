/** The last evenings, newest first: the transfers in the log of actions, and what was not transferred. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { ChatKernel } from "../../../../core/sdk.ts"
import { byEvening, storeNames } from "../../documents/Transfers.ts"
import * as SkippedTransfers from "./SkippedTransfers.ts"
import type { Evening, LoggedMove } from "./Summary.ts"

/** Some weeks of entries, with a few each evening. */
const maxEntries = 400

const decodeRequest = Schema.decodeUnknownOption(Schema.Struct({ items: Schema.Array(Schema.Unknown) }))

/** `action`: the id of the action that transfers. */
export const make = Effect.fnUntraced(function* (action: string) {
  const { connector, control } = yield* ChatKernel
  const sql = yield* SqlClient.SqlClient
  const left = yield* SkippedTransfers.make

  return Effect.gen(function* () {
    const [entries, names, skipped] = yield* Effect.all(
      [control.actions.log({ action, limit: maxEntries }), storeNames(connector), left.read],
      { concurrency: 3 }
    )
    const counts = new Map(
      entries.map(({ key, request }) => {
        const decoded = decodeRequest(request)
        return [key, decoded._tag === "Some" ? decoded.value.items.length : undefined]
      })
    )
    const moves = new Map(
      byEvening(entries).map(({ day, items }) => [
        day,
        items.map(
          ({ detail, source, status, target }): LoggedMove => ({
            status,
            detail,
            source: names.get(source) ?? source,
            target: names.get(target) ?? target,
            count: counts.get(`${action}:${day}/${source}/${target}`)
          })
        )
      ])
    )
    const days = new Set([
      ...moves.keys(),
      ...Object.entries(skipped)
        .filter(([, { skipped, unmatched }]) => skipped.length + unmatched.length > 0)
        .map(([day]) => day)
    ])
    return [...days]
      .toSorted((one, other) => other.localeCompare(one))
      .map(
        (day): Evening => ({ day, moves: moves.get(day) ?? [], left: skipped[day] ?? { skipped: [], unmatched: [] } })
      )
  }).pipe(Effect.provideService(SqlClient.SqlClient, sql))
})
