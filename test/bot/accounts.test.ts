/** `/accounts` in the chat of an admin, with a vendor's sandbox whose page confirms the code. */
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { endSessions } from "../../connectors/allegro/sandbox/Granted.ts"
import { sandbox } from "../../connectors/allegro/sandbox.ts"
import { eventually } from "../support/eventually.ts"
import { people } from "./adminFixtures.ts"
import { anywhere, type Chat, labels, last, lastText } from "./Chat.ts"
import { World } from "./fixtures.ts"

const market = `type: allegro
client: { id: { secret: ALLEGRO_CLIENT_ID }, secret: { secret: ALLEGRO_CLIENT_SECRET } }
userAgent: ExampleBackup/1.0 (+https://example.test/about)
baseUrl: { env: ALLEGRO_URL }
authUrl: { env: ALLEGRO_AUTH_URL }
accounts: { perOwner: 2 }
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

/** As the owner does who allows it as that seller. */
const allow = Effect.fnUntraced(function* (chat: Chat, seller?: string) {
  const [link = ""] = /http\S+/.exec(lastText(chat)) ?? []
  const body = new URLSearchParams({ decision: "allow", ...(seller === undefined ? {} : { seller }) })
  const { status } = yield* Effect.promise(() => fetch(link.replaceAll("&amp;", "&"), { method: "POST", body }))
  assert.strictEqual(status, 200)
  return link
})

layer(world, { timeout: "60 seconds", excludeTestServices: true })("an admin", (it) => {
  it.effect("adds an account by a link and a code, syncs and pauses it, and reads what is wrong with it", () =>
    Effect.gen(function* () {
      const { admin, logged, signIn, sql } = yield* World
      yield* signIn
      yield* admin.send("/accounts market anna")
      yield* admin.sees(last("Напишите коннектор, владельца и имя"))
      yield* admin.send("/accounts market anna shop1")
      const link = yield* allow(yield* admin.sees(last("ждёт подтверждения", "Код:")))
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

  it.effect("lets an owner in by a first account, who has their own and no others, whatever they forge", () =>
    Effect.gen(function* () {
      const [{ admin, sql, telegram }, vendor] = [yield* World, yield* Vendor]
      const owner = telegram.state.person({ name: "Соня" })
      yield* owner.send("/accounts")
      yield* owner.sees((chat) => chat.some(({ from }) => from === "bot"))
      assert.isFalse(anywhere("четные записи")(yield* owner.messages), "a stranger")

      yield* admin.send(`/accounts market telegram:${owner.id} shop2`)
      yield* allow(
        yield* admin.sees(last("ждёт подтверждения", "shop2", "Код:")),
        vendor.state.sellers[1]?.login ?? "no seller"
      )
      const own = sql<{ id: string; status: string }>`
        select id::text, status from tributary.account where owner = ${`telegram:${owner.id}`}`
      yield* eventually(Effect.map(own, (rows) => rows.length === 1))
      const [account] = yield* own

      yield* owner.send("/start")
      const menu = (yield* owner.sees((chat) => labels(chat.at(-1)).some((label) => label.includes("Учётные")))).at(-1)
      assert.deepEqual(labels(menu), ["👥 Учётные записи", "🌐 Язык"])
      yield* owner.press("👥 Учётные записи")
      const list = yield* owner.sees(last("Мои учётные записи", "shop2", "/accounts market ИМЯ"))
      assert.isFalse(anywhere("anna")(list))
      yield* owner.press(`✅ telegram:${owner.id}/shop2`)
      yield* owner.sees(last("Читается."))
      yield* owner.press("🔄 Обновить сейчас")
      yield* owner.sees(last("обновлено.", "market.order"))
      yield* owner.press("« Назад")
      yield* owner.sees(last("Читается."))
      yield* owner.press("📋 Заказы за сегодня")
      yield* owner.sees(last("Заказы за сегодня"))
      yield* owner.press("« Назад")
      yield* owner.sees(last("Читается."))
      yield* owner.press("⏸ На паузу")
      yield* owner.sees(last("На паузе"))
      yield* owner.press("⏯ Снять с паузы")
      yield* owner.sees(last("Читается."))
      yield* owner.send("/accounts market shop3")
      yield* owner.sees(last("ждёт подтверждения", "shop3", "Код:"))
      const state = sql`
        select (select jsonb_agg(to_jsonb(a) - 'last_used_at' order by a.id) from tributary.account as a) as accounts,
          (select jsonb_agg(to_jsonb(s) order by s.id) from tributary.schedule as s) as schedules,
          (select jsonb_agg(to_jsonb(t) - 'progress' order by t.id) from tributary.task as t) as tasks`
      const before = yield* state
      const [{ foreign = "", schedule = "", task = "" } = {}] = yield* sql<Record<string, string>>`
        select a.id::text as foreign, s.id::text as schedule,
          (select t.id::text from tributary.task as t where t.account = a.id and t.kind = 'sync' limit 1) as task
        from tributary.account as a join tributary.schedule as s on s.account = a.id where a.owner = 'anna'`
      const forged = [
        ...["show", "sync", "pause", "resume", "again", "list0"].map((verb) => `accounts:${verb}:${foreign}`),
        ...["on", "off"].map((verb) => `accounts:${verb}:${schedule}`),
        ...["task", "follow", "stop"].map((verb) => `accounts:${verb}:${task}`)
      ]
      for (const data of forged) {
        yield* owner.press({ data })
        yield* owner.sees(last("нет"))
      }
      // What is for those who work here leads to the menu.
      for (const data of ["status", "sync", "department", "stock"]) yield* owner.press({ data })
      yield* owner.send("/stock")
      yield* owner.send("/status")
      yield* owner.sees((chat) => labels(chat.at(-1)).join() === labels(menu).join())
      assert.deepEqual(yield* state, before)
      assert.notInclude(JSON.stringify(yield* owner.messages), "anna")
      yield* sql`delete from tributary.account where id = ${account?.id ?? ""}::uuid`
      yield* owner.send("/accounts")
      yield* owner.sees(last("У вас нет учётных записей"))
    })
  )

  it.effect(
    "tells the owner alone of refused credentials, once for each refusal, and that they are accepted again",
    () =>
      Effect.gen(function* () {
        const [{ admin, sql, startBot, stopBot, telegram }, vendor] = [yield* World, yield* Vendor]
        const seller = vendor.state.sellers[1]
        const owner = telegram.state.person({ name: "Марта" })
        const add = Effect.fnUntraced(function* (of: number) {
          yield* admin.send(`/accounts market telegram:${of} shop4`)
          yield* allow(
            yield* admin.sees(last("ждёт подтверждения", `telegram:${of}`, "Код:")),
            seller?.login ?? "no seller"
          )
          const added = sql`select from tributary.account where owner = ${`telegram:${of}`} and status = 'active'`
          yield* eventually(Effect.map(added, (rows) => rows.length === 1))
        })
        for (const of of [owner.id, admin.id]) yield* add(of)
        // A bot that starts looks at once.
        const restart = Effect.andThen(stopBot, startBot)
        const told = (chat: Chat) => chat.filter(({ text }) => text.includes("система отклонила доступ")).length
        const refuse = Effect.gen(function* () {
          if (seller !== undefined) endSessions(vendor.state.granted, seller)
          yield* owner.send("/accounts")
          yield* owner.sees(last("Мои учётные записи"))
          yield* owner.press(`✅ telegram:${owner.id}/shop4`)
          yield* owner.sees(last("Читается."))
          yield* owner.press("🔄 Обновить сейчас")
          yield* owner.sees(last("обновлено не всё"))
          yield* restart
          // A message is remembered a moment after it was sent.
          const remembered = sql`select from tributary.bot_message where kind = 'account'`
          yield* eventually(Effect.map(remembered, (rows) => rows.length === 1))
          return yield* owner.sees(last("shop4 (market)", "система отклонила доступ", "продавец отвязал приложение"))
        })
        yield* owner.send("/start")
        yield* owner.sees(last("Что делаем?"))
        const refused = yield* refuse
        assert.deepEqual(labels(refused.at(-1)), ["🔑 Авторизовать заново", "👥 Открыть"])
        yield* restart
        yield* owner.press("👥 Открыть")
        const below = yield* owner.sees(last("Система отклонила доступ"))
        assert.strictEqual(told(below), 1, "once")
        assert.strictEqual(told(yield* admin.messages), 0, "an admin has the alert")

        yield* add(owner.id)
        yield* restart
        assert.strictEqual(told(yield* owner.sees(anywhere("доступ восстановлен"))), 0)
        const again = yield* refuse
        assert.isTrue(anywhere("доступ восстановлен")(again), "another refusal is another message")
        yield* owner.press("🔑 Авторизовать заново")
        yield* owner.sees(last("ждёт подтверждения", "Код:"))
        yield* sql`delete from tributary.account where owner like 'telegram:%'`
        yield* restart
        yield* owner.sees(anywhere("Эту учётную запись удалили"))
        yield* eventually(
          Effect.map(sql`select from tributary.bot_message where kind = 'account'`, (rows) => rows.length === 0)
        )
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
