/** Entities that share a table each have the rows inside their own scope, wherever rows are counted or shown. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import { targetOf } from "../../core/config/RunTarget.ts"
import * as EntityFacts from "../../core/database/audit/EntityFacts.ts"
import { storedRows } from "../../core/database/tables/StoredRows.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity } from "../support/source.ts"
import { rows, syncer } from "../sync/fixtures.ts"

/** One of the entities of a table, told apart by a constant; null is a constant, too. */
const sharing = (name: string, kind: string | null): Entity =>
  entity(name, {
    table: { schema: "public", name: "fake_shared" },
    columns: [
      column("id", "bigint"),
      column("name", "text"),
      column("kind", "text", { source: { _tag: "Constant", value: kind } })
    ],
    scope: { kind }
  })

layer(layerDatabase, { excludeTestServices: true })((it) => {
  it.effect("the rows of a shared table are counted by entity, also after one of them has lost some", () =>
    Effect.gen(function* () {
      const entities = [sharing("small", "a"), sharing("large", "b"), sharing("nameless", null)]
      const counts: Record<string, readonly [from: number, to: number]> = {
        small: [1, 3],
        large: [11, 15],
        nameless: [21, 22]
      }
      const sync = syncer(entities)
      const run = sync(({ name }) => ({ records: rows(...(counts[name] ?? [1, 0])) }))
      const counted = Effect.gen(function* () {
        const found = yield* EntityFacts.contents(entities.map(targetOf), 1)
        return entities.map(({ name }) => [name, Number(found.get(`fake.${name}`)?.rows)])
      })
      yield* run
      assert.deepEqual(yield* counted, [
        ["small", 3],
        ["large", 5],
        ["nameless", 2]
      ])
      counts.large = [11, 13]
      counts.nameless = [21, 21]
      yield* run
      assert.deepEqual(yield* counted, [
        ["small", 3],
        ["large", 3],
        ["nameless", 1]
      ])
    })
  )

  it.effect("the first rows of a shared table are those of the entity, in the order of its key", () =>
    Effect.gen(function* () {
      const table = { schema: "public", name: "fake_shown" }
      const [one, other] = [sharing("shown", "a"), sharing("hidden", "b")].map((thing) => ({ ...thing, table }))
      if (one === undefined || other === undefined) return assert.fail("declared")
      assert.isUndefined(yield* storedRows(one, 2))
      yield* syncer([one, other])(({ name }) => ({ records: name === "shown" ? rows(2, 4).reverse() : rows(1, 1) }))
      const shown = (id: number) => ({ id: String(id), name: `row ${id}`, kind: "a" })
      assert.deepEqual(yield* storedRows(one, 2), [shown(2), shown(3)])
      // Columns that were declared since are not in the table yet.
      const columns = [column("since", "text"), ...one.columns]
      assert.deepEqual(yield* storedRows({ ...one, columns, key: ["since", "id"] }, 2), [shown(2), shown(3)])
    })
  )
})
