/**
 * What somebody wrote off most often lately, to be offered before they type: read once for each person, then counted on
 * in memory as they submit.
 */
import { Effect, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import type { Writeoff } from "./Writeoff.ts"

export interface Frequent {
  /** Ids of products, the most frequent first and of equals the latest; none of somebody who is new. */
  readonly of: (author: string) => Effect.Effect<ReadonlyArray<string>, SqlError.SqlError>
  /** Was submitted just now. */
  readonly note: (writeoff: Writeoff) => Effect.Effect<void>
  /** What they submitted counts no more, or not as it did: read anew when it is asked for. */
  readonly forget: (author: string) => Effect.Effect<void>
}

/** So many write-offs are looked at, and so many products and authors kept. */
const maxCount = { writeoffs: 50, products: 50, authors: 1_000 }

interface Use {
  readonly count: number
  /** The latest write-off it was in. */
  readonly last: number
}

const decode = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ id: Schema.String, count: Schema.Int, last: Schema.BigInt }))
)

const ranked = (uses: ReadonlyMap<string, Use>): ReadonlyArray<string> =>
  [...uses].toSorted(([, one], [, other]) => other.count - one.count || other.last - one.last).map(([id]) => id)

export const make = Effect.fn("Frequent.make")(function* (connector: string) {
  const sql = yield* SqlClient.SqlClient
  const kept = new Map<string, Map<string, Use>>()
  /** Whoever read before a submission does not keep what they read. */
  let changes = 0

  const load = Effect.fn("Frequent.load")(function* (author: string) {
    const before = changes
    const rows = yield* sql`
      with recent as (
        select w.id, coalesce(w.submitted_items, w.items) as items from tributary.iiko_writeoff as w
        where w.connector = ${connector} and w.author = ${author} and w.submitted_at is not null
          and w.status not in ('rejected', 'cancelled')
        order by w.id desc limit ${maxCount.writeoffs}
      )
      select i.item ->> 'productId' as id, count(*)::integer as count, max(r.id) as last
      from recent as r cross join lateral jsonb_array_elements(r.items) as i(item)
      group by 1 order by 2 desc, 3 desc, 1 limit ${maxCount.products}`
    const uses = new Map(
      (yield* Effect.orDie(decode(rows))).map(({ count, id, last }) => [id, { count, last: Number(last) }])
    )
    if (changes === before) {
      if (kept.size >= maxCount.authors) kept.clear()
      kept.set(author, uses)
    }
    return uses
  })

  return {
    of: (author) =>
      Effect.map(
        Effect.suspend(() => {
          const uses = kept.get(author)
          return uses === undefined ? load(author) : Effect.succeed(uses)
        }),
        ranked
      ),
    note: ({ author, id, items }) =>
      Effect.sync(() => {
        changes += 1
        const uses = kept.get(author)
        for (const { productId } of items) {
          uses?.set(productId, { count: (uses.get(productId)?.count ?? 0) + 1, last: id })
        }
      }),
    forget: (author) =>
      Effect.sync(() => {
        changes += 1
        kept.delete(author)
      })
  } satisfies Frequent
})
