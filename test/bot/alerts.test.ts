/** Alerts in the chats of admins: sent once, edited while they are open and when they are over, and muted. */
import { assert, layer, it as plain } from "@effect/vitest"
import { Clock, Duration, Effect, Fiber, Layer, Redacted, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { configOf } from "../../bot/Config.ts"
import * as AlertNotifier from "../../bot/features/alerts/AlertNotifier.ts"
import * as Mutes from "../../bot/features/alerts/Mutes.ts"
import { make as makeTranslators } from "../../bot/i18n/FluentTranslator.ts"
import { Locales } from "../../bot/i18n/Locales.ts"
import { ConnectorModule } from "../../bot/kernel/ConnectorModule.ts"
import { Directory } from "../../bot/people/Directory.ts"
import { Settings } from "../../bot/Settings.ts"
import { Broadcast } from "../../bot/telegram/Broadcast.ts"
import { MigratedGroups } from "../../bot/telegram/MigratedGroups.ts"
import { Outbox } from "../../bot/telegram/Outbox.ts"
import { Telegram } from "../../bot/telegram/Telegram.ts"
import { Window } from "../../bot/window/Window.ts"
import { Control } from "../../core/control/Control.ts"
import { alertKinds } from "../../core/observe/Metrics.ts"
import { said } from "../../core/reason/Reason.ts"
import { eventually } from "../support/eventually.ts"
import { people, promote } from "./adminFixtures.ts"
import { anywhere, labels, last } from "./Chat.ts"
import { World } from "./fixtures.ts"

/** The notifier of alerts, without the rest of the bot. */
const telling = Layer.unwrap(
  Effect.gen(function* () {
    const { control, sql, telegram } = yield* World
    const config = yield* Schema.decodeUnknownEffect(configOf([]))({ admins: [telegram.state.admin.id] })
    const { TELEGRAM_TOKEN: token = "", TELEGRAM_API_ROOT: apiRoot = "" } = telegram.environment
    return Broadcast.layer.pipe(
      Layer.provide(Layer.merge(Directory.layer, Locales.layer)),
      Layer.provide(Layer.mergeAll(ConnectorModule.layer, Window.layer, MigratedGroups.layer, Outbox.layer)),
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

/** As if minutes later: a notifier looks for the first time in place of the bot's, which then continues. */
const minutesLater = <A, E, R>(seen: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const { startBot, stopBot } = yield* World
    yield* stopBot
    const told = yield* Effect.forkChild(
      Effect.scoped(Effect.flatten(AlertNotifier.make(Duration.zero))).pipe(Effect.provide(telling))
    )
    const found = yield* seen
    yield* Fiber.interrupt(told)
    yield* startBot
    return found
  })

/** Waits for that number of messages: a sent one is remembered a moment later, and one that is over forgotten. */
const stand = (messages: number) =>
  Effect.flatMap(World, ({ sql }) =>
    eventually(
      Effect.map(sql`select 1 from tributary.bot_message where kind = 'alert'`, (rows) => rows.length === messages)
    )
  )

const mutes = Effect.flatMap(World, ({ sql }) => Effect.provideService(Mutes.active, SqlClient.SqlClient, sql))

const translator = makeTranslators(["ru"], "Europe/Kaliningrad").in(undefined)

/** The admin and the employee, who is also an admin here. */
const two = Layer.effectDiscard(
  Effect.gen(function* () {
    const world = yield* World
    yield* world.signIn
    yield* promote(world, world.employee)
  })
).pipe(Layer.provideMerge(World.layer({ sync: people })))

layer(two, { timeout: "60 seconds", excludeTestServices: true })("an admin", (it) => {
  it.effect("gets an alert once, in a message that says when it is over, whatever was pressed meanwhile", () =>
    Effect.gen(function* () {
      const { admin, alerts, employee } = yield* World
      yield* alerts.raise({ kind: "guard_held", subject: "iiko.product", reason: said("3 <rows> wait") })
      const raised = (yield* admin.sees(last("Удаление ждёт решения"))).at(-1)
      assert.include(raised?.text ?? "", "3 <rows> wait")
      yield* employee.sees(last("Удаление ждёт решения"))

      yield* admin.press("К удалениям", raised?.id)
      yield* admin.sees(last("Ничего не ждёт решения"))
      yield* alerts.clear("guard_held iiko.product")
      const over = yield* admin.sees(anywhere("Прошло, длилось 1 мин"))
      assert.deepEqual(
        over.filter(({ text }) => text.includes("Удаление ждёт решения")).map(({ id }) => id),
        [raised?.id]
      )
      assert.include(over.at(-1)?.text ?? "", "Ничего не ждёт решения")
      yield* employee.sees(anywhere("Прошло"))
      yield* stand(0)
    })
  )

  it.effect("gets one message of all late entities of a system", () =>
    Effect.gen(function* () {
      const { admin, alerts } = yield* World
      const key = "entity_stale iiko request.timeout"
      const names = ["store", "group", "product"].map((name) => `iiko.${name}`)
      const raise = (entities: ReadonlyArray<string>) =>
        alerts.raise({ key, kind: "entity_stale", subject: "iiko", entities, reason: said("they do not answer") })
      yield* raise(names)
      yield* admin.sees((chat) => names.every((name) => chat.at(-1)?.text.includes(`• ${name}`)))
      yield* admin.sees(last("they do not answer"))
      yield* raise(names.slice(1))
      yield* admin.sees((chat) => chat.at(-1)?.text.includes("• iiko.store") === false)
      yield* alerts.clear(key)
      yield* admin.sees(last("✅ Данные устарели: iiko"))
    })
  )

  it.effect("gets the name of what a vendor counts apart, and the way to the log of its connector", () =>
    Effect.gen(function* () {
      const { admin, alerts } = yield* World
      yield* alerts.raise({ kind: "circuit_open", subject: "iiko cloud", reason: said("the cloud is silent") })
      yield* admin.sees(last("iiko cloud", "the cloud is silent"))
      yield* alerts.clear("circuit_open iiko cloud")
      yield* admin.sees(last("✅ Система не отвечает: iiko cloud"))
    })
  )

  it.effect("who muted the alerts gets no new ones, but hears that the old ones are over", () =>
    Effect.gen(function* () {
      const { admin, alerts, employee } = yield* World
      yield* alerts.raise({ kind: "circuit_open", subject: "iiko", reason: said("it does not answer") })
      yield* admin.sees(last("it does not answer"))
      yield* employee.sees(last("it does not answer"))
      yield* admin.send("/mute")
      yield* admin.sees(last("Тревоги приходят сюда"))
      yield* admin.press("На час")
      yield* admin.sees(last("не приходят до", "(Ирина)"))
      assert.deepEqual(
        (yield* mutes).map(({ actor, kind }) => ({ actor, kind })),
        [{ actor: `telegram:${admin.id}`, kind: "" }]
      )

      yield* alerts.raise({ kind: "job_failed", subject: "retention", reason: said("it failed") })
      yield* employee.sees(last("it failed"))
      yield* alerts.clear("circuit_open iiko")
      yield* admin.sees(anywhere("✅ Система не отвечает: iiko"))
      assert.isFalse(anywhere("it failed")(yield* admin.messages))
      yield* admin.press("Снова присылать")
      yield* admin.sees(last("Тревоги приходят сюда"))
      yield* alerts.clear("job_failed retention")
      yield* employee.sees(last("✅ Задание не выполнено"))
      yield* stand(0)
    })
  )

  it.effect("gets no second message after a restart, and what is no longer wrong then is over", () =>
    Effect.gen(function* () {
      const { admin, alerts, startBot, stopBot } = yield* World
      yield* alerts.raise({ kind: "circuit_open", subject: "gsheet", reason: said("before") })
      yield* alerts.raise({ kind: "reload_failed", subject: "configuration", reason: said("broken") })
      yield* admin.sees((chat) => anywhere("gsheet")(chat) && anywhere("broken")(chat))
      yield* stand(4)
      yield* stopBot
      yield* alerts.clear("circuit_open gsheet")
      yield* alerts.clear("reload_failed configuration")
      yield* alerts.raise({ kind: "circuit_open", subject: "gsheet", reason: said("after") })
      yield* startBot
      yield* admin.send("/menu")
      yield* admin.sees((chat) => labels(chat.at(-1)).includes("👥 Администраторы"))
      yield* alerts.raise({ kind: "circuit_open", subject: "fintablo", reason: said("now") })
      const chat = yield* admin.sees(anywhere("fintablo"))
      assert.lengthOf(
        chat.filter(({ text }) => text.includes("gsheet")),
        1
      )
      yield* stand(6)
      yield* minutesLater(
        Effect.gen(function* () {
          yield* admin.sees(anywhere("✅ Конфигурация не загрузилась"))
          yield* stand(4)
          assert.isFalse((yield* admin.messages).some(({ text }) => text.includes("✅") && text.includes("gsheet")))
          for (const subject of ["gsheet", "fintablo"]) yield* alerts.clear(`circuit_open ${subject}`)
          yield* stand(0)
        })
      )
    })
  )
  it.effect("who muted everything for a week is told what they missed when they want to hear again", () =>
    Effect.gen(function* () {
      const { admin, alerts, employee } = yield* World
      const now = yield* Clock.currentTimeMillis
      yield* admin.send("/mute")
      yield* admin.sees(last("Тревоги приходят сюда"))
      yield* admin.press("На неделю")
      const told = (yield* admin.sees(last("Тревоги не приходят до"))).at(-1)
      const { kind, until } = yield* Effect.fromNullishOr((yield* mutes)[0])
      assert.strictEqual(kind, "")
      assert.include(told?.text ?? "", `не приходят до ${translator.moment(until)}`)
      assert.closeTo(until.getTime() - now, Duration.toMillis("7 days"), Duration.toMillis("1 minute"))

      yield* alerts.raise({ kind: "circuit_open", subject: "books", reason: said("silent since noon") })
      yield* alerts.raise({ kind: "job_failed", subject: "retention", reason: said("failed at noon") })
      yield* employee.sees(last("failed at noon"))
      assert.isFalse((yield* admin.messages).some(({ text }) => text.includes("noon")))
      yield* admin.press("Снова присылать")
      yield* admin.sees(last("Тревоги приходят сюда"))
      assert.isEmpty(yield* mutes)
      yield* minutesLater(
        Effect.gen(function* () {
          const chat = yield* admin.sees((all) => anywhere("silent since noon")(all) && anywhere("failed at noon")(all))
          assert.lengthOf(
            [...chat, ...(yield* employee.messages)].filter(({ text }) => text.includes("noon")),
            4
          )
          yield* alerts.clear("circuit_open books")
          yield* alerts.clear("job_failed retention")
          yield* stand(0)
        })
      )
      assert.isTrue(anywhere("✅ Задание не выполнено: retention")(yield* admin.messages))
    })
  )

  it.effect("who muted one kind for a week is told until when, and gets the other kinds", () =>
    Effect.gen(function* () {
      const { admin, alerts, employee } = yield* World
      const now = yield* Clock.currentTimeMillis
      yield* admin.send("/mute")
      yield* admin.sees(last("Тревоги приходят сюда"))
      yield* admin.press("Только один вид")
      yield* admin.sees(last("Какие тревоги не присылать?"))
      yield* admin.press("Система не отвечает")
      yield* admin.sees(last("Не присылать «Система не отвечает»: надолго?"))
      yield* admin.press("На неделю")
      const told = (yield* admin.sees(last("не приходит до"))).at(-1)
      const { until } = yield* Effect.fromNullishOr((yield* mutes)[0])
      assert.include(told?.text ?? "", `«Система не отвечает» не приходит до ${translator.moment(until)}`)
      assert.closeTo(until.getTime() - now, Duration.toMillis("7 days"), Duration.toMillis("1 minute"))

      yield* alerts.raise({ kind: "circuit_open", subject: "books", reason: said("silent since dawn") })
      yield* employee.sees(last("silent since dawn"))
      yield* alerts.raise({ kind: "job_failed", subject: "stop-list", reason: said("failed at dawn") })
      yield* admin.sees(last("failed at dawn"))
      assert.isFalse(anywhere("silent since dawn")(yield* admin.messages))
      yield* admin.send("/mute")
      yield* admin.sees(last("«Система не отвечает» не приходит до"))
      yield* admin.press("Снова присылать")
      yield* admin.sees(last("Тревоги приходят сюда"))
      yield* minutesLater(
        Effect.gen(function* () {
          const chat = yield* admin.sees(anywhere("silent since dawn"))
          assert.lengthOf(
            chat.filter(({ text }) => text.includes("dawn")),
            2
          )
          yield* alerts.clear("circuit_open books")
          yield* alerts.clear("job_failed stop-list")
          yield* stand(0)
        })
      )
    })
  )

  it.effect(
    "reads a day later, in the message of an alert that is still open, that it goes on and how long already",
    () =>
      Effect.gen(function* () {
        const { admin, alerts, employee } = yield* World
        const alert = { kind: "action_unknown", subject: "iiko.writeoff" } as const
        yield* alerts.raise({ ...alert, reason: said("no answer") })
        const raised = (yield* admin.sees(last("no answer"))).at(-1)
        yield* employee.sees(last("no answer"))
        yield* stand(2)
        const later = (yield* Clock.currentTimeMillis) + Duration.toMillis("25 hours")
        yield* Effect.andThen(TestClock.setTime(later), alerts.raise({ ...alert, reason: said("no answer yet") })).pipe(
          Effect.provide(TestClock.layer())
        )
        for (const person of [admin, employee]) {
          const chat = yield* person.sees(last("Неизвестно, дошло ли (уже 1 дн 1 ч)"))
          const reminded = chat.filter(({ text }) => text.includes("no answer"))
          assert.lengthOf(reminded, 1)
          assert.include(reminded[0]?.text ?? "", "no answer yet")
        }
        const reminded = (yield* admin.messages).at(-1)
        assert.deepEqual([reminded?.id, reminded?.buttons], [raised?.id, raised?.buttons])
        yield* alerts.clear("action_unknown iiko.writeoff")
        yield* stand(0)
        assert.isFalse(anywhere("(уже")(yield* admin.messages))
      })
  )
})

plain("every kind of alert has its words in every language", () => {
  const languages = makeTranslators(["ru", "en"], "UTC")
  for (const locale of languages.locales) {
    for (const kind of alertKinds) {
      for (const key of [`alert-${kind}`, `alert-${kind}-todo`]) {
        assert.notInclude(languages.in(locale).t(key), "{", `${locale}: ${key}`)
      }
    }
  }
})
