/** A role that may not do what a load needs: the plan says so as the sync does, with the statement that helps. */
import { PgConnection } from "@effect/sql-pg"
import { it as alone, assert } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import * as Database from "../../core/database/connection/Database.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { declaration, emptyDatabase } from "../support/database.ts"
import { entity, layerRegistry } from "../support/source.ts"
import { rows, syncerOf } from "./fixtures.ts"

const stamped = "_first_seen_at timestamptz not null default now(), _changed_at timestamptz not null default now()"
const made = (name: string) =>
  `create table fake_${name} (id bigint primary key, name text, amount numeric, ${stamped})`

alone.effect("a right that a load needs and the role lacks is named, and granted by the statement beside it", () =>
  Effect.gen(function* () {
    const url = yield* emptyDatabase
    const admin = yield* PgConnection.make({ url })
    const own = new URL(Redacted.value(url))
    const role = `r${own.pathname.slice(1)}`
    const run = (...statements: ReadonlyArray<string>) =>
      Effect.forEach(statements, (statement) => admin.query(statement, []), { discard: true })
    yield* run(
      `create role ${role} login password 'own'`,
      `grant all on schema public to ${role}`,
      `grant create on database ${own.pathname.slice(1)} to ${role}`
    )
    Object.assign(own, { username: role, password: "own" })
    const cases: ReadonlyArray<
      readonly [name: string, before: ReadonlyArray<string>, message: RegExp, mode?: "append"]
    > = [
      [
        "none",
        [],
        /public\.fake_none does not exist, and \w+ may not create tables in the schema public\..*create table/
      ],
      [
        "stampless",
        ["create table fake_stampless (id bigint primary key)", `grant all on fake_stampless to ${role}`],
        /not its owner, may not change it\. Have its owner do it: alter table .* add column if not exists "name" text; /
      ],
      [
        "kept",
        [made("kept"), `grant select, insert, update on fake_kept to ${role}`],
        /rights that \w+ lacks \(delete\)/
      ],
      [
        "read",
        [made("read"), `grant select on fake_read to ${role}`],
        /\(insert, update, delete\).*: grant insert, update, delete on "public"\."fake_read" to "/
      ],
      ["added", [made("added"), `grant select, update on fake_added to ${role}`], /\(insert, delete\)/, "append"]
    ]
    yield* Effect.gen(function* () {
      yield* run(`revoke create on schema public from ${role}`)
      for (const [name, before, message, mode = "mirror"] of cases) {
        const thing = entity(name, { mode })
        yield* run(...before)
        const answer = { records: rows(1, 2) }
        const { entities } = yield* plan([thing]).pipe(Effect.provide(layerRegistry([thing], () => answer)))
        const sync = syncerOf(thing)
        const { error, errorReason, status } = yield* sync(answer)
        assert.strictEqual(status, "failed", name)
        assert.match(error ?? "", message)
        assert.deepStrictEqual(entities[0]?.errorReason, errorReason, name)
        const params: Readonly<Record<string, unknown>> = errorReason?.params ?? {}
        yield* run(...String(params.grant ?? params.statement).split("; "))
        assert.deepInclude(yield* sync(answer), { error: null, inserted: 2 }, name)
      }
      // A policy refuses rows, not the load.
      yield* run(
        made("guarded"),
        `alter table fake_guarded owner to ${role}`,
        "alter table fake_guarded enable row level security, force row level security",
        "create policy all_but_two on fake_guarded using (true) with check (id <> 2)"
      )
      const guarded = yield* syncerOf(entity("guarded"))({ records: rows(1, 3) })
      assert.deepInclude(guarded, { error: null, status: "warning", inserted: 2, rejected: 1 })
      assert.match(guarded.warnings.join(), /1 of 3 records were rejected: .*violates row-level security policy/)
      // A row that the role could not see again is refused as well, and one that it does not see is in the way.
      yield* run(
        made("unseen"),
        "insert into fake_unseen (id, name) values (3, 'of others')",
        `grant select, insert, update, delete on fake_unseen to ${role}`,
        "alter table fake_unseen enable row level security",
        "create policy seen on fake_unseen for select using (id <> 2 and name not like '%others')",
        "create policy written on fake_unseen for insert with check (true)",
        "create policy changed on fake_unseen for update using (true)",
        "create policy deleted on fake_unseen for delete using (true)"
      )
      const thing = entity("unseen", { guard: { ...entity("x").guard, maxReject: 1 } })
      const unseen = yield* syncerOf(thing)({ records: rows(1, 4) })
      assert.deepInclude(unseen, { error: null, status: "warning", inserted: 2, rejected: 2 })
      assert.match(unseen.warnings.join(), /2 of 4 records were rejected: .*violates row-level security policy/)
      assert.match(unseen.warnings.join(), /equal to another row .*fake_unseen_pkey.* may hide that row from the role/)
      // Rights on the columns are enough where PostgreSQL knows them.
      yield* run(
        made("columns"),
        `grant select, delete, insert (id, name, amount), update (id, name, amount, _changed_at) on fake_columns to ${role}`
      )
      const sync = syncerOf(entity("columns"))
      assert.deepInclude(yield* sync({ records: rows(1, 2) }), { error: null, inserted: 2 })
      assert.deepInclude(yield* sync({ records: rows(2, 3, "new") }), {
        error: null,
        updated: 1,
        inserted: 1,
        deleted: 1
      })
    }).pipe(
      Effect.provide(Database.layer({ declaration: declaration(Redacted.make(own.href)), dataDirectory: "" })),
      Effect.ensuring(Effect.ignore(admin.query(`drop owned by ${role} cascade`, []))),
      Effect.ensuring(Effect.ignore(admin.query(`drop role ${role}`, [])))
    )
  }).pipe(Effect.scoped)
)
