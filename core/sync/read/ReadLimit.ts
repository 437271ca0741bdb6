/** Ends a read early, after so many records of all its requests together. Such a read never counts as whole. */
import { type Array as Arr, Cause, Channel, Effect, Pull } from "effect"
import { reason } from "../../reason/Reason.ts"
import { type Batch, partial, type Source } from "../../upstream/Source.ts"

/** Returns what limits the sources of one read; a source that begins after the end sends no request. */
export const readLimit = (limit: number | undefined): ((source: Source) => Source) => {
  if (limit === undefined) return (source) => source
  let left = limit
  const end = partial(reason("read.limited", { limit }))
  const taken = (batch: Batch): Batch => {
    // At least one is left, and a batch is not empty.
    const some = batch.slice(0, left) as unknown as Arr.NonEmptyReadonlyArray<Batch[0]>
    left -= some.length
    return some
  }
  return (source) =>
    Channel.transformPull(source, (pull) =>
      Effect.succeed(
        Effect.suspend(() =>
          left === 0
            ? Cause.done(end)
            : Pull.matchEffect(pull, {
                onSuccess: (batch) => Effect.succeed(taken(batch)),
                onFailure: Effect.failCause,
                onDone: () => Cause.done(end)
              })
        )
      )
    )
}
