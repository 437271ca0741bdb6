/** Products by what somebody types, in memory, against PostgreSQL looking through a table of the same products. */
import { PgClient } from "@effect/sql-pg"
import { Duration, Effect, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { type Product, ProductSearch } from "../../connectors/iiko/writeoff/ProductSearch.ts"
import { figure, type Pair, spread } from "./Figure.ts"
import type { Setup } from "./Setup.ts"

const size = 20_000
const words = ["Молоко", "Сироп", "Морс", "Сыр", "Стакан", "Кофе зерно", "П/ф тесто", "Лимонад", "Соус", "Мёд"]
const kinds = ["ваниль", "0,5", "премиум", "местный", "с собой", "большой", "опт"]
const typed = ["м", "мо", "мол", "сироп в", "зерно", "преми", "тес", "0,5 м", "лимонад большой 19", "нет такого"]

const products: ReadonlyArray<Product> = Array.from({ length: size }, (_, at) => ({
  id: String(at),
  name: `${words[at % words.length]} ${kinds[at % kinds.length]} ${at}`,
  type: at % 9 === 0 ? "PREPARED" : "GOODS",
  unit: "кг"
}))

/** Milliseconds for one search of each kind, together. */
const timed = <E, R>(search: (text: string) => Effect.Effect<unknown, E, R>) =>
  Effect.map(Effect.timed(Effect.forEach(typed, search, { discard: true })), ([duration]) =>
    Duration.toMillis(duration)
  )

/** The page that is shown, and how many there are. */
const inDatabase = Effect.fnUntraced(function* (text: string) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql`
    select id, name, type, count(*) over () as total from bench_product
    where lower(name) like '%' || lower(${text}) || '%'
    order by lower(name) not like lower(${text}) || '%', type = 'PREPARED', name limit 10`
})

export const figures = ({ databaseUrl, repeat }: Setup) =>
  measure(repeat).pipe(
    Effect.provide(PgClient.layer({ url: Redacted.make(databaseUrl) })),
    Effect.withSpan("bench.search")
  )

const measure = Effect.fnUntraced(function* (repeat: number) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`create table bench_product (id text primary key, name text not null, type text not null)`
  yield* sql`
    insert into bench_product select id, name, type
    from json_to_recordset(${JSON.stringify(products)}::json) as p(id text, name text, type text)`
  yield* sql.unsafe("vacuum analyze bench_product")
  const index = new ProductSearch(products)
  const inMemory = (text: string) => Effect.sync(() => index.find(text, { limit: 10 }))
  const both = Effect.all({ ours: timed(inMemory), reference: timed(inDatabase) })
  yield* both
  const pairs: ReadonlyArray<Pair> = yield* Effect.replicateEffect(both, Math.max(repeat, 5))
  const trigrams = yield* sql`create extension if not exists pg_trgm`.pipe(
    Effect.andThen(sql`create index bench_product_name on bench_product using gin (lower(name) gin_trgm_ops)`),
    Effect.andThen(Effect.replicateEffect(timed(inDatabase), 5)),
    Effect.map((times) => `the same with an index of trigrams: ${spread(times).median.toFixed(1)} ms`),
    Effect.catch(() => Effect.succeed("trigrams cannot be had here"))
  )
  yield* sql`drop table bench_product`
  return [
    figure(
      {
        part: "g",
        name: `${typed.length} searches among ${size} products, beside a sequential scan`,
        unit: "ms",
        target: { atMost: 0.5 },
        notes: [trigrams]
      },
      pairs
    )
  ]
})
