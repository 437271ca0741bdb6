/** Items that wait for an admin, counted by `/status` and on the menu's buttons; and lists that are outdated. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { eventually } from "../support/eventually.ts"
import { promote } from "./adminFixtures.ts"
import { labels, last } from "./Chat.ts"
import { World } from "./fixtures.ts"
import { begin, conclude, pick, shows, synced } from "./writeoffFixtures.ts"

layer(World.layer({ sync: synced }), { timeout: "60 seconds", excludeTestServices: true })("an admin", (it) => {
  it.effect("is told by /status and the menu how much waits for them, and nobody of what is not theirs to decide", () =>
    Effect.gen(function* () {
      const world = yield* World
      const { admin, employee, signIn, sql } = world
      yield* signIn
      yield* admin.send("/status")
      const well = yield* admin.sees(last("Всё в порядке"))
      assert.isFalse(labels(well.at(-1)).some((label) => label.includes("Решить")))

      yield* begin(employee)
      yield* pick(employee, "ко")
      yield* employee.press("1")
      yield* employee.sees(shows("Готово"))
      yield* conclude(employee)
      yield* employee.press("Отправить")
      yield* admin.sees((chat) => chat.some(({ text }) => text.includes("просит списать")))
      yield* sql`
        insert into tributary.pending_delete (run_id, connector, entity, table_name, key_columns, reason, rows, total)
        select (select max(id) from tributary.sync_log), 'iiko', 'product', 'public.iiko_product', '["id"]',
          '3 of 5 rows would go', (select jsonb_agg(jsonb_build_object('id', p.id)) from (
            select id from iiko_product order by id limit 3) as p), 3`
      yield* sql`
        insert into tributary.action_log (action, key, attempt, what, reasons, status, trigger, request, error, created_at)
        values ('iiko.writeoff', 'iiko.writeoff:TR-9', gen_random_uuid(), 'TR-9', '{}', 'unknown', 'job', '{}', 'lost', now())`

      yield* admin.send("/status")
      const message = (yield* admin.sees(last("1 списание ждёт вашего решения"))).at(-1)
      assert.include(message?.text ?? "", "О 1 отправке неизвестно, дошла ли она")
      assert.includeMembers(
        [...labels(message)],
        ["🕓 Решить про списания (1)", "🗑 Решить про удаления (1)", "❓ Разобраться, дошло ли (1)"]
      )
      yield* admin.send("/menu")
      const menu = (yield* admin.sees((chat) => labels(chat.at(-1)).includes("🧹 Удаления (1)"))).at(-1)
      assert.includeMembers([...labels(menu)], ["🕓 Ждут решения (1)", "❓ Дошло ли (1)", "📊 Состояние"])
      const at = (label: string) => labels(menu).indexOf(label)
      assert.isBelow(at("🌐 Язык"), at("· Управление ·"), "the daily work comes first")
      assert.isBelow(at("· Управление ·"), at("📊 Состояние"))
      // The author does not decide on it.
      yield* promote(world, employee)
      yield* employee.send("/menu")
      const own = (yield* employee.sees((chat) => labels(chat.at(-1)).includes("🧹 Удаления (1)"))).at(-1)
      assert.include(labels(own), "🕓 Ждут решения")
    })
  )

  it.effect("opens what waits by the button of /status", () =>
    Effect.gen(function* () {
      const { admin } = yield* World
      yield* admin.send("/status")
      yield* admin.sees(last("ждёт вашего решения"))
      yield* admin.press("Решить про списания")
      yield* admin.sees(last("Ждут решения"))
    })
  )
})

layer(World.layer({ sync: synced }), { timeout: "60 seconds", excludeTestServices: true })("a write-off", (it) => {
  it.effect("that is opened brings old lists up to date behind the answer, and fresh ones not", () =>
    Effect.gen(function* () {
      const { employee, iiko, signIn, sql } = yield* World
      yield* signIn
      const runs = Effect.map(
        sql<{ entity: string; actor: string; ended: boolean }>`
          select entity, actor, finished_at is not null as ended from tributary.sync_log where trigger = 'bot'
          order by entity`,
        (rows) => rows.map(({ actor, ended, entity }) => `${entity} ${actor} ${ended}`)
      )
      yield* sql`
        update tributary.sync_log set started_at = started_at - interval '11 minutes',
          finished_at = finished_at - interval '11 minutes' where entity in ('product', 'product_group')`
      yield* iiko.fault({ path: "/entities/products/list", mode: "slow", ms: 3000 })
      yield* employee.send("/writeoff")
      yield* employee.sees(shows("На какой счёт?"))
      assert.notInclude(yield* runs, `product telegram:${employee.id} true`, "the answer did not wait")
      const isDone = (found: ReadonlyArray<string>) =>
        ["product", "product_group"].every((entity) => found.includes(`${entity} telegram:${employee.id} true`))
      yield* eventually(Effect.map(runs, isDone))
      yield* eventually(Effect.map(runs, (found) => found.every((run) => run.endsWith("true"))))
      const entities = (yield* runs).map((run) => run.split(" ")[0])
      assert.notIncludeMembers(entities, ["entity_account", "store", "employee"], "they are fresh, or no list of it")
      yield* employee.send("/menu")
      yield* employee.sees(last("Что делаем?"))
      yield* employee.send("/writeoff")
      yield* employee.sees(shows("На какой счёт?"))
      assert.lengthOf(yield* runs, entities.length, "not again within ten minutes")
    })
  )
})
