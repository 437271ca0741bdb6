/** The daemon in the chats of admins: what they see and do; and that nobody else can, even with forged buttons. */
import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { callbackIdOf } from "../../bot/window/CallbackIds.ts"
import { eventually } from "../support/eventually.ts"
import { ofAdmins, people, promote } from "./adminFixtures.ts"
import { anywhere, type Chat, labels, last } from "./Chat.ts"
import { World } from "./fixtures.ts"
import { colleague } from "./People.ts"

const sync = [...people, "iiko.product"]

const decodeIds = Schema.decodeUnknownEffect(Schema.NonEmptyArray(Schema.Struct({ id: Schema.BigInt })))

/** A pending delete of the first three products. */
const withhold = Effect.gen(function* () {
  const { sql } = yield* World
  const rows = yield* sql`
    insert into tributary.pending_delete (run_id, connector, entity, table_name, key_columns, reason, rows, total)
    select (select max(id) from tributary.sync_log), 'iiko', 'product', 'public.iiko_product', '["id"]',
      '3 of 5 rows would go', (select jsonb_agg(jsonb_build_object('id', p.id)) from (
        select id from iiko_product order by id limit 3) as p), 3
    returning id`
  const [{ id }] = yield* decodeIds(rows)
  return id
})

/** A failed sync of the stores, which lasts as long as the test. */
const failedSync = Effect.gen(function* () {
  const { sql } = yield* World
  yield* Effect.acquireRelease(
    sql`insert into tributary.sync_log (connector, entity, trigger, status, finished_at, error, config_hash)
      values ('iiko', 'store', 'job', 'failed', now(), 'the licence <is> taken', 'x')`,
    () => Effect.orDie(sql`delete from tributary.sync_log where error = 'the licence <is> taken'`)
  )
})

layer(World.layer({ sync }), { timeout: "60 seconds", excludeTestServices: true })("an admin", (it) => {
  it.effect("is not impersonated by forged buttons: everybody else gets what they are offered anyway", () =>
    Effect.gen(function* () {
      const { admin, control, employee, signIn, sql, telegram } = yield* World
      yield* signIn
      const id = yield* withhold
      const forged = [
        `deletes:do:apply:${id}`,
        `jobs:pause:${callbackIdOf("retention")}`,
        `admins:pick:${employee.id}`,
        `admins:remove:${admin.id}`,
        "alerts:to:deletes",
        "alerts:mute:all:week",
        "status"
      ]
      yield* employee.send("/deletes")
      for (const data of forged) yield* employee.press({ data })
      yield* employee.send("/admins")
      const own = yield* employee.sees((chat) => labels(chat.at(-1)).includes("🌐 Язык"))
      assert.isFalse(own.flatMap(labels).some((label) => ofAdmins.includes(label)))

      const stranger = telegram.state.person({ name: "Кто-то" })
      yield* stranger.send("/deletes")
      yield* stranger.sees(anywhere("Поделитесь"))
      for (const data of forged) yield* stranger.press({ data })
      // A greeting follows each press after it was handled.
      const greeted = (chat: Chat) => chat.filter(({ text }) => text.includes("Поделитесь")).length
      const greetings = yield* stranger.sees((chat) => greeted(chat) > forged.length)
      assert.isFalse(anywhere("🧹")(greetings))

      assert.deepEqual(
        (yield* control.deletes.open(0)).map((one) => one.id),
        [id]
      )
      assert.isTrue((yield* control.jobs.list).every(({ paused }) => !paused))
      assert.isEmpty(yield* sql`select * from tributary.bot_mute`)
      yield* control.deletes.decide(id, "drop", { trigger: "cli", actor: "operator" })
    })
  )

  it.effect("sees in /status what is wrong, with a picture and buttons that lead there, and that all is well", () =>
    Effect.gen(function* () {
      const { admin, sql } = yield* World
      yield* admin.send("/status")
      const well = (yield* admin.sees(last("Всё в порядке"))).at(-1)
      assert.isDefined(well?.photo)
      assert.include(well?.text ?? "", "iiko: 33 таблицы")
      assert.include(well?.text ?? "", "Дальше")

      const id = yield* withhold
      yield* failedSync
      yield* admin.press("Обновить")
      const wrong = (yield* admin.sees(last("Нужно внимание"))).at(-1)
      assert.include(wrong?.text ?? "", "iiko.store: the licence <is> taken")
      assert.include(wrong?.text ?? "", "iiko.product: 3 удаления ждут решения")
      assert.isTrue(
        wrong?.text.indexOf("licence") !== undefined && wrong.text.indexOf("licence") < wrong.text.indexOf("Дальше")
      )
      yield* admin.press("Решить про удаления")
      yield* admin.sees(last("Ждут решения"))
      yield* admin.send("/status")
      yield* admin.sees(last("Нужно внимание"))
      yield* admin.press("📜 iiko.store")
      yield* admin.sees(last("❌"))
      yield* sql`delete from tributary.pending_delete where id = ${id}`
    })
  )

  it.effect("reads the log by pages, of one entity, and of what failed alone", () =>
    Effect.gen(function* () {
      const { admin, sql } = yield* World
      yield* failedSync
      yield* sql`
        insert into tributary.sync_log (connector, entity, trigger, actor, status, finished_at, inserted, config_hash)
        select 'iiko', 'group', 'bot', ${`telegram:${admin.id}`}, 'ok', now(), n, 'x' from generate_series(1, 20) as n`
      yield* admin.send("/log iiko.group")
      const first = (yield* admin.sees(last("+20"))).at(-1)
      assert.include(first?.text ?? "", "👤 Ирина")
      yield* admin.press("Раньше")
      yield* admin.sees(last("+12"))
      yield* admin.press("К последним")
      yield* admin.sees(last("+20"))
      yield* admin.press("Только ошибки")
      yield* admin.sees(last("Ошибок нет"))
      yield* admin.send("/log failed")
      const failed = (yield* admin.sees(last("the licence <is> taken"))).at(-1)
      assert.notInclude(failed?.text ?? "", "✅")
      yield* admin.send("/log iiko.nothing<b>")
      yield* admin.sees(last("Не знаю, что такое «iiko.nothing<b>»"))
    })
  )

  it.effect("reads of one run everything it warned of, in their language, and what it asked for last", () =>
    Effect.gen(function* () {
      const { admin, sql } = yield* World
      const path = `/resto/api/v2/entities/products/list?includeDeleted=false&<revision>=${"7".repeat(40)}&page=19`
      const requests = Array.from({ length: 7 }, (_, at) => ({
        at: "2026-11-27T10:00:00Z",
        method: "GET",
        path: at === 6 ? path : `/short/${at}`,
        status: at === 6 ? null : 503,
        ms: 1200 + at,
        head: "",
        error: at === 6 ? "connection <reset>" : null
      }))
      const rows = yield* sql`
        insert into tributary.sync_log (connector, entity, trigger, status, finished_at, config_hash, error, warnings, reasons,
          notes, note_reasons, last_requests)
        values ('iiko', 'terminal', 'job', 'failed', now(), 'x', 'the <vendor> said no', '["stale", "an old <warning>"]',
          ${JSON.stringify([{ code: "cursor.passed", params: { count: 3 } }])}::jsonb, '["whole"]',
          ${JSON.stringify([{ code: "whole.full", params: {} }])}::jsonb, ${JSON.stringify(requests)}::jsonb)
        returning id`
      const [{ id }] = yield* decodeIds(rows)
      yield* admin.send("/log failed")
      yield* admin.sees(last("the <vendor> said no"))
      yield* admin.press({ data: `log:run:${id}` })
      const text = (yield* admin.sees(last("Последние запросы"))).at(-1)?.text ?? ""
      assert.include(text, "❌ the <vendor> said no")
      assert.include(text, "⚠️ курсор прошёл 3 отклонённые записи")
      // A text without a code is shown as it was stored.
      assert.include(text, "⚠️ an old <warning>")
      assert.include(text, "ℹ️ попросили прочитать всё")
      const asked = text.slice(text.indexOf("Последние запросы")).split("\n").slice(1)
      assert.deepEqual(asked.slice(0, 2), ["GET /short/2", "  1202 ms · 503"])
      assert.deepEqual(asked.slice(-2), ["GET /resto/api/v…7777777&page=19", "  1206 ms · connection <reset>"])
      assert.lengthOf(asked, 10)
      yield* admin.press("Назад")
      yield* admin.sees(last("Журнал", "Только с ошибками"))
      yield* admin.send(`/log ${id}`)
      yield* admin.sees(last("Последние запросы"))
      yield* admin.send("/log 999999999")
      yield* admin.sees(last("Запуска 999999999 нет"))
      yield* sql`delete from tributary.sync_log where id = ${id}`
    })
  )

  it.effect("pauses a job, lets it go on and runs it", () =>
    Effect.gen(function* () {
      const { admin, control } = yield* World
      yield* admin.send("/jobs")
      const list = (yield* admin.sees(last("Задания"))).at(-1)
      assert.include(list?.text ?? "", "morning-sync, каждый день в 07:00")
      assert.include(list?.text ?? "", "stop-list, каждые 15 минут")
      yield* admin.press("retention")
      yield* admin.sees((chat) => labels(chat.at(-1)).includes("⏸ На паузу"))
      yield* admin.press("На паузу")
      yield* admin.sees((chat) => labels(chat.at(-1)).includes("⏯ Снять с паузы"))
      const paused = (yield* control.jobs.list).filter((job) => job.paused)
      assert.deepEqual(
        paused.map(({ name }) => name),
        ["retention"]
      )
      yield* admin.press("Снять с паузы")
      yield* admin.sees((chat) => labels(chat.at(-1)).includes("⏸ На паузу"))
      yield* admin.press("Запустить сейчас")
      yield* admin.sees(last("retention: готово", "sync_log: убрано старых строк: 0"))
      assert.deepInclude((yield* control.jobs.list).find(({ name }) => name === "retention")?.lastFire, {
        status: "ok"
      })
    })
  )

  it.effect("makes an employee an admin, who is told and gets the commands", () =>
    Effect.gen(function* () {
      const { admin, employee, telegram } = yield* World
      const published = () => telegram.state.calls.filter(({ method }) => method === "setMyCommands").length
      const before = published()
      yield* admin.send("/admins")
      const list = (yield* admin.sees(last("в bot.yaml"))).at(-1)
      const canBeRemoved = (shown: typeof list) => shown?.data.flat().includes(`admins:ask:${employee.id}`) === true
      assert.isFalse(canBeRemoved(list))
      yield* admin.press({ data: `admins:remove:${admin.id}` })
      yield* admin.sees(last("указан в bot.yaml"))
      yield* admin.send("/admins")
      yield* admin.sees(last("в bot.yaml"))
      yield* admin.press("Добавить")
      yield* admin.sees(last("Кого сделать"))
      yield* admin.send("нет таких")
      yield* admin.sees(last("«нет таких»: никого"))
      yield* admin.send("а")
      const found = (yield* admin.sees(last("Кого сделать"))).at(-1)
      const data = found?.data.flat().find((one) => one === `admins:pick:${employee.id}`)
      assert.isDefined(data)
      yield* admin.press({ data: data ?? "" })
      yield* admin.sees((chat) => canBeRemoved(chat.at(-1)))
      yield* employee.sees(anywhere("Теперь вы администратор"))
      // The common commands, and those of at least two admins.
      yield* eventually(Effect.sync(() => published() >= before + 3))
    })
  )

  it.effect("decides once on withheld deletes; the second is told who did, and how", () =>
    Effect.gen(function* () {
      const world = yield* World
      const { admin, sql } = world
      const second = yield* colleague(world, "Кафе на Мира")
      yield* promote(world, second)
      const id = yield* withhold
      for (const person of [admin, second]) {
        yield* person.send("/deletes")
        yield* person.sees(last("iiko.product: 3 строки"))
        yield* person.press({ data: `deletes:show:${id}:0` })
        yield* person.sees(last("Строки 1–3 из 3"))
        yield* person.press("Удалить")
        yield* person.sees(last("будет удалено 3 строки"))
      }
      yield* admin.press("Да, удалить 3")
      yield* admin.sees(last("удалено 3 строки"))
      yield* second.press("Да, удалить 3")
      const message = (yield* second.sees(last("уже решено"))).at(-1)
      assert.match(message?.text ?? "", /Ирина .*: удалено 3 строки/)
      const [row] = yield* sql`select decided_by, status from tributary.pending_delete where id = ${id}`
      assert.deepEqual(row, { decided_by: `telegram:${admin.id}`, status: "applied" })
      yield* second.press({ data: `deletes:ask:drop:${id}` })
      yield* second.sees(last("уже решено"))
    })
  )
})

layer(World.layer({ sync: people, environment: { TELEGRAM_ADMIN: "0" } }), {
  timeout: "60 seconds",
  excludeTestServices: true
})("the last admin", (it) => {
  it.effect("stays", () =>
    Effect.gen(function* () {
      const { admin, sql, startBot, stopBot } = yield* World
      yield* stopBot
      yield* sql`insert into tributary.bot_admin (telegram_id, added_by, added_at) values (${BigInt(admin.id)}, 'test', now())`
      yield* startBot
      yield* admin.send("/admins")
      yield* admin.sees((chat) => labels(chat.at(-1)).some((label) => label.startsWith("➖")))
      yield* admin.press("➖")
      yield* admin.sees((chat) => labels(chat.at(-1)).includes("Да, убрать"))
      yield* admin.press("Да, убрать")
      yield* admin.sees(last("последний администратор"))
      assert.lengthOf(yield* sql`select 1 from tributary.bot_admin`, 1)
    })
  )
})
