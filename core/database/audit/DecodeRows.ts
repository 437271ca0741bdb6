/** Decodes rows of the daemon's own tables. The migrations made them, so another shape is a defect, not an error. */
import { Effect, Schema } from "effect"

export const decodeOwn = <T>(row: Schema.ConstraintDecoder<T>) => {
  const decode = Schema.decodeUnknownEffect(Schema.Array(row))
  return (rows: unknown) => Effect.orDie(decode(rows))
}
