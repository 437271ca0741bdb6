/** A sync's progress and outcome fit into a message, and begin with what went wrong. */
import { assert, describe, it } from "@effect/vitest"
import { make as makeTranslators } from "../../bot/i18n/FluentTranslator.ts"
import * as ProgressBoard from "../../bot/window/ProgressBoard.ts"
import type { RunResult } from "../../core/control/Control.ts"

const translator = makeTranslators(["ru", "en"], "Europe/Kaliningrad").in("ru")

const run = (entity: string, given: Partial<RunResult> = {}): RunResult => ({
  connector: "iiko",
  entity,
  account: null,
  status: "ok",
  fetched: 10,
  inserted: 0,
  updated: 0,
  unchanged: 10,
  deleted: 0,
  rejected: 0,
  warnings: [],
  error: null,
  errorReason: null,
  reasons: [],
  notes: [],
  noteReasons: [],
  durationMs: 65_000,
  ...given
})

/** The length as Telegram counts it. */
const shownLength = (html: string): number => html.replaceAll(/<[^>]+>/g, "").replaceAll("&amp;", "&").length

describe("the outcome of a sync", () => {
  it("tells problems first, then what changed, then the rest as a sum", () => {
    const text = ProgressBoard.results(translator, [
      run("group"),
      run("store", { unchanged: 1 }),
      run("product", { inserted: 2, deleted: 1 }),
      run("role", { status: "skipped" }),
      run("employee", { status: "warning", warnings: ["3 rows <withheld>", "another"] }),
      run("supplier", { status: "failed", error: "it broke" })
    ])
    assert.deepEqual(text.split("\n"), [
      "<b>❌ 6 таблиц за 1 мин 05 с, 2 предупреждения</b>",
      "❌ <code>iiko.supplier</code>: it broke",
      "⏭ <code>iiko.role</code>: пропущено: её сейчас обновляет другой запуск",
      "⚠️ <code>iiko.employee</code>: 3 rows &lt;withheld&gt; (и ещё 1)",
      "<code>iiko.product</code>: +2 новых, −1 удалена, 10 без изменений",
      "Без изменений: 2 таблицы, 11 строк"
    ])
  })

  it("names every one of sixty failures within a message", () => {
    const all = Array.from({ length: 60 }, (_, at) =>
      run(`entity_${at}`, { status: "failed", error: "x & y ".repeat(200) })
    )
    const text = ProgressBoard.results(translator, all)
    assert.isAtMost(shownLength(text), 4096)
    for (const { entity } of all) assert.include(text, `iiko.${entity}<`)
  })
})

describe("the progress of a sync", () => {
  it("tells what failed, what runs and with how many records, and what is done of how much", () => {
    const board = [
      { _tag: "Started", entity: "iiko.product" } as const,
      { _tag: "Rows", entity: "iiko.product", count: 2 } as const,
      { _tag: "Started", entity: "iiko.store" } as const,
      { _tag: "Reading", entity: "iiko.store", event: { _tag: "Waiting", millis: 100, why: "rate" } } as const,
      { _tag: "Finished", entity: "iiko.role", result: run("role", { status: "failed", error: "it broke" }) } as const
    ].reduce(ProgressBoard.step, ProgressBoard.begin(["iiko.product", "iiko.store", "iiko.role", "iiko.group"], 0))
    assert.deepEqual(ProgressBoard.lines(translator, "Title", board, 5000).split("\n"), [
      "Title",
      "Готово 1 из 4, прошло 5 с",
      "❌ <code>iiko.role</code>: it broke",
      "📥 <code>iiko.product</code>: 2 записи",
      "⏸ <code>iiko.store</code>: жду очереди…"
    ])
  })

  it("fits sixty entities that run at once", () => {
    const ids = Array.from({ length: 60 }, (_, at) => `iiko.entity_with_a_long_name_${at}`)
    const board = ids
      .map((entity) => ({ _tag: "Rows", entity, count: 1_000_000 }) as const)
      .reduce(ProgressBoard.step, ProgressBoard.begin(ids, 0))
    assert.isAtMost(shownLength(ProgressBoard.lines(translator, "Title", board, 0)), 4096)
  })
})
