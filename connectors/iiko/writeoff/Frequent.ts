/**
 * The products that a person wrote off most often lately, offered before they type: read once per person, then updated
 * in memory with each submission.
 */
import { Effect, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import type { Writeoff } from "./Writeoff.ts"

export interface Frequent {
  /** Ids of products, the most frequent first, and among equals the latest; empty for a new person. */
  readonly of: (author: string) => Effect.Effect<ReadonlyArray<string>, SqlError.SqlError>
  /** Counts a write-off that was just submitted. */
  readonly note: (writeoff: Writeoff) => Effect.Effect<void>
  /** The author's submissions no longer count, or count differently: they are read again at the next request. */
  readonly forget: (author: string) => Effect.Effect<void>
}

/** How many write-offs are examined, and how many products and authors are kept. */
const maxCount = { writeoffs: 50, products: 50, authors: 1_000 }

interface Use {
  readonly count: number
  /** The latest write-off that contained it. */
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
  /** A read that began before a submission is not kept. */
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
