/** Alerts of a chat that was muted: until when, which kinds, and what comes after it. */
import { assert, layer } from "@effect/vitest"
import { Clock, Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import * as Mutes from "../../bot/features/alerts/Mutes.ts"
import { make as makeTranslators } from "../../bot/i18n/FluentTranslator.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { minutesLater, stand, two } from "./alertFixtures.ts"
import { anywhere, last } from "./Chat.ts"
import { World } from "./fixtures.ts"

const mutes = Effect.flatMap(World, ({ sql }) => Effect.provideService(Mutes.active, SqlClient.SqlClient, sql))

const translator = makeTranslators(["ru"], "Europe/Kaliningrad").in(undefined)

layer(two, { timeout: "60 seconds", excludeTestServices: true })("an admin", (it) => {
  it.effect("who muted the alerts gets no new ones, but hears that the old ones are over", () =>
    Effect.gen(function* () {
      const { admin, alerts, employee } = yield* World
      yield* alerts.raise({ kind: "circuit_open", subject: "iiko", reason: foreignText("it does not answer") })
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

      yield* alerts.raise({ kind: "job_failed", subject: "retention", reason: foreignText("it failed") })
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

  it.effect("who muted everything for a week is told what they missed when they want to hear again", () =>
    Effect.gen(function* () {
      const { admin, alerts, employee } = yield* World
      const now = yield* Clock.currentTimeMillis
      yield* admin.send("/mute")
      yield* admin.sees(last("Тревоги приходят сюда"))
      yield* admin.press("На неделю")
      const message = (yield* admin.sees(last("Тревоги не приходят до"))).at(-1)
      const { kind, until } = yield* Effect.fromNullishOr((yield* mutes)[0])
      assert.strictEqual(kind, "")
      assert.include(message?.text ?? "", `не приходят до ${translator.moment(until)}`)
      assert.closeTo(until.getTime() - now, Duration.toMillis("7 days"), Duration.toMillis("1 minute"))

      yield* alerts.raise({ kind: "circuit_open", subject: "books", reason: foreignText("silent since noon") })
      yield* alerts.raise({ kind: "job_failed", subject: "retention", reason: foreignText("failed at noon") })
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
      const message = (yield* admin.sees(last("не приходит до"))).at(-1)
      const { until } = yield* Effect.fromNullishOr((yield* mutes)[0])
      assert.include(message?.text ?? "", `«Система не отвечает» не приходит до ${translator.moment(until)}`)
      assert.closeTo(until.getTime() - now, Duration.toMillis("7 days"), Duration.toMillis("1 minute"))

      yield* alerts.raise({ kind: "circuit_open", subject: "books", reason: foreignText("silent since dawn") })
      yield* employee.sees(last("silent since dawn"))
      yield* alerts.raise({ kind: "job_failed", subject: "stop-list", reason: foreignText("failed at dawn") })
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
})
