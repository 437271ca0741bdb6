/** `/accounts` in the chat of an admin, with a vendor's sandbox whose page confirms the code. */
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { sandbox } from "../../connectors/allegro/sandbox.ts"
import { eventually } from "../support/eventually.ts"
import { people } from "./adminFixtures.ts"
import { anywhere, labels, last, lastText } from "./Chat.ts"
import { World } from "./fixtures.ts"

const market = `type: allegro
client: { id: { secret: ALLEGRO_CLIENT_ID }, secret: { secret: ALLEGRO_CLIENT_SECRET } }
userAgent: ExampleBackup/1.0 (+https://example.test/about)
baseUrl: { env: ALLEGRO_URL }
authUrl: { env: ALLEGRO_AUTH_URL }
entities:
  order:
    path: /order/checkout-forms
    records: /checkoutForms
    page: { type: offset, size: 100, total: none }
    key: id
    mode: upsert
    fields:
      id: uuid
      status: text
      fulfillment_status: { from: /fulfillment/status, type: text }
      ordered_at: { from: /lineItems/0/boughtAt, type: timestamp }
      total: { from: /summary/totalToPay/amount, type: decimal }
      currency: { from: /summary/totalToPay/currency, type: text }
`

class Vendor extends Context.Service<Vendor, Effect.Success<ReturnType<typeof sandbox.start>>>()(
  "tributary/test/bot/accounts/Vendor"
) {}

const world = Layer.unwrap(
  Effect.map(Vendor, ({ environment }) =>
    World.layer({ environment, files: { "connectors/market.yaml": market }, sync: people })
  )
).pipe(Layer.provideMerge(Layer.effect(Vendor, sandbox.start({ sellers: 2, ordersPerDay: 10, days: 3 }))))

layer(world, { timeout: "60 seconds", excludeTestServices: true })("an admin", (it) => {
  it.effect("adds an account by a link and a code, syncs and pauses it, and reads what is wrong with it", () =>
    Effect.gen(function* () {
      const { admin, logged, signIn, sql } = yield* World
      yield* signIn
      yield* admin.send("/accounts market anna")
      yield* admin.sees(last("Напишите коннектор, владельца и имя"))
      yield* admin.send("/accounts market anna shop1")
      const asked = lastText(yield* admin.sees(last("ждёт подтверждения", "Код:")))
      const [link = ""] = /http\S+/.exec(asked) ?? []
      const body = new URLSearchParams({ decision: "allow" })
      const { status } = yield* Effect.promise(() => fetch(link.replaceAll("&amp;", "&"), { method: "POST", body }))
      assert.strictEqual(status, 200)
      const added = sql`select from tributary.account where owner = 'anna' and name = 'shop1'`
      yield* eventually(Effect.map(added, (rows) => rows.length === 1))
      yield* admin.press("🔎 Подтверждено?")
      yield* admin.sees(last("добавлена и читается"))
      assert.notInclude(lastText(yield* admin.messages), "Код:")
      yield* admin.press("anna/shop1")
      yield* admin.sees(last("Читается.", "market"))
      yield* admin.press("🔄 Обновить сейчас")
      yield* admin.sees(last("anna/shop1", "обновлено.", "market.order"))
      assert.isNotEmpty(yield* sql`select from market_order limit 1`)
      yield* admin.press("« Назад")
      yield* admin.sees(last("Читается."))
      const [sold] = yield* sql<{ id: string }>`update market_order set ordered_at = now() + interval '1 hour'
        where id = (select id from market_order order by id limit 1) returning id::text`
      yield* admin.press("📋 Заказы за сегодня")
      yield* admin.sees(last("Заказы за сегодня", "отменено: ", "PLN", sold?.id ?? "no order"))
      yield* admin.press("« Назад")
      yield* sql`update tributary.sync_log set status = 'failed', error = 'no right to read'
        where id = (select max(id) from tributary.sync_log where connector = 'market')`
      yield* admin.send("/accounts")
      yield* admin.sees(last("Учётные записи", "✅"))
      yield* admin.press("✅ anna/shop1")
      yield* admin.sees(last("Читается.", "order", "в последний раз прочитать не удалось", "no right to read"))
      yield* sql`insert into tributary.schedule (account, connector, entities, every, timezone, period, created_at, next_fire)
        select id, connector, '{order}', '15 minutes', 'UTC', '15 minutes', now(), '2099-01-01' from tributary.account`
      yield* admin.send("/accounts")
      yield* admin.sees(last("Учётные записи", "✅"))
      yield* admin.press("✅ anna/shop1")
      yield* admin.sees(last("order · 15m", "следующий раз"))
      yield* admin.press("⏹ Выключить: order · 15m")
      yield* admin.sees(last("order · 15m", "выключено"))
      assert.deepEqual(yield* sql`select enabled from tributary.schedule`, [{ enabled: false }])
      yield* admin.press("▶️ Включить: order · 15m")
      yield* admin.sees(last("order · 15m", "следующий раз"))
      yield* admin.press("⏸ На паузу")
      yield* admin.sees(last("На паузе"))
      yield* sql`update tributary.account set status = 'invalid', reason = '{"code": "said", "params": {"text": "revoked <here>"}}'`
      yield* admin.send("/accounts")
      const list = (yield* admin.sees(last("Учётные записи", "❌"))).at(-1)
      assert.deepEqual(labels(list).slice(0, 1), ["❌ anna/shop1"])
      yield* admin.press("❌ anna/shop1")
      const wrong = (yield* admin.sees(last("revoked <here>"))).at(-1)
      assert.include(labels(wrong), "🔑 Авторизовать заново")
      assert.deepEqual(
        yield* sql`select event, actor from tributary.account_event where event <> 'refreshed' order by id`,
        ["added", "schedule switched off", "schedule switched on", "paused"].map((event) => ({
          event,
          actor: `telegram:${admin.id}`
        }))
      )
      assert.isFalse(logged.some((line) => JSON.stringify(line).includes(link)))
    })
  )

  it.effect("follows a sync in the message that began it, and stops it there", () =>
    Effect.gen(function* () {
      const [{ admin, sql }, vendor] = [yield* World, yield* Vendor]
      yield* sql`update tributary.account set status = 'active', reason = null`
      yield* vendor.fault({ path: "/order/checkout-forms", mode: "hang" })
      yield* admin.send("/accounts")
      yield* admin.sees(last("Учётные записи", "✅"))
      yield* admin.press("✅ anna/shop1")
      yield* admin.sees(last("Читается."))
      yield* admin.press("🔄 Обновить сейчас")
      const following = (yield* admin.sees(last("Обновляю", "Готово 0 из 1"))).at(-1)
      yield* admin.press("⏹ Остановить")
      const stopped = (yield* admin.sees(last("обновление остановлено"))).at(-1)
      assert.strictEqual(stopped?.id, following?.id)
      assert.deepEqual(
        yield* sql`select state, created_by, finished_by from tributary.task where kind = 'sync' order by created_at desc limit 1`,
        [{ state: "stopped", created_by: `telegram:${admin.id}`, finished_by: `telegram:${admin.id}` }]
      )
      yield* admin.press("« Назад")
      yield* admin.sees(last("Читается."))
      yield* admin.press("🔄 Обновить сейчас")
      yield* admin.sees(last("Обновляю", "Готово 0 из 1"))
      yield* admin.press("« Назад")
      const shown = (yield* admin.sees(last("Читается.", "⏳ Готово 0 из 1"))).at(-1)
      assert.include(labels(shown), "🔎 Как идёт обновление")
      yield* vendor.clearFaults
      yield* admin.press("⏹ Остановить")
      yield* admin.sees(last("обновление остановлено"))
    })
  )

  it.effect("alone has them: an employee cannot even forge the buttons", () =>
    Effect.gen(function* () {
      const { employee } = yield* World
      yield* employee.send("/accounts")
      yield* employee.press({ data: "accounts" })
      assert.isFalse(anywhere("anna/shop1")(yield* employee.messages))
    })
  )
})
