/** Rows of the daemon's own tables, decoded. The migrations made them: another shape is a defect, not an error. */
import { Effect, Schema } from "effect"

export const decodeOwn = <T>(row: Schema.ConstraintDecoder<T>) => {
  const decode = Schema.decodeUnknownEffect(Schema.Array(row))
  return (rows: unknown) => Effect.orDie(decode(rows))
}
