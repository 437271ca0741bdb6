/** The last requests of a run, kept if it proves less than it should. `Trail.test.ts` covers one request. */
import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { HttpClientRequest } from "effect/http"
import { SqlClient } from "effect/sql"
import { foreignText } from "../../core/reason/Reason.ts"
import * as RequestTrace from "../../core/upstream/exchange/RequestTrace.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { completeIn, partial } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answer, column, connectorOf, entity } from "../support/source.ts"
import { json, upstream } from "../upstream/vendor.ts"
import { brokenOff, inTurn, rows, syncer, syncerOf } from "./fixtures.ts"

const subject = { name: "fake: GET /list", method: "GET", url: "/list", redact: (text: string) => text }

/** Leaves the trace that a source over HTTP leaves. */
const answered = (status: number) =>
  RequestTrace.watch(Effect.succeed({ status, head: "[]" }), subject, HttpClientRequest.get("/list")).pipe(
    Effect.orDie,
    Effect.asVoid
  )

const before = answered(200)

const list = (more: Answer): Answer => ({ records: rows(1, 29), end: completeIn(2), before, ...more })

const cases: ReadonlyArray<readonly [how: string, answers: Parameters<typeof inTurn>, kept: number]> = [
  ["was whole, twice where rows are gone", [list({}), list({})], 0],
  ["was cut off", [list({ end: partial(foreignText("cut off")) })], 1],
  ["failed", [list({ error: brokenOff })], 1],
  ["was whole, but not the second time", [list({}), list({ end: partial(foreignText("cut off")) })], 2]
]

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("the last requests of a run", () => {
    for (const [how, answers, kept] of cases) {
      it.effect(`are ${kept === 0 ? "not " : ""}kept when it ${how}`, () =>
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const thing = entity(`asked_${how.replaceAll(/\W+/g, "_")}`)
          const sync = syncerOf(thing, { retry: { delays: [] } })
          yield* sync({ records: rows(1, 30) })
          yield* sync(inTurn(...answers).next)
          const [row] = yield* sql`select jsonb_path_query_array(last_requests, '$[*].path') as paths
            from tributary.sync_log where entity = ${thing.name} order by id desc limit 1`
          assert.deepStrictEqual(row, { paths: Array.from({ length: kept }, () => "/list") })
        })
      )
    }
  })

  it.effect("say why a run was not over within its deadline, where the source asked to wait", () =>
    Effect.gen(function* () {
      for (const [status, code] of [
        [429, "run.deadlineRefused"],
        [503, "run.deadlineRefused"],
        [200, "run.deadline"]
      ] as const) {
        const thing = entity(`held_${status}`)
        const limits = { ...connectorOf([thing]).limits, deadline: Duration.millis(150) }
        const sync = syncerOf(thing, { limits })
        const { errorReason } = yield* sync({ before: Effect.andThen(answered(status), Effect.never) })
        assert.deepInclude(errorReason, {
          code,
          params: { limit: "150ms", ...(code === "run.deadline" ? {} : { status }) }
        })
      }
    })
  )

  it.effect("what a run cost is its requests, and the bytes of their answers", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const thing = entity("costing", { columns: [column("id", "bigint")] })
      const records = rows(1, 3).map(({ id }) => ({ id }))
      const read = HttpSource.make(yield* upstream(() => json(records)))
      yield* syncer([thing])((of, options) => ({ source: read(of, options) }))
      const spent = yield* sql`select requests, bytes::integer from tributary.sync_log where entity = 'costing'`
      assert.deepStrictEqual(spent, [{ requests: 1, bytes: JSON.stringify(records).length }])
    })
  )
})
