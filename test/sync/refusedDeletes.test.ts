/** Tables of entities that refer to each other by foreign keys of their owner are loaded in the order of those. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity, layerRegistry } from "../support/source.ts"
import { ids, rows, syncerOf } from "./fixtures.ts"
import { make } from "./foreignKeyFixtures.ts"

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("deletes that PostgreSQL refuses", () => {
    const refusals = [
      [
        "raised",
        [
          "create function own_no() returns trigger language plpgsql as $$ begin if old.id = 6 then raise exception 'six stays'; end if; return old; end $$",
          "create trigger own_no before delete on fake_raised for each row execute function own_no()"
        ],
        { code: "run.undeletable", params: { text: "six stays" } }
      ],
      [
        "needed",
        [
          "create table own_need (thing bigint not null references fake_needed on delete set null)",
          "insert into own_need values (6)"
        ],
        undefined
      ],
      [
        "defaulted",
        [
          "create table own_usual (thing bigint default 99 references fake_defaulted on delete set default)",
          "insert into own_usual values (6)"
        ],
        { code: "run.referred", params: { table: "public.own_usual", rule: "own_usual_thing_fkey" } }
      ],
      [
        "reached",
        ["create table own_reach (thing bigint references fake_reached)", "insert into own_reach values (6)"],
        { code: "run.referred", params: { table: "public.own_reach", rule: "own_reach_thing_fkey" } }
      ],
      [
        "restricted",
        [
          "create table own_restrict (thing bigint references fake_restricted on delete restrict)",
          "insert into own_restrict values (6)"
        ],
        { code: "run.referred", params: { table: "public.own_restrict", rule: "own_restrict_thing_fkey" } }
      ],
      [
        "above_itself",
        [
          "alter table fake_above_itself add up bigint references fake_above_itself",
          "update fake_above_itself set up = 6 where id = 1"
        ],
        { code: "run.referred", params: { table: "public.fake_above_itself", rule: "fake_above_itself_up_fkey" } }
      ]
    ] as const
    it.effect.each(refusals)(
      "are left out, with why; what is new comes, and what is refused is rejected: %s",
      (refusal) =>
        Effect.gen(function* () {
          const [name, statements, why] = refusal
          const thing = entity(name, { guard: { ...entity(name).guard, cascade: "allow", maxReject: 1 } })
          const sync = syncerOf(thing)
          yield* sync({ records: rows(1, 6) })
          yield* make(...statements)
          const first = yield* sync({ records: [...rows(1, 5), ...rows(7, 7)] })
          assert.deepInclude(first, { status: "warning", error: null, inserted: 1, deleted: 0 })
          if (why === undefined)
            assert.match(first.warnings.join(), /^nothing was deleted: .*null value in column "thing"/)
          else assert.deepStrictEqual(first.reasons, [why])
          // Beside a record that is refused, too.
          yield* make(`alter table fake_${name} add check (amount < 100)`)
          const second = yield* sync({ records: [...rows(1, 5), ...rows(7, 8), { id: 9, name: "dear", amount: 100 }] })
          assert.deepInclude(second, { status: "warning", error: null, inserted: 1, deleted: 0, rejected: 1 })
          assert.deepStrictEqual(yield* ids(thing), [1, 2, 3, 4, 5, 6, 7, 8])
          const document = yield* plan([thing]).pipe(
            Effect.provide(layerRegistry([thing], () => ({ records: [...rows(1, 5), ...rows(7, 9)] })))
          )
          const [planned] = document.entities
          assert.deepInclude(planned, { error: null })
          assert.deepStrictEqual([planned?.inserts.length, planned?.deletes.length], [1, name === "raised" ? 1 : 0])
        })
    )

    it.effect("are asked about where the guard withholds them for the records that are refused as well", () =>
      Effect.gen(function* () {
        const thing = entity("doubted", {
          guard: { ...entity("doubted").guard, cascade: "allow", floor: 0, maxReject: 0.1 }
        })
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 6) })
        yield* make(
          "create table own_doubt (thing bigint references fake_doubted on delete restrict)",
          "insert into own_doubt values (6)",
          "alter table fake_doubted add check (amount < 100)"
        )
        const dear = { id: 9, name: "dear", amount: 100 }
        const { reasons, ...result } = yield* sync({ records: [...rows(1, 5), ...rows(7, 7), dear] })
        assert.deepInclude(result, { error: null, inserted: 1, deleted: 0, rejected: 1 })
        assert.deepStrictEqual(
          reasons.map(({ code }) => code),
          ["run.rejected", "guard.rejects"]
        )
        assert.deepStrictEqual(yield* ids(thing), [1, 2, 3, 4, 5, 6, 7])
      })
    )

    it.effect("are none of those that wait for a second run, and are found where no record came", () =>
      Effect.gen(function* () {
        const usual = entity("due")
        const thing: Entity = { ...usual, guard: { ...usual.guard, maxReject: 1, confirm: "next", empty: "allow" } }
        const sync = syncerOf(thing)
        yield* make("create table fake_due (id bigint primary key, name text, amount numeric check (amount < 100))")
        yield* sync({ records: rows(1, 8) })
        yield* make("create table own_due (thing bigint references fake_due)", "insert into own_due values (7)")
        yield* sync({ records: rows(1, 7) })
        // 8 is missed a second time; 7, which is referred to, for the first time.
        const dear = { id: 9, name: "dear", amount: 100 }
        const second = yield* sync({ records: [...rows(1, 6), dear] })
        assert.deepInclude(second, { deleted: 1, rejected: 1 })
        assert.deepStrictEqual(
          second.reasons.map(({ code }) => code),
          ["run.rejected", "confirm.next"]
        )
        const none: Entity = { ...thing, guard: { ...thing.guard, confirm: false, maxDelete: 1 } }
        const empty = yield* syncerOf(none)({ records: [] })
        assert.deepInclude(empty, { status: "warning", error: null, deleted: 0 })
        assert.strictEqual(empty.reasons[0]?.code, "run.referred")
      })
    )

    it.effect("fail a replace: a part is no whole", () =>
      Effect.gen(function* () {
        const thing = entity("swapped", { mode: "replace" })
        yield* syncerOf(thing)({ records: rows(1, 6) })
        yield* make("create table own_swap (thing bigint references fake_swapped)", "insert into own_swap values (6)")
        const result = yield* syncerOf(thing)({ records: rows(1, 5) })
        assert.deepInclude(result, { status: "failed", inserted: 0, deleted: 0 })
        assert.match(result.error ?? "", /still referenced from table "own_swap"/)
      })
    )

    it.effect("are none where a partition lacks what a record refers to", () =>
      Effect.gen(function* () {
        const thing = entity("split_up", { columns: [column("id", "bigint"), column("n", "bigint")] })
        yield* make(
          "create table own_numbers (n bigint primary key)",
          "insert into own_numbers select generate_series(1, 9)",
          "create table fake_split_up (id bigint primary key, n bigint references own_numbers) partition by range (id)",
          "create table split_up_low partition of fake_split_up for values from (0) to (100)",
          "create table split_up_rest partition of fake_split_up default"
        )
        const record = (id: number, n = id) => ({ id, n })
        const sync = syncerOf({ ...thing, guard: { ...thing.guard, maxReject: 0.5 } })
        yield* sync({ records: [1, 2, 3, 4].map((id) => record(id)) })
        const result = yield* sync({ records: [record(1), record(2), record(3), record(5, 70), record(200, 6)] })
        assert.deepInclude(result, { status: "warning", inserted: 1, deleted: 1, rejected: 1 })
        assert.deepStrictEqual(
          result.reasons.map(({ code }) => code),
          ["run.rejected"]
        )
      })
    )
  })
})
