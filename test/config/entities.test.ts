import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { forEachRow } from "../../core/config/Entity.ts"
import { connectorOf } from "./cases/declared.ts"
import { loadFiles, problemsOf } from "./cases/harness.ts"

describe("entities among one another", () => {
  it.effect("a matrix is one entity for every combination", () =>
    Effect.gen(function* () {
      const { entities } = yield* connectorOf(
        [
          "type: till",
          "entities:",
          "  entity:",
          "    matrix: { rootType: [Account, MeasureUnit], deleted: [0, 1] }",
          "    path: /v2/entities/list",
          '    query: { rootType: "{rootType}", includeDeleted: "{deleted}" }',
          "    table: iiko_entity",
          "    key: [id, root_type, deleted]",
          '    scope: { root_type: "{rootType}", deleted: "{deleted}" }',
          "    fields: { id: uuid, name: text }"
        ].join("\n")
      )
      assert.deepStrictEqual(
        entities.map(({ name, request, scope }) => [name, request.query.rootType, scope.root_type, scope.deleted]),
        [
          ["entity_account_0", "Account", "Account", "0"],
          ["entity_account_1", "Account", "Account", "1"],
          ["entity_measure_unit_0", "MeasureUnit", "MeasureUnit", "0"],
          ["entity_measure_unit_1", "MeasureUnit", "MeasureUnit", "1"]
        ]
      )
    })
  )

  it.effect("a matrix of more than 500 entities is refused, however many more they would be", () =>
    Effect.gen(function* () {
      const values = (count: number) => `[${Array.from({ length: count }, (_, at) => at).join(", ")}]`
      const yamlOf = (...counts: ReadonlyArray<number>) => {
        const names = counts.map((_, at) => "abcdef"[at] ?? "")
        const matrix = names.map((name, at) => `${name}: ${values(counts[at] ?? 0)}`).join(", ")
        const path = names.map((name) => `/{${name}}`).join("")
        return `type: till\nentities:\n  x: { matrix: { ${matrix} }, path: "${path}", key: id, fields: { id: bigint } }\n`
      }
      for (const counts of [[500], [20, 25]]) {
        assert.lengthOf((yield* connectorOf(yamlOf(...counts))).entities, 500)
      }
      for (const counts of [[501], [3, 167], [400, 400, 400, 400, 400, 400]]) {
        assert.deepEqual(
          (yield* problemsOf(yamlOf(...counts))).map(({ message }) => message),
          ["the matrix makes more than 500 entities"]
        )
      }
    })
  )

  it.effect("names of XML have their prefix where the entity, or a child of it, declares one", () =>
    Effect.gen(function* () {
      const { entities } = yield* connectorOf(
        [
          "type: till",
          "entities:",
          "  order:",
          "    path: /orders",
          "    format: xml",
          "    records: /s:Envelope/Body/order",
          "    page: { type: link, next: '/a:next' }",
          "    where: { '@xml:lang': ru }",
          "    key: id",
          "    fields: { id: bigint, name: { from: /b:deep/name, type: text } }",
          "  line:",
          "    parent: order",
          "    records: /lines/c:line",
          "    key: id",
          "    fields: { id: bigint, at: { from: '../d:at', type: text } }",
          "  plain: { path: /p, format: xml, records: a/b, key: id, fields: { id: bigint } }",
          "  json: { path: /j, key: id, fields: { id: { from: 'x:id', type: bigint } } }"
        ].join("\n")
      )
      assert.deepStrictEqual(
        entities.map(({ name, prefixed }) => [name, prefixed?.join(" ")]),
        [
          ["order", "@xml:lang a:next b:deep c:line d:at s:Envelope"],
          ["line", undefined],
          ["plain", undefined],
          ["json", undefined]
        ]
      )
    })
  )

  it.effect("a child shares the read of its parent and sees its record", () =>
    Effect.gen(function* () {
      const { entities } = yield* connectorOf(
        [
          "type: till",
          "entities:",
          "  item:",
          "    parent: invoice",
          "    records: items/item",
          "    key: [invoice_id, num]",
          "    fields: { invoice_id: { from: ../id, type: uuid }, num: integer }",
          "  invoice:",
          "    path: /invoice",
          "    format: xml",
          "    records: invoices/document",
          "    key: id",
          "    fields: { id: uuid }"
        ].join("\n")
      )
      const [item, invoice] = entities
      assert.deepStrictEqual(item?.request, invoice?.request)
      assert.strictEqual(item?.format, "xml")
      assert.strictEqual(item?.parent, "invoice")
      assert.strictEqual(item?.records, "/items/item")
      assert.deepStrictEqual(item?.columns[0]?.source, { _tag: "Pointer", pointer: { up: 1, tokens: ["id"] } })
    })
  )

  it.effect("forEach goes through the table of another entity, also of another connector", () =>
    Effect.gen(function* () {
      const { connectors } = yield* loadFiles({
        "config/connectors/base.yaml":
          "type: till\nentities:\n  store: { path: /s, key: code, table: ref.store, fields: { code: text } }\n",
        "config/connectors/shop.yaml":
          "type: till\nentities:\n  a: { path: '/a/{store}', key: id, fields: { id: bigint }, forEach: { entity: base.store, params: { store: code } } }\n"
      })
      assert.deepStrictEqual(connectors[1]?.entities[0]?.forEach, {
        table: { schema: "ref", name: "store" },
        params: { store: "code" }
      })
      const declared = yield* loadFiles({
        "config/connectors/shop.yaml":
          "type: till\nentities:\n  s: { path: /s, key: code, fields: { code: text } }\n  a: { path: '/a/{s}', key: id, fields: { id: bigint }, forEach: { entity: s, params: { s: code }, onStatus: empty } }\n"
      })
      assert.deepStrictEqual(declared.connectors[0]?.entities[1]?.forEach?.onStatus, { 404: "empty", 410: "empty" })
      const shared = yield* loadFiles({
        "config/connectors/shop.yaml":
          "type: till\nentities:\n  s: { path: /s, key: code, fields: { code: text }, scope: { kind: x } }\n  a: { path: '/a/{s}', key: id, fields: { id: bigint }, forEach: { entity: s, params: { s: code } } }\n"
      })
      const sharing = shared.connectors[0]?.entities[1]
      assert.deepStrictEqual(
        sharing === undefined ? [] : forEachRow(sharing)?.scope?.map(({ name, source }) => [name, source]),
        [["kind", { _tag: "Constant", value: "x" }]]
      )
    })
  )

  it.effect("what the row of forEach gives is stored where a field or the scope asks for it", () =>
    Effect.gen(function* () {
      const { entities } = yield* connectorOf(
        [
          "type: till",
          "entities:",
          "  deal: { path: /deals, key: id, fields: { id: bigint, owner: { from: 'owner {now}', type: text } } }",
          "  note:",
          "    matrix: { kind: [open, closed] }",
          "    path: /deals/{deal}/notes",
          "    query: { kind: '{kind}' }",
          "    forEach: { entity: deal, params: { deal: id, owner: owner } }",
          "    table: deal_note",
          "    key: [deal_id, kind, id]",
          '    scope: { kind: "{kind}", deal_id: "{deal}" }',
          "    fields: { id: bigint, deal_id: bigint, a: { value: '{ deal }' }, b: { type: text, value: '{owner}' } }",
          "  file:",
          "    parent: note_open",
          "    records: /files",
          "    key: [owner, id]",
          "    fields: { id: bigint, owner: { type: text, value: '{owner}' } }"
        ].join("\n")
      )
      const [, open, closed, file] = entities
      assert.deepStrictEqual(open?.columns[1], {
        name: "deal_id",
        type: "bigint",
        array: false,
        required: true,
        source: { _tag: "Parameter", name: "deal" }
      })
      assert.deepStrictEqual(open?.columns[2]?.source, { _tag: "Constant", value: "{ deal }" })
      assert.deepStrictEqual([open?.scope, open?.within], [{ kind: "open" }, ["deal_id"]])
      assert.deepStrictEqual([closed?.scope, closed?.within], [{ kind: "closed" }, ["deal_id"]])
      assert.deepStrictEqual(file?.columns[1]?.source, { _tag: "Parameter", name: "owner" })
    })
  )
})
