/** Plans of sources that lost too much or cannot be read: which rows are kept and why, and that applying keeps them. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { labels, last, lastText } from "./Chat.ts"
import { World } from "./fixtures.ts"

/** Every current row. */
const partners = Effect.flatMap(
  World,
  ({ sql }) => sql<{ id: bigint; name: string }>`select id, name from ft_partner order by id`
)

const pending = Effect.flatMap(
  World,
  ({ sql }) => sql<{ rows: number; status: string; total: number }>`
    select jsonb_array_length(rows) as rows, status, total from tributary.pending_delete
    where entity = 'partner' order by id`
)

layer(World.layer({ sync: ["fintablo.partner", "iiko.employee*", "iiko.department"] }), {
  timeout: "60 seconds",
  excludeTestServices: true
})("a plan of a source that lost its rows", (it) => {
  it.effect("keeps them all when it is empty, says why, and has nothing to apply", () =>
    Effect.gen(function* () {
      const { admin, fintablo } = yield* World
      const before = yield* partners
      yield* fintablo.fault({ path: "/v1/partner", mode: "empty", times: 1 })
      yield* admin.send("/plan fintablo.partner")
      const chat = yield* admin.sees(last("План: fintablo.partner", `не удалится: ${before.length}`))
      assert.include(lastText(chat), `⚠️ источник пуст: удаление всех строк (${before.length}) задержано`)
      assert.include(lastText(chat), "защита не даёт удалить")
      assert.include(lastText(chat), "/deletes")
      assert.notInclude(lastText(chat), "➖")
      assert.isFalse(labels(chat.at(-1)).some((label) => label.includes("Применить")))
      yield* admin.press("Строки")
      const rows = yield* admin.sees(last("Примеры строк"))
      assert.include(lastText(rows), `⛔ id=${before[0]?.id}`)
      assert.deepEqual(yield* partners, before)
    })
  )

  it.effect("keeps them when too many are gone, applies the rest alone, and leaves the decision to /deletes", () =>
    Effect.gen(function* () {
      const { admin, fintablo, sql } = yield* World
      const before = yield* partners
      const gone = before.length - 10
      yield* sql`update ft_partner set name = 'wrong' where id = (select min(id) from ft_partner)`
      yield* fintablo.fault({ path: "/v1/partner", mode: "partial", keep: 10 })
      yield* admin.send("/plan fintablo.partner")
      const chat = yield* admin.sees(last("План: fintablo.partner", "изменится: 1", `не удалится: ${gone}`))
      const why = `в источнике больше нет ${gone} из ${before.length} строк, а guard.maxDelete 50%`
      assert.include(lastText(chat), `⚠️ ${why}`)
      assert.include(lastText(chat), "/deletes")
      yield* admin.press("Применить")
      const asked = yield* admin.sees(last("Применить план", "изменится: 1"))
      assert.notInclude(lastText(asked), "удалится")
      yield* admin.press("Да, применить")
      const applied = yield* admin.sees(last("План применён", "~1 изменена"))
      assert.include(lastText(applied), "защита не даёт удалить")
      assert.include(lastText(applied), "/deletes")
      assert.notInclude(lastText(applied), "−")
      assert.deepEqual(yield* partners, before)
      // A plan makes no pending delete: a sync with the same result does.
      assert.isEmpty(yield* pending)

      yield* admin.send("/sync fintablo.partner")
      yield* admin.sees(last("Обновлено: fintablo.partner", why))
      assert.deepEqual(yield* pending, [{ rows: gone, status: "open", total: gone }])
      assert.deepEqual(yield* partners, before)
      yield* admin.send("/deletes")
      yield* admin.sees(last("Ждут решения", `fintablo.partner: ${gone}`))
      yield* admin.press(`fintablo.partner: ${gone}`)
      yield* admin.sees(last("fintablo.partner", why, `из ${gone}`))
      yield* admin.press("Оставить")
      yield* admin.sees(last("Оставляем?"))
      yield* admin.press("Да, оставить")
      yield* admin.sees(last("✅", "fintablo.partner"))
      assert.deepEqual(yield* partners, before)
      yield* fintablo.clearFaults
    })
  )

  it.effect("says that it cannot be applied when the source refuses to answer", () =>
    Effect.gen(function* () {
      const { admin, fintablo } = yield* World
      const before = yield* partners
      yield* fintablo.fault({ path: "/v1/partner", mode: "status", status: 403, body: "Подписка <кончилась>" })
      yield* admin.send("/plan fintablo.partner")
      const chat = yield* admin.sees(last("План: fintablo.partner", "применить план нельзя"))
      assert.match(lastText(chat), /❌ fintablo\.partner: .*403.*Подписка <кончилась>/)
      assert.isFalse(labels(chat.at(-1)).some((label) => label.includes("Применить")))
      yield* fintablo.clearFaults
      yield* admin.press("Заново")
      yield* admin.sees(last("Менять нечего"))
      assert.deepEqual(yield* partners, before)
    })
  )
})
