/** Whether the system answers that a category is loaded from: said once when outdated values replace its answers, and once when not. */
import { Cause, Duration, Effect } from "effect"
import { elapsedMillis } from "../observe/Elapsed.ts"

/** How long the system is not asked again for values that are kept outdated. */
const rest = Duration.toMillis(Duration.seconds(10))

export const make = <E>(connector: string, category: string) => {
  let away: { readonly cause: Cause.Cause<E>; readonly until: number } | undefined

  return {
    /** The last failure, where outdated values can replace every answer and the system failed a moment ago. */
    failure: (isReplaced: boolean): Effect.Effect<Cause.Cause<E> | undefined> =>
      Effect.map(elapsedMillis, (now) =>
        isReplaced && away !== undefined && now < away.until ? away.cause : undefined
      ),
    failed: Effect.fnUntraced(function* (cause: Cause.Cause<E>) {
      const now = yield* elapsedMillis
      const isNews = away === undefined
      if (away === undefined || now >= away.until) away = { cause, until: now + rest }
      if (!isNews) return
      yield* Effect.logWarning(`the cache of ${connector} answers with outdated values of ${category}: ${said(cause)}`)
    }),
    answered: Effect.suspend(() => {
      if (away === undefined) return Effect.void
      away = undefined
      return Effect.logInfo(`the cache of ${connector} has current values of ${category} again`)
    })
  }
}

const said = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  return error instanceof Error ? error.message : String(error)
}
