/** PostgreSQL's errors in a load: each class with its meaning and its own words, retried if that can help. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { foreignText, render } from "../../core/reason/Reason.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity } from "../support/source.ts"
import { syncerOf } from "./fixtures.ts"

const make = Effect.fnUntraced(function* (...statements: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  for (const statement of statements) yield* sql.unsafe(statement)
})

/** A table whose first writes PostgreSQL refuses with that code; a sequence counts them despite rollbacks. */
const refusing = (name: string, code: string, times: number) =>
  make(
    `create sequence own_tries_${name}`,
    `create function own_refuse_${name}() returns trigger language plpgsql as $$ begin
      if nextval('own_tries_${name}') <= ${times} then raise exception using errcode = '${code}', message = 'so it is', hint = 'look there'; end if;
      return null; end $$`,
    `create table fake_${name} (id bigint primary key)`,
    `create trigger own_refuse before insert on fake_${name} for each statement execute function own_refuse_${name}()`
  )

const triesOf = (name: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.map(sql.unsafe<{ n: bigint }>(`select last_value as n from own_tries_${name}`), (rows) => Number(rows[0]?.n))
  )

const final = [
  ["42501", "database.right"],
  ["25006", "database.readOnly"],
  ["53100", "database.disk"],
  ["53200", "database.memory"],
  ["53400", "database.configured"],
  ["0A000", "database.unsupported"],
  ["57014", "database.ended"],
  ["XX000", "database.fault"],
  ["XX001", "database.fault"]
] as const

const passing = ["40P01", "40001", "53300", "57P01", "57P03"]

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("what PostgreSQL says of a load", () => {
    it.effect.each(final)("fails the run at once, with its meaning and its words: %s", ([code, meaning]) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const name = `final_${code.toLowerCase()}`
        yield* refusing(name, code, 100)
        const thing = entity(name, { columns: [column("id", "bigint")] })
        const result = yield* syncerOf(thing)({ records: [{ id: 1 }] })
        const why = {
          code: "database.told",
          params: { what: { code: meaning, params: {} }, text: "so it is; look there" }
        }
        assert.deepInclude(result, { status: "failed", inserted: 0 })
        assert.deepStrictEqual(result.errorReason, why)
        assert.match(result.error ?? "", /^[^;]+; PostgreSQL: so it is; look there$/)
        assert.strictEqual(yield* triesOf(name), 1)
        assert.lengthOf(yield* sql.unsafe(`select from fake_${name}`), 0)
        const [audit] = yield* sql`select status, error, error_reason from tributary.sync_log where entity = ${name}`
        assert.deepStrictEqual(audit, { status: "failed", error: result.error, error_reason: why })
      })
    )

    it.effect.each(passing)("is waited out where it passes: %s", (code) =>
      Effect.gen(function* () {
        const name = `passing_${code.toLowerCase()}`
        yield* refusing(name, code, 1)
        const result = yield* syncerOf(entity(name, { columns: [column("id", "bigint")] }))({ records: [{ id: 1 }] })
        assert.deepInclude(result, { status: "ok", inserted: 1 })
        assert.strictEqual(yield* triesOf(name), 2)
      })
    )

    it.effect("of a deadlock is believed when it says so four times", () =>
      Effect.gen(function* () {
        yield* refusing("locked", "40P01", 100)
        const result = yield* syncerOf(entity("locked", { columns: [column("id", "bigint")] }))({
          records: [{ id: 1 }]
        })
        assert.match(result.error ?? "", /waited for each other, each time that it was tried; PostgreSQL: so it is/)
        assert.strictEqual(yield* triesOf("locked"), 4)
      })
    )

    it.effect("of a limit of its own, or of what it does not do in such a table, where the table is changed", () =>
      Effect.gen(function* () {
        const wide = Array.from({ length: 1_597 }, (_, at) => `c${at} integer`)
        yield* make(
          `create table fake_widest (id bigint primary key, ${wide.join(", ")})`,
          "create table fake_pieces (id bigint, part bigint) partition by range (part)"
        )
        for (const [name, meaning, words] of [
          ["widest", "database.limit", /tables can have at most 1600 columns$/],
          ["pieces", "database.unsupported", /unique constraint on partitioned table must include all/]
        ] as const) {
          const columns = [column("id", "bigint"), column("part", "bigint")]
          const { errorReason } = yield* syncerOf(entity(name, { columns }))({ records: [{ id: 1, part: 1 }] })
          const why = errorReason?.params.why
          assert.deepInclude(why, { code: "database.told" })
          assert.include(JSON.stringify(why), `"${meaning}"`)
          assert.match(render(errorReason ?? foreignText("")), words)
        }
      })
    )

    it.effect("of a right that the role lacks, in its own words", () =>
      Effect.gen(function* () {
        yield* make(
          "create table fake_foreign (id bigint primary key, _first_seen_at timestamptz not null default now(), _changed_at timestamptz not null default now())"
        )
        yield* make(
          "create function own_drop() returns trigger language plpgsql as $$ begin execute 'set local role pg_monitor'; insert into fake_foreign values (9); return null; end $$",
          "create trigger own_drop before insert on fake_foreign for each statement when (pg_trigger_depth() = 0) execute function own_drop()"
        )
        const thing = entity("foreign", { columns: [column("id", "bigint")] })
        const result = yield* syncerOf(thing)({ records: [{ id: 1 }] })
        assert.match(result.error ?? "", /lacks a right; PostgreSQL: permission denied for table fake_foreign/)
      })
    )
  })
})
