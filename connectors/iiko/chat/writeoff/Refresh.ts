/** Opening a write-off syncs products and reference lists that are old, in the background. */

import { Clock, Duration, Effect } from "effect"
import { ChatKernel, type ChatRequester } from "../../../../core/sdk.ts"

const maxAge = Duration.minutes(10)

/** The tables of a write-off's choices; several entities may fill one table. */
const lists = ["entity", "product", "product_group", "store"]

export const make = Effect.gen(function* () {
  const { runInBackground, connector, control } = yield* ChatKernel
  const { summaries, sync } = control
  const tables = new Set(lists.map((list) => `${connector}_${list}`))
  let begun = Number.NEGATIVE_INFINITY

  const refresh = Effect.fn("Writeoff.refresh")(function* (now: number, by: ChatRequester) {
    const isOld = ({ freshAt }: { readonly freshAt: Date | null }) =>
      freshAt === null || now - freshAt.getTime() > Duration.toMillis(maxAge)
    const old = (yield* summaries).filter(
      (summary) => summary.id.startsWith(`${connector}.`) && tables.has(bare(summary.table)) && isOld(summary)
    )
    if (old.length === 0) return
    yield* sync(
      old.map(({ id }) => id),
      by
    )
  })

  /** Not again within ten minutes. */
  return Effect.fnUntraced(function* (by: ChatRequester) {
    const now = yield* Clock.currentTimeMillis
    if (now - begun <= Duration.toMillis(maxAge)) return
    begun = now
    yield* runInBackground(refresh(now, by))
  })
})

export type Refresh = Effect.Success<typeof make>

const bare = (table: string): string => table.slice(table.lastIndexOf(".") + 1)
