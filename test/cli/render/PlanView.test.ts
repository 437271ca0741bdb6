import { assert, describe, it } from "@effect/vitest"
import { plain } from "../../../core/cli/render/terminal/Style.ts"
import * as PlanView from "../../../core/cli/render/views/PlanView.ts"
import type { EntityPlan } from "../../../core/sync/plan/Plan.ts"

const plan = (id: string, over: Partial<EntityPlan> = {}): EntityPlan => {
  const [connector = "", entity = ""] = id.split(".")
  return {
    connector,
    entity,
    table: `public.${connector}_${entity}`,
    ddl: [],
    error: null,
    errorReason: null,
    reasons: [],
    warnings: [],
    fetched: 0,
    rejected: 0,
    unchanged: 0,
    inserts: [],
    updates: [],
    deletes: [],
    withheld: [],
    ...over
  }
}

const lines = (
  entities: ReadonlyArray<EntityPlan>,
  options: PlanView.PlanOptions = {},
  width = 60
): ReadonlyArray<string> =>
  PlanView.render(
    { version: 1, createdAt: "2026-03-04T12:00:00Z", configHash: "c0ffee", entities },
    { width, style: plain },
    options
  ).split("\n")

describe("PlanView", () => {
  it("shows statements, rows, changes and what is withheld, with totals", () => {
    const product = plan("iiko.product", {
      ddl: ['create table "iiko_product" (\n  "id" bigint not null\n)', 'create index on "iiko_product" ("id");'],
      inserts: [{ id: "1", name: "Соль поваренная ", unit: null }],
      updates: [
        { key: { id: "17" }, changes: [{ column: "name", from: "Соль ", to: "Соль" }] },
        {
          key: { id: "18" },
          changes: [
            { column: "price", from: "12.50", to: "13" },
            { column: "inn", from: null, to: "" }
          ]
        }
      ],
      deletes: [{ id: "99" }],
      withheld: [{ id: "3" }],
      warnings: ["1 delete withheld: 60 % of 5 rows, the guard allows 50 %"],
      rejected: 2,
      unchanged: 40
    })
    assert.deepStrictEqual(lines([product, plan("iiko.store", { unchanged: 14 }), plan("iiko.group")]), [
      "iiko.product → public.iiko_product",
      '    create table "iiko_product" (',
      '      "id" bigint not null',
      "    );",
      '    create index on "iiko_product" ("id");',
      "  1 to insert",
      '    + id=1 name="Соль поваренная " unit=null',
      "  2 to update",
      '    ~ id=17  name: "Соль " → Соль',
      "    ~ id=18",
      "        price: 12.50 → 13",
      '        inn: null → ""',
      "  1 to delete",
      "    - id=99",
      "  1 withheld from deletion",
      "    ! id=3",
      "  1 delete withheld: 60 % of 5 rows, the guard allows 50 %",
      "  2 records rejected",
      "",
      "Unchanged: iiko.store, iiko.group",
      "",
      "Plan: 2 statements, 1 to insert, 2 to update, 1 to delete, 1",
      "withheld from deletion; 54 rows unchanged.",
      "  → to keep it and do exactly this: tributary plan --save",
      "    plan.json",
      "  → rows withheld stay; the next sync asks about them:",
      "    tributary deletes"
    ])
  })

  it("samples ten rows of a kind, and shows all when asked", () => {
    const inserts = Array.from({ length: 1200 }, (_, id) => ({ id: String(id) }))
    const some = lines([plan("a.b", { inserts })])
    assert.deepStrictEqual(some.slice(1, 3), ["  1 200 to insert", "    + id=0"])
    assert.deepStrictEqual(some.slice(11, 13), ["    + id=9", "      and 1 190 more (--all shows them)"])
    const all = lines([plan("a.b", { inserts })], { all: true })
    assert.strictEqual(all.filter((line) => line.startsWith("    + ")).length, 1200)
  })

  it("cuts long rows, and wraps them when all is asked for", () => {
    const deletes = [{ id: "1", name: "a name that is longer than the window" }]
    assert.strictEqual(lines([plan("a.b", { deletes })], {}, 30)[2], '    - id=1 name="a name that …')
    assert.deepStrictEqual(lines([plan("a.b", { deletes })], { all: true }, 30).slice(2, 5), [
      '    - id=1 name="a name that',
      "      is longer than the",
      '      window"'
    ])
  })

  it("shows long values from where they differ", () => {
    const text = (done: boolean): string => `{"name":"${"a long beginning ".repeat(5)}","done":${done}}`
    const updates = [{ key: { id: "1" }, changes: [{ column: "doc", from: text(false), to: text(true) }] }]
    assert.deepStrictEqual(lines([plan("a.b", { updates })]).slice(2, 4), [
      "    ~ id=1",
      '        doc: …"done":false} → …"done":true}'
    ])
  })

  it("names the file of a saved plan", () => {
    const shown = lines([plan("a.b", { deletes: [{ id: "1" }] })], { saved: "night.json" })
    assert.strictEqual(shown.at(-1), "  → to do exactly this: tributary apply night.json")
  })

  it("keeps what could not be read apart from what does not change", () => {
    assert.deepStrictEqual(lines([plan("a.b", { error: "GET /b: no connection" })]), [
      "a.b → public.a_b",
      "  could not be read",
      "  GET /b: no connection",
      "",
      "Plan: 1 not read; 0 rows unchanged.",
      "  → which systems answer: tributary doctor"
    ])
  })

  it("says when there is nothing to change", () => {
    assert.deepStrictEqual(lines([plan("a.b", { unchanged: 2000 }), plan("a.c", { unchanged: 14 })], {}, 80), [
      "Unchanged: a.b, a.c",
      "",
      "Nothing to change: 2 014 rows in 2 entities, all as in the sources."
    ])
  })

  it("tells apart what is deleted and what is deleted if the next read misses it too", () => {
    const waiting = plan("crm.deal", { unchanged: 3, deletes: [{ id: "1" }], missed: [{ id: "2" }, { id: "3" }] })
    const quiet = plan("crm.lead", { missed: [{ id: "4" }] })
    const shown = lines([waiting, quiet], {}, 100)
    assert.deepStrictEqual(shown.slice(1, 6), [
      "  1 to delete",
      "    - id=1",
      "  2 to delete if the next read misses them too (guard.confirm: next)",
      "    - id=2",
      "    - id=3"
    ])
    assert.include(shown, "crm.lead → public.crm_lead")
    assert.include(shown, "Plan: 1 to delete, 3 to delete if the next read misses them too; 3 rows unchanged.")
  })

  it("says where declarations and sources differ, of entities that stay as they are too", () => {
    const differing = plan("crm.deal", { unchanged: 3, absent: ["closed_on"], undeclared: ["stage", "owner\u001b[2J"] })
    assert.deepStrictEqual(lines([differing, plan("crm.lead", { undeclared: ["/at/city"] }), plan("crm.tag")]), [
      "Unchanged: crm.deal, crm.lead, crm.tag",
      "",
      "Declared, but in no record:",
      "  crm.deal: closed_on",
      "",
      "In the source, but not declared:",
      "  crm.deal: stage, owner\\u{1b}[2J",
      "  crm.lead: /at/city",
      "",
      "Nothing to change: 3 rows in 3 entities, all as in the",
      "sources."
    ])
  })
})
