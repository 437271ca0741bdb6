/** A plan's views show the important part first, and fit into a message however large the plan is. */
import { assert, describe, it } from "@effect/vitest"
import * as SavedPlans from "../../bot/features/plan/SavedPlans.ts"
import * as Views from "../../bot/features/plan/Views.ts"
import { make as makeTranslators } from "../../bot/i18n/FluentTranslator.ts"
import type { Plan } from "../../core/control/Control.ts"

const translator = makeTranslators(["ru", "en"], "Europe/Kaliningrad").in("ru")

type Planned = Plan["entities"][number]

const planned = (entity: string, given: Partial<Planned> = {}): Planned => ({
  connector: "iiko",
  entity,
  table: `public.iiko_${entity}`,
  ddl: [],
  error: null,
  errorReason: null,
  reasons: [],
  warnings: [],
  fetched: 10,
  rejected: 0,
  unchanged: 10,
  inserts: [],
  updates: [],
  deletes: [],
  withheld: [],
  ...given
})

const keptOf = (entities: ReadonlyArray<Planned>, offer: number | null = 1): SavedPlans.SavedPlan => ({
  selectors: ["iiko.*"],
  again: "plan:run:000000000000",
  configHash: "hash",
  offer,
  isTooLarge: false,
  entities: SavedPlans.entitiesOf({ version: 1, createdAt: "", configHash: "hash", entities }, () => ["id"])
})

const shownLength = (html: string): number => html.replaceAll(/<[^>]+>/g, "").replaceAll(/&(?:amp|lt|gt);/g, "&").length

const row = (id: number) => ({ id: String(id), name: "<name> & more ".repeat(20), num: null })

const busy = (entity: string) =>
  planned(entity, {
    ddl: [`alter table public.iiko_${entity} add column "num" text`],
    warnings: ["the guard withheld 8 deletes: more than 50% <of> the rows ".repeat(9)],
    inserts: Array.from({ length: 900 }, (_, id) => row(id)),
    updates: [{ key: { id: "7" }, changes: [{ column: "name", from: null, to: "a<b" }] }],
    deletes: [row(2)],
    withheld: Array.from({ length: 8 }, (_, id) => row(id))
  })

describe("a plan in a chat", () => {
  it("tells counts, statements, what a guard keeps and why, and one sum of what stays as it is", () => {
    const { text } = Views.summary(translator, 5, keptOf([planned("group"), busy("product"), planned("store")]))
    assert.include(text, "<code>iiko.product</code>: ➕ новых: 900, ✏️ изменится: 1, ➖ удалится: 1, ⛔ не удалится: 8")
    assert.include(text, "🧱 изменений таблицы: 1")
    assert.include(text, "⚠️ the guard withheld 8 deletes: more than 50% &lt;of&gt; the rows")
    assert.include(text, "Без изменений: 2 таблицы, 20 строк")
    const rows = Views.rows(translator, 5, keptOf([busy("product")]), 0).text
    assert.include(rows, "alter table public.iiko_product")
    assert.include(rows, "✏️ id=7\n   <code>name</code>: ∅ → a&lt;b")
    assert.include(rows, "➕ id=0 · name=&lt;name&gt; &amp; more")
    assert.notInclude(rows, "num=")
  })

  it("puts what could not be read first, and offers no button to apply it", () => {
    const { keyboard, text } = Views.summary(
      translator,
      5,
      keptOf([busy("product"), planned("store", { error: "no answer" })], null)
    )
    assert.match(text, /^[^\n]+\n❌ <code>iiko\.store<\/code>: no answer\n/)
    assert.include(text, "применить план нельзя")
    assert.notInclude(JSON.stringify(keyboard), "plan:apply")
  })

  it("fits into a message on every page for sixty entities", () => {
    const kept = keptOf(Array.from({ length: 60 }, (_, at) => busy(`entity_with_a_long_name_${at}`)))
    assert.isAtMost(shownLength(Views.summary(translator, 5, kept).text), 4096)
    assert.isAtMost(shownLength(Views.question(translator, 5, kept).text), 4096)
    for (let page = 0; page < 100; page += 20)
      assert.isAtMost(shownLength(Views.rows(translator, 5, kept, page).text), 4096)
  })

  it("tells apart what is deleted and what is deleted if the next read misses it too", () => {
    const kept = keptOf([
      planned("product", { deletes: [row(1)], missed: [row(2), row(3)] }),
      planned("store", { missed: [row(4)] })
    ])
    const { text } = Views.summary(translator, 5, kept)
    assert.include(text, "<code>iiko.product</code>: ➖ удалится: 1, ⏳ удалится, если и следующее чтение не найдёт: 2")
    assert.include(text, "<code>iiko.store</code>: ⏳")
    assert.match(Views.rows(translator, 5, kept, 0).text, /➖ id=1 .*\n⏳ id=2 .*\n⏳ id=3 /)
    assert.notInclude(Views.question(translator, 5, kept).text, "⏳")
  })

  it("tells of declared fields that did not come, and among the rows of those that nobody declared", () => {
    const fields = { absent: ["num"], undeclared: ["colour", "<b>"] }
    const kept = keptOf([planned("product", fields), planned("store", { undeclared: ["city"] })])
    const { text } = Views.summary(translator, 5, kept)
    assert.include(text, "<code>iiko.product</code>: без изменений\n   👻 объявлены, но ни в одной записи: num")
    assert.notInclude(text, "colour")
    const rows = Views.rows(translator, 5, kept, 0).text
    assert.include(
      rows,
      "👻 объявлены, но ни в одной записи: num\n🆕 есть в источнике, но не объявлены: colour, &lt;b&gt;"
    )
    assert.include(rows, "<b>iiko.store</b>\n🆕 есть в источнике, но не объявлены: city")
  })
})
