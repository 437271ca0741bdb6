import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { kinds } from "./sandbox/Model.ts"
import { start } from "./sandbox/TestClient.ts"

const deals =
  "entities: { deal: { object: deal, key: id, mode: upsert, fields: { id: bigint, updated_time: timestamp, study: { from: /uf/Форма обучения, type: text } }, incremental: { cursor: updated_time } } }"

describe("lists", () => {
  it.live("of many pages are a first page, and up to 50 pages in each further request", () =>
    Effect.gen(function* () {
      const { asked, portal, read } = yield* start(deals, { deals: 5_230 })
      const { completeness, records } = yield* read("deal")
      assert.strictEqual(completeness._tag, "Complete")
      const ids = (portal.state.elements.get(kinds.deal) ?? []).map(({ id }) => id)
      assert.deepEqual(
        records.map(({ id }) => id),
        ids
      )
      // 105 pages, of which the last one is short.
      assert.deepEqual(yield* asked, ["crm.item.fields", "crm.item.list", "batch", "batch", "batch"])
    })
  )

  it.live("end behind a last page that is full, and are read one by one without batches", () =>
    Effect.gen(function* () {
      const full = yield* start(deals, { deals: 100 })
      assert.lengthOf((yield* full.read("deal")).records, 100)
      const alone = yield* start(`batch: { enabled: false }\n${deals}`, { deals: 130 })
      assert.lengthOf((yield* alone.read("deal")).records, 130)
      assert.deepEqual((yield* alone.asked).slice(1), ["crm.item.list", "crm.item.list", "crm.item.list"])
    })
  )

  it.live("ask for what has changed, and know fields by the titles that people gave them", () =>
    Effect.gen(function* () {
      const { portal, read } = yield* start(deals)
      const rows = portal.state.elements.get(kinds.deal) ?? []
      const [row] = rows.slice(-1)
      const { records } = yield* read("deal", { since: String(row?.updatedTime) })
      assert.deepEqual(
        records.map(({ id }) => id),
        [row?.id]
      )
      const { records: all } = yield* read("deal")
      const titles = new Set(all.map(({ uf }) => JSON.stringify(uf)))
      assert.includeMembers([...titles], ['{"Форма обучения":"Очная"}', '{"Форма обучения":"Заочная"}'])
    })
  )
})

describe("limits", () => {
  it.live("what the vendor has blocked by hand is not asked for again", () =>
    Effect.gen(function* () {
      const { asked, portal, read } = yield* start(deals)
      const body = JSON.stringify({
        error: "OVERLOAD_LIMIT",
        error_description: "REST API is blocked due to overload."
      })
      yield* portal.fault({
        path: "*/crm.item.list",
        mode: "status",
        status: 503,
        body,
        contentType: "application/json"
      })
      const error = yield* Effect.flip(read("deal"))
      assert.match(error.message, /OVERLOAD_LIMIT.*vendor's support/)
      assert.deepEqual(yield* asked, ["crm.item.fields", "crm.item.list"])
    })
  )
})
