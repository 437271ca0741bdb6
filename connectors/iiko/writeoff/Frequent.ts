/** What somebody wrote off most often lately, to be offered before they type; kept in memory until they submit again. */
import { Effect, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"

export interface Frequent {
  /** Ids of products, the most frequent first and of equals the latest; none of somebody who is new. */
  readonly of: (author: string) => Effect.Effect<ReadonlyArray<string>, SqlError.SqlError>
  readonly forget: (author: string) => Effect.Effect<void>
}

/** So many write-offs are looked at, and so many products and authors kept. */
const most = { writeoffs: 50, products: 50, authors: 1_000 }

const decode = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ id: Schema.String })))

export const make = Effect.fn("Frequent.make")(function* (connector: string) {
  const sql = yield* SqlClient.SqlClient
  const kept = new Map<string, ReadonlyArray<string>>()
  /** Whoever read before a submission does not keep what they read. */
  let submissions = 0

  const load = Effect.fn("Frequent.load")(function* (author: string) {
    const before = submissions
    const rows = yield* sql`
      with recent as (
        select w.id, coalesce(w.submitted_items, w.items) as items from tributary.iiko_writeoff as w
        where w.connector = ${connector} and w.author = ${author} and w.submitted_at is not null
          and w.status not in ('rejected', 'cancelled')
        order by w.id desc limit ${most.writeoffs}
      )
      select i.item ->> 'productId' as id from recent as r cross join lateral jsonb_array_elements(r.items) as i(item)
      group by 1 order by count(*) desc, max(r.id) desc, 1 limit ${most.products}`
    const ids = (yield* Effect.orDie(decode(rows))).map(({ id }) => id)
    if (submissions === before) {
      if (kept.size >= most.authors) kept.clear()
      kept.set(author, ids)
    }
    return ids
  })

  return {
    of: (author) =>
      Effect.suspend(() => {
        const ids = kept.get(author)
        return ids === undefined ? load(author) : Effect.succeed(ids)
      }),
    forget: (author) =>
      Effect.sync(() => {
        submissions += 1
        kept.delete(author)
      })
  } satisfies Frequent
})
