/** Answers at the limits of depth and length, in every format. */
import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity } from "../support/source.ts"
import { declaration, upstream } from "../upstream/vendor.ts"
import { ids, syncer } from "./fixtures.ts"

const nested = (levels: number) => `<a>${"<b>".repeat(levels)}x${"</b>".repeat(levels)}</a>`
const list = (...records: ReadonlyArray<string>) => `<list>${records.join("")}</list>`
const record = (id: number, beside = "") => `<item><id>${id}</id>${beside}</item>`

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("XML that nests deeper than 1,024 levels", () => {
    it.effect("fails its entity alone, and says why", () =>
      Effect.gen(function* () {
        const things = ["deep", "deepest", "flat"].map((name) =>
          entity(name, { format: "xml", records: "list/item", columns: [column("id", "bigint"), column("a", "text")] })
        )
        // The list, the record and `a` are three of the levels.
        const levels = (path: string) => (path.endsWith("deep") ? 1_022 : path.endsWith("deepest") ? 1_021 : 1)
        const vendor = yield* upstream(
          (_, url) => new Response(list(record(1, nested(levels(url.pathname))), record(2)))
        )
        const read = HttpSource.make(vendor)
        const [deep, deepest, flat] = yield* syncer(things)((of, options) => ({ source: read(of, options) }))
        assert.deepInclude(deep, { status: "failed", inserted: 0 })
        assert.match(
          deep?.error ?? "",
          /elements nest deeper than 1024 levels, at line 1, column \d+; the answer begins/
        )
        assert.deepInclude(deepest, { status: "warning", inserted: 1, rejected: 1 })
        assert.deepInclude(flat, { status: "ok", inserted: 2 })
        assert.deepStrictEqual(yield* ids(things[2] ?? entity("none")), [1, 2])
      })
    )
  })

  describe("a record longer than parsers usually allow", () => {
    it.effect("is read where limits.maxHeld allows, in XML, in CSV and in JSON", () =>
      Effect.gen(function* () {
        const things = (["xml", "csv", "json"] as const).map((format) =>
          entity(`long_${format}`, {
            format,
            records: format === "xml" ? "list/item" : "",
            columns: [column("id", "bigint"), column("a", "text")]
          })
        )
        const long = "x".repeat(11 << 20)
        const limits = { timeout: Duration.minutes(5), maxHeld: 1 << 26 }
        const bodies: Readonly<Record<string, string>> = {
          csv: `id,a\n1,${long}\n`,
          json: `[{"id":1,"a":"${long}","c":"${long}"}]`,
          xml: list(`<item><id>1</id><a>${long}</a><c>${long}</c></item>`)
        }
        const headers = { "transfer-encoding": "chunked" }
        const vendor = yield* upstream(
          (_, { pathname }) => new Response(bodies[pathname.slice(pathname.lastIndexOf("_") + 1)], { headers }),
          { declaration: declaration({ limits }) }
        )
        const read = HttpSource.make(vendor)
        const results = yield* syncer(things)((of, options) => ({ source: read(of, options) }))
        assert.deepStrictEqual<unknown>(
          results.map(({ error, inserted, status }) => ({ error, inserted, status })),
          things.map(() => ({ error: null, inserted: 1, status: "ok" }))
        )
      })
    )
  })
})
