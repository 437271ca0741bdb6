/** What a run that did not go well asked last: kept with it, and told by `log` in another process. */
import { assert, describe } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { LastRequest } from "../../core/observe/LastRequest.ts"
import { scenario, shop } from "./Shop.ts"

const Logged = Schema.Struct({
  entity: Schema.String,
  status: Schema.String,
  last_requests: Schema.Array(LastRequest)
})
const Log = Schema.fromJsonString(Schema.Struct({ runs: Schema.Array(Logged) }))

describe("the last requests of a run", () => {
  scenario("stay with one that failed or did not read everything, each try of it", ({ run, sql, vendor, write }) =>
    Effect.gen(function* () {
      const paged = shop.replace("records: /items\n", "records: /items\n    page: { type: page, size: 50 }\n")
      yield* write("config/connectors/shop.yaml", paged)
      const { REST_TOKEN = "" } = vendor.environment
      const body = JSON.stringify({ error: `no ${REST_TOKEN}`, token: "another" })
      yield* vendor.fault({ path: "/items", query: { page: "2" }, mode: "status", status: 500, body })
      assert.strictEqual((yield* run("sync")).code, 1)
      yield* vendor.clearFaults
      vendor.state.trouble = "wrongTotal"
      yield* run("sync", "shop.item")

      const { runs } = yield* Schema.decodeUnknownEffect(Log)((yield* run("log", "--json")).stdout)
      const summaryOf = ({ entity, last_requests, status }: typeof Logged.Type) =>
        [entity, status, last_requests.map(({ method, path, status }) => `${method} ${path} ${status}`)] as const
      const [partly, ...first] = runs.map(summaryOf)
      assert.deepEqual(partly?.slice(0, 2), ["item", "warning"])
      assert.include(partly?.[2] ?? [], "GET /items?page=1 200")
      assert.sameDeepMembers(first, [
        ["item", "failed", ["GET /items?page=1 200", "GET /items?page=2 500", "GET /items?page=2 500"]],
        ["tag", "ok", []]
      ])

      const [failed] = yield* sql<{ id: string }>`select id::text from tributary.sync_log where status = 'failed'`
      const shown = yield* run("log", "--run", String(failed?.id))
      assert.match(shown.stdout, /GET \/items\?page=2 +500 /, shown.stdout + shown.stderr)
      assert.match(shown.stdout, /\{"error":"no <redacted>","token":"<redacted>"\}/)
      assert.notInclude(shown.stdout, "another")

      yield* write("config/connectors/shop.yaml", paged.replace(/^ {2}item:/m, "  good:"))
      const left = yield* run("log", "shop.item")
      assert.match(left.stdout, /shop\.item +warning .*\n {2}not declared now\n/, left.stdout + left.stderr)
      assert.notMatch((yield* run("log", "shop.tag")).stdout, /not declared/)
    })
  )
})
