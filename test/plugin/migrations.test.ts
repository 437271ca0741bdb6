import { fileURLToPath, pathToFileURL } from "node:url"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, type Scope } from "effect"
import { SqlClient, Statement } from "effect/sql"
import { connectorTypes } from "../../core/plugin/Discovery.ts"
import * as Migrations from "../../core/plugin/Migrations.ts"
import { layerDatabase } from "../support/database.ts"

const table = (name: string) =>
  Effect.map(
    Effect.flatMap(
      SqlClient.SqlClient,
      (sql) => sql<{ found: boolean }>`select to_regclass(${name}) is not null as found`
    ),
    ([row]) => row?.found === true
  )

const effectAt = fileURLToPath(new URL("../../node_modules/effect", import.meta.url))

/** How many statements it took. */
const counted = <A, E, R>(effect: Effect.Effect<A, E, R>) => {
  let statements = 0
  return Effect.provideService(effect, Statement.CurrentTransformer, (statement) => {
    statements += 1
    return Effect.succeed(statement)
  }).pipe(Effect.map(() => statements))
}

/** A type whose migrations a test writes: each statement is one of them. */
const makeType = Effect.fnUntraced(function* (type: string) {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  yield* fs.makeDirectory(`${folder}/node_modules`)
  yield* fs.symlink(effectAt, `${folder}/node_modules/effect`)
  yield* fs.makeDirectory(`${folder}/migrations`)
  const write = (name: string, statement: string) =>
    fs.writeFileString(
      `${folder}/migrations/${name}.ts`,
      `import { Effect } from "effect"
      import { SqlClient, Statement } from "effect/sql"
      export default Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(${JSON.stringify(statement)}))`
    )
  return { write, type: { type, migrations: pathToFileURL(`${folder}/migrations/`) } }
})

const scenario = (
  name: string,
  test: Effect.Effect<void, unknown, SqlClient.SqlClient | FileSystem.FileSystem | Scope.Scope>
) => it.live(name, () => test.pipe(Effect.scoped, Effect.provide([layerDatabase, NodeServices.layer])))

describe("migrations of a connector type", () => {
  scenario(
    "are found by its folder, and make the tables that this project ships",
    Effect.gen(function* () {
      yield* Migrations.run(yield* connectorTypes)
      assert.isTrue(yield* table("tributary.iiko_writeoff"))
      assert.isTrue(yield* table("tributary_migrations_iiko"))
      assert.isFalse(yield* table("tributary_migrations_rest"))
    })
  )

  scenario(
    "run once each, also when two processes start at the same moment, and what comes later is added",
    Effect.gen(function* () {
      const { type, write } = yield* makeType("shop")
      yield* write("0001_create_cart", "create table tributary.shop_cart (id bigint)")
      yield* Effect.all([Migrations.run([type]), Migrations.run([type])], { concurrency: "unbounded" })
      assert.isTrue(yield* table("tributary.shop_cart"))
      yield* write("0002_create_order", "create table tributary.shop_order (id bigint)")
      yield* Migrations.run([type])
      assert.isTrue(yield* table("tributary.shop_order"))
      assert.strictEqual(yield* counted(Migrations.run([type])), 1)
    })
  )

  scenario(
    "of one type do not count for another, and a broken one leaves nothing behind and says whose it is",
    Effect.gen(function* () {
      const [shop, other] = [yield* makeType("shop"), yield* makeType("other")]
      yield* shop.write("0001_create_cart", "create table tributary.shop_cart (id bigint)")
      yield* other.write("0001_create_thing", "create table tributary.other_thing (id bigint)")
      yield* other.write("0002_create_nonsense", "create nonsense")
      yield* Migrations.run([shop.type])
      const { message, type } = yield* Effect.flip(Migrations.run([shop.type, other.type]))
      assert.strictEqual(type, "other")
      assert.match(message, /^The tables of "other" could not be made: .*2_create_nonsense/)
      assert.isFalse(yield* table("tributary.other_thing"))
      assert.isTrue(yield* table("tributary.shop_cart"))
    })
  )
})
