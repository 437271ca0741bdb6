import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { standings } from "../../core/database/audit/Audit.ts"
import { overview } from "../../core/database/audit/Overview.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity } from "../support/source.ts"
import { by, world } from "./fixtures.ts"

it.live("a decision on deletes makes nothing fresh", () =>
  Effect.gen(function* () {
    const { control, sql, state } = yield* world
    const many = Array.from({ length: 20 }, (_, at) => ({ id: at, name: "row" }))
    state.answer = { records: many }
    yield* control.sync(["fake.thing"], by)
    state.answer = { records: many.slice(0, 1) }
    yield* control.sync(["fake.thing"], by)
    yield* sql`update tributary.sync_log set finished_at = finished_at - interval '1 hour'`
    const { entities } = yield* control.generation
    const told = Effect.provideService(standings(entities), SqlClient.SqlClient, sql)
    const freshAt = (yield* told).map(({ fresh_at }) => fresh_at)
    const [before] = yield* control.summaries
    const [pending] = yield* control.deletes.open(0)
    assert.strictEqual(yield* control.deletes.decide(pending?.id ?? 0n, "apply", by), 19)
    const [after] = yield* control.summaries
    assert.instanceOf(before?.freshAt, Date)
    assert.deepEqual(after?.freshAt, before?.freshAt)
    assert.deepEqual(
      (yield* told).map(({ fresh_at }) => fresh_at),
      freshAt
    )
  })
)

const sharing = (name: string, kind: string) =>
  entity(name, {
    table: { schema: "public", name: "shared" },
    columns: [column("id", "bigint"), column("kind", "text")],
    scope: { kind }
  })
const [account, unit, late] = [sharing("account", "Account"), sharing("unit", "Unit"), sharing("late", "it's late")]

/** As the command line, and as the console, the API and the bot tell them. */
const rows = Effect.gen(function* () {
  const stands = yield* standings([account, unit, late])
  const known = yield* overview([account, unit, late], 1)
  const told = ["fake.account", "fake.unit", "fake.late"]
  const [first, second] = [
    told.map((id) => Number(stands.find((stand) => stand.id === id)?.rows)),
    told.map((id) => Number(known.get(id)?.rows))
  ]
  assert.deepEqual(first, second)
  return first
})

it.effect("the rows of an entity that shares its table are those of its scope", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`create table shared (id bigint)`
    assert.deepEqual(yield* rows, [0, 0, 0], "whose column is not made yet")
    yield* sql`alter table shared add column kind text`
    yield* sql`insert into shared select n, case when n <= 5 then 'Account' else 'Unit' end from generate_series(1, 12) as n`
    assert.deepEqual(yield* rows, [5, 7, 0])
    yield* sql`insert into shared select n, 'Unit' from generate_series(13, 100000) as n`
    yield* sql`analyze shared`
    const [few = 0, many = 0] = yield* rows
    assert.isBelow(few, 1_000)
    assert.approximately(many, 100_000, 1_000)
  }).pipe(Effect.provide(layerDatabase))
)
