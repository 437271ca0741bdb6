/** Alerts in the chats of admins: sent once, and edited while they are open and when they are over. */
import { assert, layer, it as plain } from "@effect/vitest"
import { Clock, Duration, Effect } from "effect"
import { TestClock } from "effect/testing"
import { make as makeTranslators } from "../../bot/i18n/FluentTranslator.ts"
import { alertKinds } from "../../core/observe/Metrics.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { minutesLater, stand, two } from "./alertFixtures.ts"
import { anywhere, labels, last } from "./Chat.ts"
import { World } from "./fixtures.ts"

layer(two, { timeout: "60 seconds", excludeTestServices: true })("an admin", (it) => {
  it.effect("gets an alert once, in a message that says when it is over, whatever was pressed meanwhile", () =>
    Effect.gen(function* () {
      const { admin, alerts, employee } = yield* World
      yield* alerts.raise({ kind: "guard_held", subject: "iiko.product", reason: foreignText("3 <rows> wait") })
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
        alerts.raise({
          key,
          kind: "entity_stale",
          subject: "iiko",
          entities,
          reason: foreignText("they do not answer")
        })
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
      yield* alerts.raise({ kind: "circuit_open", subject: "iiko cloud", reason: foreignText("the cloud is silent") })
      yield* admin.sees(last("iiko cloud", "the cloud is silent"))
      yield* alerts.clear("circuit_open iiko cloud")
      yield* admin.sees(last("✅ Система не отвечает: iiko cloud"))
    })
  )

  it.effect("gets no second message after a restart, and what is no longer wrong then is over", () =>
    Effect.gen(function* () {
      const { admin, alerts, startBot, stopBot } = yield* World
      yield* alerts.raise({ kind: "circuit_open", subject: "gsheet", reason: foreignText("before") })
      yield* alerts.raise({ kind: "reload_failed", subject: "configuration", reason: foreignText("broken") })
      yield* admin.sees((chat) => anywhere("gsheet")(chat) && anywhere("broken")(chat))
      yield* stand(4)
      yield* stopBot
      yield* alerts.clear("circuit_open gsheet")
      yield* alerts.clear("reload_failed configuration")
      yield* alerts.raise({ kind: "circuit_open", subject: "gsheet", reason: foreignText("after") })
      yield* startBot
      yield* admin.send("/menu")
      yield* admin.sees((chat) => labels(chat.at(-1)).includes("👥 Администраторы"))
      yield* alerts.raise({ kind: "circuit_open", subject: "fintablo", reason: foreignText("now") })
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

  it.effect(
    "reads a day later, in the message of an alert that is still open, that it goes on and how long already",
    () =>
      Effect.gen(function* () {
        const { admin, alerts, employee } = yield* World
        const alert = { kind: "action_unknown", subject: "iiko.writeoff" } as const
        yield* alerts.raise({ ...alert, reason: foreignText("no answer") })
        const raised = (yield* admin.sees(last("no answer"))).at(-1)
        yield* employee.sees(last("no answer"))
        yield* stand(2)
        const later = (yield* Clock.currentTimeMillis) + Duration.toMillis("25 hours")
        yield* Effect.andThen(
          TestClock.setTime(later),
          alerts.raise({ ...alert, reason: foreignText("no answer yet") })
        ).pipe(Effect.provide(TestClock.layer()))
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
