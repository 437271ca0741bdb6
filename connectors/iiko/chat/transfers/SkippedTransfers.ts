/** What the last evenings left where it was: the log knows only what was sent, so this is kept beside it. */
import { Effect, Schema } from "effect"
import { ChatKernel } from "../../../../core/sdk.ts"

/** About a month. */
const evenings = 30

/** What was kept before there were reasons has none, and one of another version may not be known. */
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
export const make = Effect.map(ChatKernel, ({ told }) => {
  const kept = told("transfers", Evenings)
  const read = Effect.map(kept.read, (days) => days ?? {})
  return {
    read,
    /** A later run of the same evening stands in place of the one before. */
    remember: Effect.fn("SkippedTransfers.remember")(function* (day: string, { skipped, unmatched }: SkippedTransfers) {
      const days = Object.entries({ ...(yield* read), [day]: { skipped, unmatched } })
      const last = days.toSorted(([one], [other]) => other.localeCompare(one)).slice(0, evenings)
      yield* kept.write(Object.fromEntries(last))
    })
  }
})
