import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { World } from "./fixtures.ts"
import { gather, says, shows, synced } from "./writeoffFixtures.ts"

const alone = World.layer({ environment: { TELEGRAM_ADMIN: "0" }, sync: synced })

layer(alone, { timeout: "60 seconds", excludeTestServices: true })("a write-off where there is no admin", (it) => {
  it.effect("goes straight out, and is sent again by its author when iiko refused it", () =>
    Effect.gen(function* () {
      const { employee, iiko } = yield* World
      yield* employee.send("/start")
      yield* employee.sees((chat) => chat.length > 1)
      yield* employee.contact()
      yield* employee.sees(shows("🏠"))
      const before = iiko.state.writeoffs.length
      const product = yield* gather(employee, "мол", "0,25")
      yield* employee.press("Отправить")
      yield* employee.sees(shows("Проведено", "TR-000001", "Повторить"))
      assert.lengthOf(iiko.state.writeoffs, before + 1)
      assert.deepEqual(
        iiko.state.writeoffs.at(-1)?.items.map(({ amount, productId }) => [productId, Number(amount)]),
        [[product, 0.25]]
      )

      yield* iiko.fault({
        path: "*/v2/documents/writeoff",
        method: "POST",
        mode: "status",
        status: 409,
        body: "Закрыто",
        times: 1
      })
      yield* gather(employee, "мол", "1")
      yield* employee.press("Отправить")
      yield* employee.sees(says("Не прошло", "TR-000002", "ничего не списано", "Ответ: Закрыто"))
      assert.lengthOf(iiko.state.writeoffs, before + 1)
      yield* employee.press("Отправить ещё раз")
      yield* employee.sees(says("Проведено", "TR-000002"))
      assert.lengthOf(iiko.state.writeoffs, before + 2)
    })
  )
})
