import { assert, describe, layer } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber } from "effect"
import { SqlClient } from "effect/sql"
import { foreignText } from "../../core/reason/Reason.ts"
import { partial, UpstreamError } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { column, connectorOf, entity } from "../support/source.ts"
import { brokenOff, ids, inTurn, rows, syncer, syncerOf, tableOf } from "./fixtures.ts"

const audit = Effect.fnUntraced(function* (name: string) {
  const sql = yield* SqlClient.SqlClient
  const [last] = yield* sql`select * from tributary.sync_log where entity = ${name} order by id desc limit 1`
  return yield* Effect.fromNullishOr(last)
})

const pending = Effect.fnUntraced(function* (name: string) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql`
    select status, total, reason, (select jsonb_agg(key order by key) from jsonb_array_elements(rows) as r(key)) as rows
    from tributary.pending_delete where entity = ${name} order by id`
})

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a read that fails", () => {
    it.effect("midway begins again as a whole, and nothing is counted twice", () =>
      Effect.gen(function* () {
        const thing = entity("again")
        const source = inTurn(
          { records: rows(1, 250, "first"), error: brokenOff },
          { records: rows(100, 350, "second"), error: brokenOff },
          { records: rows(1, 300) }
        )
        const result = yield* syncerOf(thing)(source.next)
        assert.deepInclude(result, { status: "ok", fetched: 300, inserted: 300, warnings: [] })
        assert.strictEqual(source.asked(), 3)
        assert.deepStrictEqual((yield* tableOf(thing))[299], { id: 300n, name: "row 300", amount: "1.50" })
      })
    )

    it.effect("midway leaves no trace of what only the broken try held", () =>
      Effect.gen(function* () {
        const sync = syncerOf(entity("traceless"))
        yield* sync({ records: rows(1, 10) })
        const broken = [...rows(1, 3), { id: 10, amount: "many" }, { name: "whose?" }, { id: 1, name: "\0" }]
        const result = yield* sync(inTurn({ records: broken, error: brokenOff }, { records: rows(1, 9) }).next)
        assert.deepInclude(result, { status: "ok", warnings: [], rejected: 0, unchanged: 9, deleted: 1 })
      })
    )

    it.effect("midway each time is given up after the declared tries, and writes nothing but its audit row", () =>
      Effect.gen(function* () {
        const thing = entity("hopeless")
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 5) })
        const source = inTurn({ records: rows(1, 2, "new"), error: brokenOff })
        const result = yield* sync(source.next)
        assert.deepInclude(result, { status: "failed", error: "the connection broke off", updated: 0, deleted: 0 })
        assert.strictEqual(source.asked(), 3)
        assert.deepInclude(yield* audit("hopeless"), { status: "failed", error: "the connection broke off" })
        assert.strictEqual((yield* tableOf(thing))[0]?.name, "row 1")
      })
    )

    it.effect("before anything was handed on was tried again by the connector, not by the run", () =>
      Effect.gen(function* () {
        const source = inTurn({
          error: new UpstreamError({ kind: "Status", reason: foreignText("answered 500"), status: 500 })
        })
        const result = yield* syncerOf(entity("refused"))(source.next)
        assert.deepInclude(result, { status: "failed", error: "answered 500" })
        assert.strictEqual(source.asked(), 1)
      })
    )

    it.effect("to end within the deadline is stopped, and the next run finds nothing in its way", () =>
      Effect.gen(function* () {
        const thing = entity("endless")
        const limits = { ...connectorOf([thing]).limits, deadline: Duration.millis(150) }
        const result = yield* syncerOf(thing, { limits })({ before: Effect.never })
        assert.strictEqual(result.status, "failed")
        assert.match(result.error ?? "", /not finished within 150ms \(limits\.deadline\)/)
        assert.deepInclude(yield* audit("endless"), { status: "failed", error: result.error })
        assert.strictEqual((yield* syncerOf(thing)({ records: rows(1, 3) })).status, "ok")
      })
    )

    it.effect("partially cannot replace anything", () =>
      Effect.gen(function* () {
        const { guard } = entity("swapped")
        const thing = entity("swapped", { mode: "replace", guard: { ...guard, maxDelete: 1 } })
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 40) })
        const result = yield* sync({ records: rows(41, 45), end: partial(foreignText("page cap of 1 reached")) })
        assert.strictEqual(result.status, "failed")
        assert.match(result.error ?? "", /replace needs a whole read.*page cap of 1/)
        assert.strictEqual((yield* ids(thing)).length, 40)
        assert.deepInclude(yield* sync({ records: rows(41, 45) }), { status: "ok", inserted: 5, deleted: 40 })
      })
    )
  })

  describe("an entity that is being run", () => {
    it.effect("is skipped by a second run, in the same process too", () =>
      Effect.gen(function* () {
        const thing = entity("busy")
        const [started, go] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
        const before = Effect.andThen(Deferred.succeed(started, undefined), Deferred.await(go))
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 3) })
        const first = yield* Effect.forkChild(sync({ records: rows(1, 4), before }))
        yield* Deferred.await(started)
        const second = yield* Effect.forkChild(syncerOf(thing)({ records: [], before }))
        const held = yield* Effect.raceFirst(Fiber.join(first), Fiber.join(second))
        const counts = { fetched: 0, inserted: 0, updated: 0, unchanged: 0, deleted: 0, rejected: 0 }
        assert.deepInclude(held, { status: "skipped", ...counts })
        yield* Deferred.succeed(go, undefined)
        const results = [yield* Fiber.join(first), yield* Fiber.join(second)]
        assert.deepStrictEqual(results.map(({ status }) => status).toSorted(), ["ok", "skipped"])
      })
    )
  })

  describe("deletes", () => {
    const guarded = (name: string, guard: Partial<ReturnType<typeof entity>["guard"]> = {}) =>
      entity(name, {
        guard: {
          maxDelete: 0.5,
          floor: 0,
          empty: "refuse",
          maxReject: 0.05,
          confirm: "again",
          cascade: "refuse",
          ...guard
        }
      })

    it.effect("go up to the share and not beyond", () =>
      Effect.gen(function* () {
        const thing = guarded("share")
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 20) })
        assert.deepInclude(yield* sync({ records: rows(1, 10) }), { status: "ok", deleted: 10 })
        const held = yield* sync({ records: rows(1, 4) })
        assert.deepInclude(held, { status: "warning", deleted: 0, unchanged: 4 })
        assert.deepStrictEqual(held.warnings, [
          "6 of 10 rows are gone from the source, more than guard.maxDelete 50%: the deletes were withheld"
        ])
        assert.deepStrictEqual(yield* pending("share"), [
          {
            status: "open",
            total: 6,
            reason: held.warnings[0],
            rows: [5, 6, 7, 8, 9, 10].map((id) => ({ id }))
          }
        ])
      })
    )

    it.effect("go up to the floor whatever the share", () =>
      Effect.gen(function* () {
        const thing = guarded("floor", { floor: 3 })
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 8) })
        assert.deepInclude(yield* sync({ records: rows(1, 3) }), { status: "warning", deleted: 0 })
        assert.deepInclude(yield* sync({ records: rows(1, 5) }), { status: "ok", deleted: 3 })
        assert.deepInclude(yield* sync({ records: rows(1, 2) }), { status: "ok", deleted: 3 })
        assert.deepStrictEqual(
          (yield* pending("floor")).map(({ status }) => status),
          ["superseded"]
        )
      })
    )

    it.effect("that were withheld are asked about until their own entity is read again", () =>
      Effect.gen(function* () {
        const [thing, other] = [guarded("asked"), guarded("asked_not")]
        const sync = syncer([thing, other])
        yield* sync({ records: rows(1, 10) })
        yield* sync({ records: rows(1, 4) })
        yield* sync({ records: rows(1, 10) }, [other])
        const statuses = (name: string) => Effect.map(pending(name), (found) => found.map(({ status }) => status))
        assert.deepStrictEqual([yield* statuses("asked"), yield* statuses("asked_not")], [["open"], ["superseded"]])
      })
    )

    it.effect("that were withheld are asked about no more once any read has seen one of the rows", () =>
      Effect.gen(function* () {
        const sync = syncerOf(guarded("seen_again"))
        yield* sync({ records: rows(1, 10) })
        yield* sync({ records: rows(1, 4) })
        for (const [id, status] of [
          [4, "open"],
          [10, "superseded"]
        ] as const) {
          yield* sync({ records: rows(id, id), end: partial(foreignText("cut off")) })
          assert.deepInclude((yield* pending("seen_again"))[0], { status })
        }
      })
    )

    it.effect(
      "of a small table are guarded by default: beyond three rows the share counts, and exactly half may go",
      () =>
        Effect.gen(function* () {
          const thing = entity("small")
          const sync = syncerOf(thing)
          yield* sync({ records: rows(1, 10) })
          assert.deepInclude(yield* sync({ records: rows(1, 4) }), { status: "warning", deleted: 0 })
          assert.deepInclude(yield* sync({ records: rows(1, 5) }), { status: "ok", deleted: 5 })
          assert.deepInclude(yield* sync({ records: rows(1, 2) }), { status: "ok", deleted: 3 })
        })
    )

    it.effect("may empty the table when that is allowed, within the share or the floor", () =>
      Effect.gen(function* () {
        const thing = guarded("emptied", { empty: "allow", floor: 5 })
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 6) })
        assert.deepInclude(yield* sync({ records: [] }), { status: "warning", deleted: 0 })
        yield* sync({ records: rows(1, 5) })
        assert.deepInclude(yield* sync({ records: [] }), { status: "ok", deleted: 5 })
      })
    )

    it.effect("wait for a person when more records were rejected than is usual", () =>
      Effect.gen(function* () {
        const thing = guarded("rejects", { floor: 20 })
        const bad = (from: number, to: number) => rows(from, to).map((row) => ({ ...row, amount: "many" }))
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 22) })
        const usual = yield* sync({ records: [...rows(1, 19), ...bad(20, 20)] })
        assert.deepInclude(usual, { status: "warning", rejected: 1, deleted: 2 })
        const unusual = yield* sync({ records: [...rows(1, 17), ...bad(20, 20)] })
        assert.deepInclude(unusual, { status: "warning", rejected: 1, deleted: 0 })
        assert.match(unusual.warnings.join(), /1 of 18 records were rejected, more than guard\.maxReject 5%/)
        assert.deepStrictEqual(
          (yield* pending("rejects")).map(({ rows }) => rows),
          [[{ id: 18 }, { id: 19 }]]
        )
      })
    )

    it.effect("do not happen, nor are offered, when a record's key could not be read", () =>
      Effect.gen(function* () {
        const thing = guarded("keyless", { maxReject: 1 })
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 10) })
        yield* sync({ records: rows(1, 4) })
        const asked = yield* pending("keyless")
        assert.deepInclude(asked[0], { status: "open", total: 6 })
        const result = yield* sync({ records: [...rows(1, 3), { name: "whose?" }] })
        assert.deepInclude(result, { status: "warning", rejected: 1, deleted: 0 })
        assert.match(result.warnings.join(), /1 record had no readable key, so no row was deleted for being missing/)
        assert.deepStrictEqual(yield* pending("keyless"), asked)
        assert.strictEqual((yield* ids(thing)).length, 10)
      })
    )
  })

  describe("a table that cannot be as declared", () => {
    it.effect("fails its entity, with what to do, and no other", () =>
      Effect.gen(function* () {
        const wide = entity("narrowed", { columns: [column("id", "bigint"), column("amount", "text")] })
        yield* syncerOf(wide)({ records: [{ id: 1, amount: "about five" }] })
        const narrow = entity("narrowed", { columns: [column("id", "bigint"), column("amount", "decimal")] })
        const [failed, fine] = yield* syncer([narrow, entity("neighbour")])({ records: rows(1, 2) })
        assert.strictEqual(failed?.status, "failed")
        assert.match(
          failed?.error ?? "",
          /fake_narrowed\.amount is text in the database and numeric in the declaration/
        )
        assert.deepInclude(yield* audit("narrowed"), { status: "failed", error: failed?.error })
        assert.deepInclude(fine, { status: "ok", inserted: 2 })
        assert.deepStrictEqual(yield* tableOf(wide), [{ id: 1n, amount: "about five" }])
      })
    )

    it.effect("because the database refuses the change fails its entity and no other", () =>
      Effect.gen(function* () {
        const thin = entity("viewed", { columns: [column("id", "bigint"), column("amount", "integer")] })
        yield* syncerOf(thin)({ records: [{ id: 1, amount: 5 }] })
        const sql = yield* SqlClient.SqlClient
        yield* sql`create view viewed_amounts as select amount from fake_viewed`
        const [failed, fine] = yield* syncer([entity("viewed"), entity("bystander")])({ records: rows(1, 2) })
        assert.strictEqual(failed?.status, "failed")
        assert.match(failed?.error ?? "", /has columns to be widened \(amount: .*view public\.viewed_amounts/)
        assert.deepInclude(fine, { status: "ok", inserted: 2 })
      })
    )
  })
})
