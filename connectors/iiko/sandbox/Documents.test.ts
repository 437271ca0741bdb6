import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { count, pluck, prepareDocuments, today } from "./TestClient.ts"

describe("documents", () => {
  it.effect("a processed write-off takes stock, is found by number, and a repeat makes a second one", () =>
    Effect.gen(function* () {
      const { balance, from, json, writeoff } = yield* prepareDocuments()
      const before = balance(from)
      const saved = yield* json("/v2/documents/writeoff", writeoff)
      assert.strictEqual(saved.result, "SUCCESS")
      assert.closeTo(balance(from), before - 1.5, 1e-9)
      yield* json("/v2/documents/writeoff", writeoff)
      const { response } = yield* json("/v2/documents/writeoff/byNumber?documentNumber=X-1")
      assert.strictEqual(response.length, 2)
      assert.strictEqual(response[0].id, saved.response.id)
      const list = yield* json(`/v2/documents/writeoff?dateFrom=${today}&dateTo=${today}&status=PROCESSED`)
      assert.isNumber(list.revision)
      assert.includeMembers(pluck(list.response, "documentNumber"), ["X-1"])
    })
  )

  it.effect("repeated numbers can be refused, as a result or as a conflict", () =>
    Effect.gen(function* () {
      const { json, post, state, writeoff } = yield* prepareDocuments({ repeatedNumbers: "refuse" })
      yield* json("/v2/documents/writeoff", writeoff)
      const refused = yield* json("/v2/documents/writeoff", writeoff)
      assert.deepInclude(refused, { result: "ERROR", response: null })
      state.behaviour.documentFailure = "conflict"
      assert.strictEqual((yield* post("/v2/documents/writeoff", JSON.stringify(writeoff))).status, 409)
    })
  )

  it.effect("an id edits a NEW document; an unknown id and a processed document are conflicts", () =>
    Effect.gen(function* () {
      const { balance, from, json, post, writeoff } = yield* prepareDocuments()
      const before = balance(from)
      const { response } = yield* json("/v2/documents/writeoff", { ...writeoff, status: "NEW" })
      assert.strictEqual(balance(from), before)
      const edited = yield* json("/v2/documents/writeoff", { ...writeoff, id: response.id, comment: "бой" })
      assert.deepInclude(edited.response, { id: response.id, comment: "бой" })
      const again = yield* post("/v2/documents/writeoff", JSON.stringify({ ...writeoff, id: response.id }))
      assert.strictEqual(again.status, 409)
      const unknown = yield* post("/v2/documents/writeoff", JSON.stringify({ ...writeoff, id: "nope" }))
      assert.deepInclude(unknown, { status: 409, text: "Cannot find WriteoffDocument document by id <nope>" })
    })
  )

  it.effect("a transfer moves stock between two stores and shows in OLAP", () =>
    Effect.gen(function* () {
      const { balance, from, get, json, to, transfer } = yield* prepareDocuments()
      const before = [balance(from), balance(to)]
      assert.strictEqual((yield* json("/v2/documents/internalTransfer", transfer)).result, "SUCCESS")
      assert.closeTo(balance(from), (before[0] ?? 0) - 1.5, 1e-9)
      assert.closeTo(balance(to), (before[1] ?? 0) + 1.5, 1e-9)
      const report = "/reports/olap?report=TRANSACTIONS&from=05.03.2026&to=05.03.2026&groupRow=Document&agr=Amount"
      assert.include((yield* get(report)).text, "<Document>X-1</Document><Amount>0</Amount>")
    })
  )

  it.effect("a product without a unit is measured in the one its row names", () =>
    Effect.gen(function* () {
      const { json, state, writeoff } = yield* prepareDocuments()
      const productId = state.products.find(({ mainUnit }) => mainUnit === null)?.id
      const unit = state.references.find(({ rootType }) => rootType === "MeasureUnit")?.id
      const save = (measureUnitId: string | undefined) =>
        json("/v2/documents/writeoff", { ...writeoff, items: [{ productId, amount: 1, measureUnitId }] })
      assert.deepInclude((yield* save(unit)).response.items[0], { productId, measureUnitId: unit })
      assert.deepStrictEqual((yield* save("nope")).errors, [{ value: "nope", code: "MEASURE_UNIT_NOT_FOUND" }])
    })
  )

  const incoming = (supplier: string, store: string | undefined, product: string | undefined, root = "document") =>
    `<${root}><documentNumber>INC-1</documentNumber><dateIncoming>${today}T12:00:00</dateIncoming><supplier>${supplier}</supplier>` +
    `<defaultStore>${store}</defaultStore><status>PROCESSED</status><items><item><num>1</num><product>${product}</product>` +
    `<amount>2</amount><price>10</price><sum>20</sum></item></items></${root}>`

  it.effect("an imported invoice adds stock and is exported; importing its number again is valid=false on 200", () =>
    Effect.gen(function* () {
      const { balance, from, get, post, product, state } = yield* prepareDocuments()
      const before = balance(from)
      const body = incoming(state.suppliers[0]?.id ?? "", from, product?.id)
      const xml = "application/xml; charset=utf-8"
      const path = "/documents/import/incomingInvoice"
      assert.include((yield* post(path, body, xml)).text, "<valid>true</valid>")
      assert.closeTo(balance(from), before + 2, 1e-9)
      const again = yield* post(path, body, xml)
      assert.strictEqual(again.status, 200)
      assert.match(again.text, /<valid>false<\/valid>.*<otherSuggestedNumber>.*уже проведен/s)
      const unknown = yield* post(path, incoming("nobody", from, product?.id).replace("INC-1", "INC-2"), xml)
      assert.match(unknown.text, /<valid>false<\/valid>.*Контрагент не найден/s)
      assert.strictEqual((yield* post(path, incoming("x", from, "y", "incomingInvoiceDto"), xml)).status, 400)
      const found = yield* get("/documents/export/incomingInvoice/byNumber?number=INC-1&currentYear=true")
      assert.include(found.text, "<amount>2.000000000</amount>")
    })
  )

  it.effect("an outgoing invoice uses names of its own", () =>
    Effect.gen(function* () {
      const { from, get, post, product, state } = yield* prepareDocuments()
      const body =
        `<document><documentNumber>OUT-1</documentNumber><dateIncoming>${today}</dateIncoming><status>NEW</status>` +
        `<counteragentId>${state.suppliers[0]?.id}</counteragentId><items><item><productArticle>${product?.num}</productArticle>` +
        `<storeId>${from}</storeId><price>10</price><amount>2</amount><sum>21</sum></item></items></document>`
      const answer = yield* post("/documents/import/outgoingInvoice", body, "application/xml")
      assert.match(answer.text, /<valid>true<\/valid>.*<warning>true<\/warning>/s)
      const { text } = yield* get(`/documents/export/outgoingInvoice?from=${today}&to=${today}`)
      assert.include(text, `<productId>${product?.id}</productId>`)
    })
  )

  it.effect("exports take yyyy-MM-dd inclusive, write nine places, and some dates carry an offset", () =>
    Effect.gen(function* () {
      const { get, state } = yield* prepareDocuments()
      const { text } = yield* get(`/documents/export/incomingInvoice?from=2025-12-01&to=${today}`)
      assert.strictEqual(count(text, "<document>"), state.incomingInvoices.length)
      assert.match(text, /<price>\d+\.\d{9}<\/price>/)
      assert.match(text, /<dateIncoming>[\d-]+T[\d:]+<\/dateIncoming>/)
      assert.match(text, /<dateIncoming>[\d-]+T[\d:]+\+02:00<\/dateIncoming>/)
      const dotted = yield* get("/documents/export/incomingInvoice?from=01.03.2026&to=05.03.2026")
      assert.strictEqual(dotted.status, 409)
      assert.match(dotted.type, /^text\/plain/)
      const empty = yield* get("/documents/export/incomingInvoice?from=2020-01-01&to=2020-01-02")
      assert.match(empty.text, /<incomingInvoiceDtoes\/>$/)
    })
  )

  it.effect("there is no XML write-off", () =>
    Effect.gen(function* () {
      const { post } = yield* prepareDocuments()
      assert.strictEqual((yield* post("/documents/writeoff/outgoing", "<document/>", "application/xml")).status, 404)
    })
  )
})
