/** The sandbox of Google Sheets with a tab, a table of products, and the export `list` of a query. */
import { Context, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { connectorType } from "../../connectors/gsheet/index.ts"
import { start } from "../../connectors/gsheet/sandbox/TestClient.ts"
import { Exports } from "../../core/actions/Exports.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"

export const usual = "select id, name, price from product"

/** The sandbox with a tab, a table of products, and the export `list` of a query. */
export const world = Effect.fnUntraced(function* (
  query = usual,
  more = "",
  others: ReadonlyArray<string> = [],
  settings = ""
) {
  const { open, tab, vendor } = yield* start
  const sheetOf = tab([["id", "name", "price", ...others]])
  const sql = yield* SqlClient.SqlClient
  yield* sql`create table product (id integer primary key, name text, price numeric(10, 2))`
  yield* sql`insert into product values (1, 'Яблоко', 12.50), (2, '=Хлеб', 0.1)`
  const columns = ["id", "name", "price", ...others].map((name) => `${name}: ${name}`).join(", ")
  const keys = `sheet: Лист, key: id, sort: name, columns: { ${columns} }, ${more}`
  const { declaration } = yield* open(
    `  any: { range: Лист!A:B, key: id, fields: { id: text } }\nexports:\n  list: { query: ${JSON.stringify(query)}, ${keys} }\ntimezone: Europe/Kaliningrad\n${settings}`
  )
  const registry = Registry.layer({ connectors: [declaration], jobs: [] }, [connectorType]).pipe(
    Layer.provide(layerHttp)
  )
  const engine = yield* Layer.build(Exports.layer.pipe(Layer.provideMerge(Sync.layer), Layer.provideMerge(registry)))
  const exports = Context.get(engine, Exports)
  const run = (dryRun = false) =>
    Effect.flatMap(exports.run(["gsheet.list"], { trigger: "test", actor: "anna", dryRun }), ([result]) =>
      Effect.orDie(Effect.fromNullishOr(result))
    )
  const now = () => sheetOf.rows.slice(1).map((row = []) => Array.from(row, (cell) => cell?.value ?? null))
  const audit = sql<{ readonly [column: string]: unknown }>`
    select entity, trigger, actor, status, fetched, inserted, updated, unchanged, requests, bytes > 0 as read, error
    from tributary.sync_log order by id`
  return { vendor, sql, engine, exports, run, now, audit, tab: sheetOf }
})
