import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Fault } from "../../../core/plugin/Sandbox.ts"
import { prepareDocuments } from "./TestClient.ts"

const path = "/v2/documents/writeoff"

describe("bad days of documents", () => {
  const applied: ReadonlyArray<{
    readonly what: string
    readonly fault: Omit<Fault, "path">
    readonly says?: unknown
  }> = [
    { what: "a connection cut without an answer", fault: { mode: "disconnectAfter" } },
    { what: "an answer that breaks off", fault: { mode: "truncated" } },
    { what: "a 500", fault: { mode: "statusAfter", body: "product == null", contentType: "text/plain" }, says: 500 },
    { what: "a proxy's page", fault: { mode: "htmlAfter" }, says: 200 }
  ]
  it.effect.each(applied)("$what after the document was applied leaves one to be found by its number", (badDay) =>
    Effect.gen(function* () {
      const { balance, fault, from, json, post, writeoff } = yield* prepareDocuments()
      const before = balance(from)
      yield* fault({ path, method: "POST", times: 1, ...badDay.fault })
      const status = yield* post(path, JSON.stringify(writeoff)).pipe(
        Effect.map((answer) => answer.status),
        Effect.catchDefect(() => Effect.succeed(undefined))
      )
      assert.strictEqual(status, badDay.says)
      const { response } = yield* json(`${path}/byNumber?documentNumber=X-1`)
      assert.lengthOf(response, 1)
      assert.closeTo(balance(from), before - 1.5, 1e-9)
    })
  )

  it.effect("an answer that never comes leaves one too", () =>
    Effect.gen(function* () {
      const { fault, json, post, requests, writeoff } = yield* prepareDocuments()
      yield* fault({ path, method: "POST", mode: "hangAfter", times: 1 })
      const found = Effect.map(
        json(`${path}/byNumber?documentNumber=X-1`),
        ({ response }) => Array.isArray(response) && response.length === 1
      )
      const waiting = Effect.repeat(found, { until: (isThere) => isThere })
      yield* Effect.raceFirst(Effect.andThen(post(path, JSON.stringify(writeoff)), Effect.die("answered")), waiting)
      const posts = (yield* requests).filter(({ method }) => method === "POST")
      assert.deepStrictEqual(
        posts.map(({ status }) => status),
        [null]
      )
    })
  )

  const notApplied: ReadonlyArray<{
    readonly what: string
    readonly fault: Omit<Fault, "path">
    readonly says: number
  }> = [
    {
      what: "200 with result ERROR",
      fault: {
        mode: "status",
        status: 200,
        body: JSON.stringify({
          result: "ERROR",
          errors: [{ value: "storeId", code: "STORE_NOT_FOUND" }],
          response: null
        }),
        contentType: "application/json"
      },
      says: 200
    },
    {
      what: "409 with a line of text",
      fault: { mode: "status", status: 409, body: "Запрещено проводить задним числом", contentType: "text/plain" },
      says: 409
    },
    { what: "a refusal of the licence", fault: { mode: "licence" }, says: 403 },
    { what: "a page of a proxy that let nothing through", fault: { mode: "html" }, says: 200 }
  ]
  it.effect.each(notApplied)("$what changes nothing", ({ fault: badDay, says }) =>
    Effect.gen(function* () {
      const { balance, fault, from, json, post, writeoff } = yield* prepareDocuments()
      const before = balance(from)
      yield* fault({ path, method: "POST", times: 1, ...badDay })
      assert.strictEqual((yield* post(path, JSON.stringify(writeoff))).status, says)
      assert.deepStrictEqual((yield* json(`${path}/byNumber?documentNumber=X-1`)).response, [])
      assert.strictEqual(balance(from), before)
    })
  )
})

describe("a second document of a number", () => {
  it.effect("gets another number where the server renumbers, and the answer says which", () =>
    Effect.gen(function* () {
      const { json, transfer } = yield* prepareDocuments({ repeatedNumbers: "renumber" })
      const save = json("/v2/documents/internalTransfer", transfer)
      assert.strictEqual((yield* save).response.documentNumber, "X-1")
      const { response } = yield* save
      assert.match(response.documentNumber, /^T-\d{6}$/)
      const byNumber = (number: string) => json(`/v2/documents/internalTransfer/byNumber?documentNumber=${number}`)
      assert.lengthOf((yield* byNumber("X-1")).response, 1)
      assert.lengthOf((yield* byNumber(response.documentNumber)).response, 1)
    })
  )
})

describe("the write-off as XML", () => {
  const xml = "application/xml; charset=utf-8"
  const outgoing = "/documents/writeoff/outgoing"
  const prepare = Effect.fnUntraced(function* (documentApi: "json" | "xml" | "both") {
    const prepared = yield* prepareDocuments({ documentApi })
    const { from, product, writeoff } = prepared
    const body = (store: string | undefined) =>
      `<document><documentNumber>X-1</documentNumber><dateIncoming>${writeoff.dateIncoming}</dateIncoming>` +
      `<status>PROCESSED</status><comment/><storeId>${store}</storeId><accountId>${writeoff.accountId}</accountId>` +
      `<items><item><productArticle>${product?.num}</productArticle><amount>1.5</amount></item></items></document>`
    const send = (store: string | undefined) => prepared.post(outgoing, body(store), xml)
    return { ...prepared, send, before: prepared.balance(from) }
  })

  it.effect("is there only where an installation has it, and alone where JSON documents are missing", () =>
    Effect.gen(function* () {
      const { from, get, post, send, state, writeoff } = yield* prepare("json")
      const byNumber = get(`${path}/byNumber?documentNumber=X-1`)
      assert.strictEqual((yield* send(from)).status, 404)
      state.behaviour.documentApi = "xml"
      assert.strictEqual((yield* send(from)).status, 200)
      assert.strictEqual((yield* post(path, JSON.stringify(writeoff))).status, 404)
      assert.strictEqual((yield* byNumber).status, 404)
      state.behaviour.documentApi = "both"
      assert.lengthOf(JSON.parse((yield* byNumber).text).response, 1)
    })
  )

  it.effect("takes stock when it is valid, and is valid=false on 200 when it is not", () =>
    Effect.gen(function* () {
      const { balance, before, from, post, send } = yield* prepare("both")
      const wrong = yield* send("nowhere")
      assert.strictEqual(wrong.status, 200)
      assert.match(wrong.text, /<valid>false<\/valid>.*STORE_NOT_FOUND.*<otherSuggestedNumber>/s)
      assert.strictEqual(balance(from), before)
      assert.match((yield* send(from)).text, /<valid>true<\/valid><documentNumber>X-1<\/documentNumber>/)
      assert.closeTo(balance(from), before - 1.5, 1e-9)
      assert.strictEqual((yield* post(outgoing, "<documents/>", xml)).status, 400)
    })
  )

  it.effect("keeps to what the installation does with repeated numbers", () =>
    Effect.gen(function* () {
      const { from, send, state } = yield* prepare("both")
      yield* send(from)
      state.behaviour.repeatedNumbers = "renumber"
      assert.match((yield* send(from)).text, /<valid>true<\/valid><documentNumber>W-\d{6}</)
      state.behaviour.repeatedNumbers = "refuse"
      assert.match((yield* send(from)).text, /<valid>false<\/valid>.*DOCUMENT_NUMBER_NOT_UNIQUE/s)
    })
  )
})
