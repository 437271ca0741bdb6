/** The transfers skipped on the last evenings: the log has only those that were sent, so the bot stores the others. */
import { Effect, Schema } from "effect"
import { ChatKernel } from "../../../../core/sdk.ts"

/** Evenings that are kept: about a month. */
const evenings = 30

/** Old entries have no reason, and the code of another version may be unknown. */
const Why = { why: Schema.String, whyReason: Schema.optionalKey(Schema.Unknown) }

export const SkippedTransfers = Schema.Struct({
  skipped: Schema.Array(Schema.Struct({ restaurant: Schema.String, ...Why })),
  unmatched: Schema.Array(
    Schema.Struct({
      restaurant: Schema.String,
      products: Schema.Array(Schema.Struct({ product: Schema.String, ...Why }))
    })
  )
})
export type SkippedTransfers = typeof SkippedTransfers.Type

const Evenings = Schema.Record(Schema.String, SkippedTransfers)

/** By day. */
export const make = Effect.map(ChatKernel, ({ notificationState }) => {
  const state = notificationState("transfers", Evenings)
  const read = Effect.map(state.read, (days) => days ?? {})
  return {
    read,
    /** A later run of the same evening replaces the earlier one. */
    remember: Effect.fn("SkippedTransfers.remember")(function* (day: string, { skipped, unmatched }: SkippedTransfers) {
      const days = Object.entries({ ...(yield* read), [day]: { skipped, unmatched } })
      const last = days.toSorted(([one], [other]) => other.localeCompare(one)).slice(0, evenings)
      yield* state.write(Object.fromEntries(last))
    })
  }
})
