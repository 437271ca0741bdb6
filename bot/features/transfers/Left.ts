/** What the last evenings left where it was: the log knows only what was sent, so this is kept beside it. */
import { Effect, Schema } from "effect"
import * as Told from "../../Told.ts"

/** About a month. */
const evenings = 30

export const Left = Schema.Struct({
  skipped: Schema.Array(Schema.Struct({ restaurant: Schema.String, why: Schema.String })),
  unmatched: Schema.Array(
    Schema.Struct({
      restaurant: Schema.String,
      products: Schema.Array(Schema.Struct({ product: Schema.String, why: Schema.String }))
    })
  )
})
export type Left = typeof Left.Type

/** By day. */
const kept = Told.make("transfers", Schema.Record(Schema.String, Left))

export const read = Effect.map(kept.read, (days) => days ?? {})

/** A later run of the same evening stands in place of the one before. */
export const remember = Effect.fn("Left.remember")(function* (day: string, { skipped, unmatched }: Left) {
  const days = Object.entries({ ...(yield* read), [day]: { skipped, unmatched } })
  yield* kept.write(Object.fromEntries(days.toSorted(([one], [other]) => other.localeCompare(one)).slice(0, evenings)))
})
