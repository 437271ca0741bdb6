import { randomUUID } from "node:crypto"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import * as Attempts from "../../core/actions/Attempts.ts"
import * as ExportOwned from "../../core/actions/ExportOwned.ts"
import { said } from "../../core/reason/Reason.ts"
import { layerDatabase } from "../support/database.ts"

const attemptOf = (key: string, id = randomUUID()): Attempts.Attempt => ({
  id,
  action: "fake.send",
  intent: { key, what: said(`1 kg of ${key}`), request: { key } },
  trigger: "test",
  actor: null
})

const entryOf = Effect.fnUntraced(function* (key: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ status: string; attempts: number; response: string | null }>`
    select status, attempts, response::text as response from tributary.action_log where key = ${`fake.send:${key}`}`
  return rows[0]
})

layer(layerDatabase, { timeout: "60 seconds", excludeTestServices: true })("an attempt to send", (it) => {
  it.effect("that is begun again because the answer was lost is the same one; nobody else may begin", () =>
    Effect.gen(function* () {
      const attempt = attemptOf("flour")
      const id = yield* Attempts.begin(attempt)
      assert.isNumber(id)
      assert.strictEqual(yield* Attempts.begin(attempt), id)
      assert.isUndefined(yield* Attempts.begin(attemptOf("flour")))
      assert.deepInclude(yield* entryOf("flour"), { status: "sending", attempts: 1 })
    })
  )

  it.effect("that is found is done, unless it is being sent again or has failed by itself", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const id = (yield* Attempts.begin(attemptOf("salt"))) ?? assert.fail("the key is taken")
      const become = (status: string, by: string | null) =>
        sql`update tributary.action_log set status = ${status}, resolved_by = ${by} where id = ${BigInt(id)}`
      for (const [status, by, then] of [
        ["sending", null, "sending"],
        ["failed", null, "failed"],
        ["unknown", null, "done"],
        ["failed", "anna", "done"]
      ] as const) {
        yield* become(status, by)
        yield* Attempts.found(id, { times: 1 })
        assert.strictEqual((yield* entryOf("salt"))?.status, then, `${status} by ${by}`)
      }
    })
  )
})

layer(layerDatabase, { timeout: "60 seconds", excludeTestServices: true })("what an export left", (it) => {
  it.effect("is remembered by its name alone, and replaced by what it leaves next", () =>
    Effect.gen(function* () {
      const [list, other] = [
        { connector: "sheets", name: "list" },
        { connector: "sheets", name: "other" }
      ]
      yield* ExportOwned.keep(list, { place: "A", keys: ["a", "b"] })
      yield* ExportOwned.keep(other, { place: "B", keys: ["x"] })
      assert.deepEqual(yield* ExportOwned.read(list), { place: "A", keys: ["a", "b"] })
      assert.deepEqual(yield* ExportOwned.read(other), { place: "B", keys: ["x"] })
      yield* ExportOwned.keep(list, { place: "A", keys: ["a"] })
      assert.deepEqual(yield* ExportOwned.read(list), { place: "A", keys: ["a"] })
      assert.isUndefined(yield* ExportOwned.read({ connector: "sheet", name: "list" }))
    })
  )
})
