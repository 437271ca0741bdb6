/** Actions that were sent and may not have arrived: an admin settles them in the chat. */

import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { iiko as its } from "../../connectors/iiko/reasons.ts"
import { foreignText, type Reason, render } from "../../core/reason/Reason.ts"
import { people, promote } from "./adminFixtures.ts"
import { anywhere, last } from "./Chat.ts"
import { World } from "./fixtures.ts"

/** An entry of the log whose outcome nobody knows; iiko has a document of that number, or none. */
const lost = Effect.fnUntraced(function* (what: Reason, number: string) {
  const { iiko, sql } = yield* World
  const [document] = iiko.state.writeoffs
  const request = {
    kind: "writeoff",
    documentNumber: number,
    dateIncoming: document?.dateIncoming,
    comment: "",
    storeId: document?.storeId,
    accountId: document?.accountId,
    items: document?.items.map(({ productId }) => ({ productId, amount: "1" }))
  }
  const rows = yield* sql<{ id: string }>`
    insert into tributary.action_log (action, key, attempt, what, reasons, status, trigger, request, error, created_at)
    values ('iiko.writeoff', ${`iiko.writeoff:${number}`}, gen_random_uuid(), ${render(what)}, ${JSON.stringify({ what })}::jsonb, 'unknown', 'job',
      ${JSON.stringify(request)}::jsonb, 'the connection <broke>', now())
    returning id::text`
  return rows[0]?.id ?? assert.fail("there is no entry")
})

const stateOf = (id: string) =>
  Effect.flatMap(World, ({ sql }) =>
    Effect.map(
      sql<{ status: string; by: string | null }>`
        select status, resolved_by as by from tributary.action_log where id = ${BigInt(id)}`,
      ([row]) => row
    )
  )

layer(World.layer({ sync: people }), { timeout: "60 seconds", excludeTestServices: true })(
  "what may not have arrived",
  (it) => {
    it.effect("is settled from its alert, once, by whoever looked there first", () =>
      Effect.gen(function* () {
        const world = yield* World
        const { admin, alerts, employee, signIn } = world
        yield* signIn
        yield* promote(world, employee)
        const id = yield* lost(its("iiko.writeoff", { number: "TR-9", count: 1 }), "TR-9")
        yield* alerts.raise({
          kind: "action_unknown",
          subject: "iiko.writeoff",
          reason: foreignText("it is not known")
        })
        const alert = (yield* admin.sees(last("Неизвестно, дошло ли"))).at(-1)
        yield* admin.press("Сказать, дошло ли", alert?.id)
        yield* admin.sees(last("Посмотрите в самой системе"))
        yield* admin.press("Списание TR-9: 1 товар")
        const shown = (yield* admin.sees(last("Есть ли оно там?"))).at(-1)
        assert.include(shown?.text ?? "", "the connection <broke>")
        yield* employee.send("/unknown")
        yield* employee.sees(last("Посмотрите в самой системе"))
        yield* employee.press("Списание TR-9: 1 товар")
        yield* employee.sees(last("Есть ли оно там?"))

        yield* admin.press("Не дошло")
        yield* admin.sees(last("❌ Ирина"))
        assert.deepEqual(yield* stateOf(id), { status: "failed", by: `telegram:${admin.id}` })
        yield* employee.press("✅ Дошло")
        yield* employee.sees(last("❌ Ирина"))
        assert.deepEqual(yield* stateOf(id), { status: "failed", by: `telegram:${admin.id}` })
        yield* admin.press("Назад")
        yield* admin.sees(last("дошло или точно не дошло"))
        yield* alerts.clear("action_unknown iiko.writeoff")
        yield* admin.sees(anywhere("✅ Неизвестно, дошло ли"))
      })
    )

    it.effect("is not sent again on an admin's word when it is found there after all", () =>
      Effect.gen(function* () {
        const { admin, iiko } = yield* World
        const id = yield* lost(foreignText("write-off of before"), iiko.state.writeoffs[0]?.documentNumber ?? "")
        yield* admin.send("/unknown")
        yield* admin.sees(last("Посмотрите в самой системе"))
        yield* admin.press("write-off of before")
        yield* admin.sees(last("Есть ли оно там?"))
        yield* admin.press("Не дошло")
        yield* admin.sees((chat) => chat.at(-1)?.text.endsWith("✅ Дошло.") === true)
        assert.deepEqual(yield* stateOf(id), { status: "done", by: null })
      })
    )

    it.effect("is nobody's to settle but an admin's", () =>
      Effect.gen(function* () {
        const { telegram } = yield* World
        const id = yield* lost(its("iiko.writeoff", { number: "TR-10", count: 1 }), "TR-10")
        const stranger = telegram.state.person({ name: "Соня" })
        yield* stranger.send("/unknown")
        yield* stranger.sees(last("Поделитесь"))
        yield* stranger.press({ data: `unknown:failed:${id}` })
        yield* stranger.sees(last("Поделитесь"))
        assert.deepEqual(yield* stateOf(id), { status: "unknown", by: null })
      })
    )
  }
)
