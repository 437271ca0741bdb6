import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { reportOf } from "../../cache/CacheReport.ts"
import * as Cache from "../../cache/Caches.ts"
import { Api } from "../Api.ts"
import { Missing, WrongOptions } from "../ApiErrors.ts"
import { Caller } from "../Caller.ts"

const running = Effect.flatMap(Cache.Caches, ({ running }) => running)

const list = Effect.map(
  Effect.flatMap(running, (caches) => Effect.forEach(caches, reportOf)),
  (caches) => ({ caches: caches.toSorted((a, b) => (a.connector < b.connector ? -1 : 1)) })
)

const clear = Effect.fnUntraced(function* (
  connector: string,
  { category, key }: { readonly category?: string; readonly key?: string }
) {
  const cache = (yield* running).find((one) => one.connector === connector)
  if (cache === undefined) return yield* new Missing({ detail: `The connector ${connector} has no cache.` })
  if (key !== undefined && category === undefined) {
    return yield* new WrongOptions({ detail: "A key belongs to a category: say which." })
  }
  if (!(yield* cache.clear(category, key))) {
    const known = Object.keys(yield* cache.categories).join(", ")
    return yield* new Missing({ detail: `The cache of ${connector} has no category ${category}; it has ${known}.` })
  }
  const { actor } = yield* Caller
  // Neither a table nor a row changes; a key may be personal.
  yield* Effect.logInfo("a cache was cleared").pipe(
    Effect.annotateLogs({ connector, category: category ?? "*", actor })
  )
  return yield* reportOf(cache)
})

export const layer = HttpApiBuilder.group(Api, "caches", (handlers) =>
  handlers.handleAll({
    caches: () => list,
    clearCache: ({ params, payload }) => clear(params.connector, payload)
  })
)
