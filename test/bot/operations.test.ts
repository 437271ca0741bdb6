/** What admins see of the daemon and do with it, in the chat; and that nobody else can, with forged buttons either. */
import { assert, layer, it as plain } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Redacted, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Broadcast } from "../../bot/Broadcast.ts"
import { Config } from "../../bot/Config.ts"
import * as Telling from "../../bot/features/alerts/Telling.ts"
import { handleOf } from "../../bot/Handles.ts"
import { Directory } from "../../bot/people/Directory.ts"
import { Settings } from "../../bot/Settings.ts"
import { Speech } from "../../bot/Speech.ts"
import type { Shown } from "../../bot/sandbox.ts"
import { Telegram } from "../../bot/Telegram.ts"
import { Window } from "../../bot/Window.ts"
import { make as makeSpeech } from "../../bot/Words.ts"
import { Control } from "../../core/control/Control.ts"
import { alertKinds } from "../../core/observe/Metrics.ts"
import { eventually } from "../support/eventually.ts"
import { World } from "./World.ts"

const last =
  (includes: string) =>
  (chat: ReadonlyArray<Shown>): boolean =>
    chat.at(-1)?.text.includes(includes) === true

const anywhere =
  (includes: string) =>
  (chat: ReadonlyArray<Shown>): boolean =>
    chat.some(({ text }) => text.includes(includes))

const ofAdmins = ["📊 Состояние", "⏰ Задания", "🧹 Удаления", "📜 Журнал", "👥 Администраторы"]

const labels = (message: Shown | undefined): ReadonlyArray<string> => message?.buttons.flat() ?? []

const sync = ["iiko.employee", "iiko.employee_role", "iiko.department", "iiko.product"]

const decodeIds = Schema.decodeUnknownEffect(Schema.NonEmptyArray(Schema.Struct({ id: Schema.BigInt })))

/** A question of whether to delete the first three products. */
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

/** What tells of alerts, without the rest of the bot. */
const telling = Layer.unwrap(
  Effect.gen(function* () {
    const { control, sql, telegram } = yield* World
    const config = yield* Schema.decodeUnknownEffect(Config)({ admins: [telegram.state.admin.id] })
    const { TELEGRAM_TOKEN: token = "", TELEGRAM_API_ROOT: apiRoot = "" } = telegram.environment
    return Broadcast.layer.pipe(
      Layer.provide(Layer.merge(Directory.layer, Speech.layer)),
      Layer.provide(Window.layer),
      Layer.provideMerge(Telegram.layer({ token: Redacted.make(token), apiRoot })),
      Layer.provideMerge(
        Layer.mergeAll(
          Layer.succeed(Settings, { ...config, timezone: "UTC" }),
          Layer.succeed(Control, control),
          Layer.succeed(SqlClient.SqlClient, sql)
        )
      )
    )
  })
)

layer(World.layer({ sync }), { timeout: "60 seconds", excludeTestServices: true })("an admin", (it) => {
  it.effect("is not impersonated by forged buttons: everybody else gets what they are offered anyway", () =>
    Effect.gen(function* () {
      const { admin, control, employee, signIn, sql, telegram } = yield* World
      yield* signIn
      const id = yield* withhold
      const forged = [
        `deletes:do:apply:${id}`,
        `jobs:pause:${handleOf("retention")}`,
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
      assert.isFalse(anywhere("🧹")(yield* stranger.messages))

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
      yield* sql`insert into tributary.sync_log (connector, entity, trigger, status, finished_at, error, config_hash)
        values ('iiko', 'store', 'job', 'failed', now(), 'the licence <is> taken', 'x')`
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
      yield* admin.sees(last("retention: готово"))
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
      assert.isFalse(labels(list).some((label) => label.startsWith("➖")))
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
      yield* admin.sees((chat) => labels(chat.at(-1)).some((label) => label.startsWith("➖")))
      yield* employee.sees(anywhere("Теперь вы администратор"))
      // Everybody's, and those of two admins.
      yield* eventually(Effect.sync(() => published() >= before + 3))
    })
  )

  it.effect("decides once on withheld deletes; the second is told who did, and how", () =>
    Effect.gen(function* () {
      const { admin, employee, sql } = yield* World
      const id = yield* withhold
      for (const person of [admin, employee]) {
        yield* person.send("/deletes")
        yield* person.sees(last("iiko.product: 3 строки"))
        yield* person.press({ data: `deletes:show:${id}:0` })
        yield* person.sees(last("Строки 1–3 из 3"))
        yield* person.press("Удалить")
        yield* person.sees(last("будет удалено 3 строки"))
      }
      yield* admin.press("Да, удалить 3")
      yield* admin.sees(last("удалено 3 строки"))
      yield* employee.press("Да, удалить 3")
      const told = (yield* employee.sees(last("уже решено"))).at(-1)
      assert.match(told?.text ?? "", /Ирина .*: удалено 3 строки/)
      const [row] = yield* sql`select decided_by, status from tributary.pending_delete where id = ${id}`
      assert.deepEqual(row, { decided_by: `telegram:${admin.id}`, status: "applied" })
      yield* employee.press({ data: `deletes:ask:drop:${id}` })
      yield* employee.sees(last("уже решено"))
    })
  )

  it.effect("gets an alert once, in a message that says when it is over, whatever was pressed meanwhile", () =>
    Effect.gen(function* () {
      const { admin, alerts, employee, sql } = yield* World
      yield* alerts.raise({ kind: "guard_held", subject: "iiko.product", message: "3 <rows> wait" })
      const raised = (yield* admin.sees(last("Удаление ждёт решения"))).at(-1)
      assert.include(raised?.text ?? "", "3 <rows> wait")
      yield* employee.sees(last("Удаление ждёт решения"))

      yield* admin.press("К удалениям", raised?.id)
      yield* admin.sees(last("Ничего не ждёт решения"))
      yield* alerts.clear("guard_held", "iiko.product")
      const over = yield* admin.sees(anywhere("Прошло, длилось 1 мин"))
      assert.deepEqual(
        over.filter(({ text }) => text.includes("Удаление ждёт решения")).map(({ id }) => id),
        [raised?.id]
      )
      assert.include(over.at(-1)?.text ?? "", "Ничего не ждёт решения")
      yield* employee.sees(anywhere("Прошло"))
      yield* eventually(
        Effect.map(sql`select 1 from tributary.bot_message where kind = 'alert'`, (rows) => rows.length === 0)
      )
    })
  )

  it.effect("gets one message of all late entities of a system", () =>
    Effect.gen(function* () {
      const { admin, alerts } = yield* World
      const names = ["store", "group", "product"].map((name) => `iiko.${name}`)
      for (const subject of names) yield* alerts.raise({ kind: "entity_stale", subject, message: "late" })
      yield* admin.sees((chat) => names.every((name) => chat.at(-1)?.text.includes(`• ${name}`)))
      yield* alerts.clear("entity_stale", "iiko.store")
      yield* admin.sees((chat) => chat.at(-1)?.text.includes("• iiko.store") === false)
      for (const subject of names) yield* alerts.clear("entity_stale", subject)
      yield* admin.sees(last("✅ Данные устарели: iiko"))
    })
  )

  it.effect("who muted the alerts gets no new ones, but hears that the old ones are over", () =>
    Effect.gen(function* () {
      const { admin, alerts, employee } = yield* World
      yield* alerts.raise({ kind: "circuit_open", subject: "iiko", message: "it does not answer" })
      yield* admin.sees(last("Система не отвечает"))
      yield* employee.sees(last("Система не отвечает"))
      yield* admin.send("/mute")
      yield* admin.sees(last("Тревоги приходят сюда"))
      yield* admin.press("На час")
      yield* admin.sees(last("не приходят до"))

      yield* alerts.raise({ kind: "job_failed", subject: "retention", message: "it failed" })
      yield* employee.sees(last("Задание не выполнено"))
      yield* alerts.clear("circuit_open", "iiko")
      yield* admin.sees(anywhere("✅ Система не отвечает"))
      assert.isFalse(anywhere("Задание не выполнено")(yield* admin.messages))
      yield* admin.press("Снова присылать")
      yield* admin.sees(last("Тревоги приходят сюда"))
      yield* alerts.clear("job_failed", "retention")
      yield* employee.sees(last("✅ Задание не выполнено"))
    })
  )

  it.effect("gets no second message after a restart, and what is no longer wrong then is over", () =>
    Effect.gen(function* () {
      const { admin, alerts, sql, startBot, stopBot } = yield* World
      /** A message that is there is remembered a moment later. */
      const stand = (places: number) =>
        eventually(
          Effect.map(sql`select 1 from tributary.bot_message where kind = 'alert'`, (rows) => rows.length === places)
        )
      yield* alerts.raise({ kind: "circuit_open", subject: "gsheet", message: "before" })
      yield* alerts.raise({ kind: "reload_failed", subject: "configuration", message: "broken" })
      yield* admin.sees((chat) => anywhere("gsheet")(chat) && anywhere("broken")(chat))
      yield* stand(4)
      yield* stopBot
      yield* alerts.clear("circuit_open", "gsheet")
      yield* alerts.clear("reload_failed", "configuration")
      yield* alerts.raise({ kind: "circuit_open", subject: "gsheet", message: "after" })
      yield* startBot
      yield* admin.send("/menu")
      yield* admin.sees((chat) => labels(chat.at(-1)).includes("👥 Администраторы"))
      yield* alerts.raise({ kind: "circuit_open", subject: "fintablo", message: "now" })
      const chat = yield* admin.sees(anywhere("fintablo"))
      assert.lengthOf(
        chat.filter(({ text }) => text.includes("gsheet")),
        1
      )
      yield* stand(6)
      yield* stopBot

      // As some minutes later.
      const told = yield* Effect.forkChild(
        Effect.scoped(Effect.flatten(Telling.make(Duration.zero))).pipe(Effect.provide(telling))
      )
      yield* admin.sees(anywhere("✅ Конфигурация не загрузилась"))
      assert.isFalse((yield* admin.messages).some(({ text }) => text.includes("✅") && text.includes("gsheet")))
      yield* Fiber.interrupt(told)
    })
  )
})

layer(World.layer({ sync: sync.slice(0, 3), environment: { TELEGRAM_ADMIN: "0" } }), {
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

plain("every kind of alert has its words in every language", () => {
  const speech = makeSpeech(["ru", "en"], "UTC")
  for (const locale of speech.locales) {
    for (const kind of alertKinds) {
      for (const key of [`alert-${kind}`, `alert-${kind}-todo`]) {
        assert.notInclude(speech.in(locale).t(key), "{", `${locale}: ${key}`)
      }
    }
  }
})
