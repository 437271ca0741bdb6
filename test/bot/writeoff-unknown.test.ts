/** A write-off that may have reached iiko: both sides are informed, it is sent once, and they learn its outcome. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { eventually } from "../support/eventually.ts"
import { World } from "./fixtures.ts"
import { configured, gather, openWaiting, otherAdmin, says, shows, synced } from "./writeoffFixtures.ts"

const cafe = World.layer({ files: { "bot.yaml": configured }, sync: synced })
const documents = "/v2/documents/writeoff"

const asked = (method: string, path: string) =>
  Effect.flatMap(World, ({ iiko }) =>
    Effect.map(iiko.requests, (all) => all.filter((one) => one.method === method && one.path.endsWith(path)).length)
  )
const looks = asked("GET", `${documents}/byNumber`)

layer(cafe, { timeout: "90 seconds", excludeTestServices: true })("a write-off whose answer is lost", (it) => {
  it.effect("may have arrived, is not sent twice whatever is pressed, and is found once iiko can be asked", () =>
    Effect.gen(function* () {
      const { admin, employee, iiko, signIn, telegram } = yield* World
      yield* signIn
      const other = telegram.state.person({ name: "Олег", id: otherAdmin })
      yield* other.send("/start")
      yield* other.sees(shows("Ждут решения"))
      const before = iiko.state.writeoffs.length
      yield* gather(employee, "мол", "2")
      yield* employee.press("Отправить")
      yield* employee.sees(shows("Ждёт решения", "TR-000001"))
      yield* other.sees(says("просит списать", "TR-000001"))
      const open = yield* openWaiting(admin, "TR-000001")
      yield* iiko.fault({ path: `*${documents}`, method: "POST", mode: "disconnectAfter" })
      yield* iiko.fault({ path: `*${documents}/byNumber`, mode: "html" })
      yield* admin.press("Одобрить")
      yield* admin.sees(shows("Отправляю"))

      const isOpen = shows("Неизвестно, прошло ли", "TR-000001", "дважды он не пройдёт", "Отправить ещё раз")
      yield* admin.sees(isOpen)
      yield* employee.sees(isOpen)
      yield* other.sees(isOpen)
      assert.lengthOf(iiko.state.writeoffs, before + 1)

      const [retry, approve] = [open.replace("open", "retry"), open.replace("open", "approve")]
      const looked = yield* looks
      const cancel = open.replace("open", "cancel")
      yield* Effect.all(
        [
          employee.press("Отправить ещё раз"),
          employee.press({ data: cancel }),
          other.press({ data: retry }),
          other.press({ data: approve }),
          admin.press({ data: retry }),
          admin.press({ data: approve })
        ],
        { concurrency: "unbounded" }
      )
      yield* eventually(Effect.map(looks, (count) => count > looked))
      assert.strictEqual(yield* asked("POST", documents), 1)
      yield* employee.sees(isOpen)

      yield* iiko.clearFaults
      yield* employee.press({ data: retry })
      yield* employee.sees(shows("Проведено", "TR-000001"))
      yield* admin.sees(shows("Проведено", "TR-000001"))
      assert.strictEqual(yield* asked("POST", documents), 1)
      assert.lengthOf(iiko.state.writeoffs, before + 1)
      assert.deepInclude(iiko.state.writeoffs.at(-1), { documentNumber: "TR-000001" })
    })
  )

  it.effect("has failed on the word of an admin who looked, which its author hears and can send it again", () =>
    Effect.gen(function* () {
      const { admin, employee, iiko } = yield* World
      const before = iiko.state.writeoffs.length
      yield* gather(employee, "мол", "3")
      yield* employee.press("Отправить")
      yield* employee.sees(shows("Ждёт решения", "TR-000002"))
      yield* openWaiting(admin, "TR-000002")
      yield* iiko.fault({ path: `*${documents}`, method: "POST", mode: "disconnect", times: 1 })
      yield* admin.press("Одобрить")
      yield* admin.sees(shows("Неизвестно, прошло ли", "TR-000002"))
      yield* employee.sees(shows("Неизвестно, прошло ли", "TR-000002"))

      yield* admin.send("/unknown")
      yield* admin.sees(shows("Посмотрите в самой системе"))
      yield* admin.press("TR-000002")
      yield* admin.sees(shows("Есть ли оно там?"))
      yield* admin.press("Не дошло")
      yield* employee.sees(shows("Не прошло", "TR-000002", "Администратор посмотрел", "Отправить ещё раз"))
      yield* admin.sees(shows("Не прошло", "TR-000002", "Администратор посмотрел"))

      yield* employee.press("Отправить ещё раз")
      yield* employee.sees(shows("Проведено", "TR-000002"))
      yield* admin.sees(shows("Проведено", "TR-000002"))
      assert.lengthOf(iiko.state.writeoffs, before + 1)
    })
  )
})
