/** The bot's rows of admins and of confirmations, if two people act at once or one takes another's. */
import { assert, layer } from "@effect/vitest"
import { Context, Deferred, Effect, Fiber, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { pluginType } from "../../bot/index.ts"
import { addAdmin, removeAdmin } from "../../bot/people/PeopleStore.ts"
import { PendingConfirmations } from "../../bot/window/PendingConfirmations.ts"
import * as Migrations from "../../core/plugin/Migrations.ts"
import { layerDatabase } from "../support/database.ts"
import { eventually } from "../support/eventually.ts"

const layerTables = Layer.effectDiscard(Migrations.run([pluginType])).pipe(Layer.provideMerge(layerDatabase))

layer(layerTables, { excludeTestServices: true })("two admins who are taken off the list at once", (it) => {
  it.effect("leave one", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      for (const id of [1, 2]) yield* addAdmin(id, "test")
      const removed = yield* Deferred.make<void>()
      const free = yield* Deferred.make<void>()
      const first = yield* removeAdmin(1, 0).pipe(
        Effect.tap(() => Effect.andThen(Deferred.succeed(removed, undefined), Deferred.await(free))),
        sql.withTransaction,
        Effect.forkChild
      )
      yield* Deferred.await(removed)
      // In a transaction, which has a connection of its own: other queries do not wait behind it.
      const second = yield* Effect.forkChild(sql.withTransaction(removeAdmin(2, 0)))
      const waits = Effect.map(
        sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        ({ length }) => length > 0 || second.pollUnsafe() !== undefined
      )
      yield* eventually(waits)
      yield* Deferred.succeed(free, undefined)
      assert.deepEqual([yield* Fiber.join(first), yield* Fiber.join(second)], [true, false])
      assert.deepEqual(yield* sql`select telegram_id::int as id from tributary.bot_admin`, [{ id: 2 }])
      assert.isTrue(yield* removeAdmin(2, 1), "others are named elsewhere")
    })
  )
})

layer(layerTables, { excludeTestServices: true })("an offer", (it) => {
  it.effect("is taken once, and by a button of its own kind alone", () =>
    Effect.gen(function* () {
      const confirmations = Context.get(yield* Layer.build(PendingConfirmations.layer), PendingConfirmations)
      const id = yield* confirmations.make("plan", { rows: 3 }, "telegram:1")
      assert.isUndefined(yield* confirmations.look("onboarding", id))
      assert.isUndefined(yield* confirmations.take("onboarding", id))
      assert.deepEqual(yield* confirmations.look("plan", id), { rows: 3 })
      assert.deepEqual(yield* confirmations.take("plan", id), { rows: 3 })
      assert.isUndefined(yield* confirmations.take("plan", id))
    })
  )

  it.effect("is for a day", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const confirmations = Context.get(yield* Layer.build(PendingConfirmations.layer), PendingConfirmations)
      const id = yield* confirmations.make("plan", null, "telegram:1")
      yield* sql`update tributary.bot_offer set made_at = made_at - interval '1 day' where id = ${BigInt(id)}`
      assert.isUndefined(yield* confirmations.look("plan", id))
      assert.isUndefined(yield* confirmations.take("plan", id))
    })
  )
})
