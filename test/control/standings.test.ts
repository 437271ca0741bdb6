import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { standings } from "../../core/database/Audit.ts"
import { overview } from "../../core/database/Overview.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity } from "../support/source.ts"

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
