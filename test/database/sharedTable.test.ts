/** Entities that share a table each have the rows inside their own scope, wherever rows are counted. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import { targetOf } from "../../core/config/RunTarget.ts"
import * as EntityFacts from "../../core/database/audit/EntityFacts.ts"
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
})
