import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { kinds } from "./sandbox/Model.ts"
import { events, startPortal } from "./sandbox/TestPortal.ts"
import { grant } from "./sandbox.ts"

const deal = { entityTypeId: kinds.deal }

describe("elements", () => {
  it.effect("are numbers by new methods and texts by old ones, with own fields under both names", () =>
    Effect.gen(function* () {
      const { call } = yield* startPortal()
      const { answer: item } = yield* call("crm.item.get", { ...deal, id: 10 })
      const { answer: kept } = yield* call("crm.item.get", { ...deal, id: 10, useOriginalUfNames: "Y" })
      const { answer: old } = yield* call("crm.deal.get", { ID: "10" })
      const row = item.result.item
      assert.deepInclude(old.result, {
        ID: "10",
        OPPORTUNITY: row.opportunity.toFixed(2),
        DATE_CREATE: row.createdTime,
        UF_CRM_1712074666: String(row.ufCrm_1712074666)
      })
      assert.strictEqual(kept.result.item.UF_CRM_1712074666, row.ufCrm_1712074666)
      const { answer: fields } = yield* call("crm.item.fields", { entityTypeId: kinds.pollForm })
      assert.strictEqual(fields.result.fields.ufCrm38Programmes.upperName, "UF_CRM_38_PROGRAMMES")
      const { answer: oldFields } = yield* call("crm.deal.fields")
      assert.deepInclude(oldFields.result.UF_CRM_1712074666, {
        title: "UF_CRM_1712074666",
        formLabel: "Форма обучения"
      })
    })
  )

  it.effect("are found by prefixes and groups; what a new method refuses, an old one leaves out", () =>
    Effect.gen(function* () {
      const { call } = yield* startPortal()
      const ids = (filter: object) =>
        Effect.map(call("crm.item.list", { ...deal, filter, select: ["id"] }), ({ answer }) =>
          answer.result.items.map(({ id }: { readonly id: number }) => id)
        )
      assert.deepEqual(yield* ids({ ">id": 12, "<=id": 16 }), [14, 16])
      assert.deepEqual(yield* ids({ "@id": [10, 14], "!id": 10 }), [14])
      assert.deepEqual(yield* ids({ "%title": "сделка №1", "<id": 14 }), [10, 12])
      assert.deepEqual(yield* ids({ "=%title": "%№12" }), [12])
      assert.deepEqual(yield* ids({ "0": { logic: "OR", id: 10, "=title": "Сделка №16" } }), [10, 16])
      const strange = { filter: { nobodyKnows: 1 } }
      assert.deepEqual((yield* call("crm.item.list", { ...deal, ...strange })).answer, {
        error: "INVALID_ARG_VALUE",
        error_description: "Invalid filter: field 'nobodyKnows' is not allowed in filter"
      })
      assert.strictEqual((yield* call("crm.deal.list", strange)).answer.total, 40)
    })
  )

  it.effect("come in pages of fifty, uncounted behind start -1", () =>
    Effect.gen(function* () {
      const { call } = yield* startPortal({ deals: 60 })
      const page = (start: number) =>
        Effect.map(call("crm.item.list", { ...deal, start }), ({ answer: { next, result, total } }) => [
          result.items.length,
          next,
          total
        ])
      assert.deepEqual(yield* page(0), [50, 50, 60])
      assert.deepEqual(yield* page(50), [10, undefined, 60])
      assert.deepEqual(yield* page(-1), [50, undefined, 0])
    })
  )

  it.effect("that are absent or ill-formed are refused with 400, by old methods without a code", () =>
    Effect.gen(function* () {
      const { call } = yield* startPortal()
      const refusal = (method: string, params: object) =>
        Effect.map(call(method, params), ({ answer, status }) => [status, answer.error, answer.error_description])
      assert.deepEqual(yield* refusal("crm.item.get", { ...deal, id: 9 }), [400, "NOT_FOUND", "Item not found"])
      assert.deepEqual(yield* refusal("crm.item.get", { entityTypeId: 999, id: 9 }), [
        400,
        "NOT_FOUND",
        "SPA not found"
      ])
      assert.deepEqual(yield* refusal("crm.deal.get", { id: 9 }), [400, "", "Not found"])
      assert.deepEqual(yield* refusal("crm.deal.get", {}), [400, "", "ID is not defined or invalid."])
      assert.deepEqual(yield* refusal("crm.deal.add", { fields: 1 }), [400, "", "Parameter 'fields' must be array."])
      assert.deepEqual(yield* refusal("crm.item.add", { ...deal, fields: { contactIds: 5 } }), [
        400,
        "100",
        "Expected iterable value for multiple field, but got number instead"
      ])
    })
  )

  it.effect("start automation when they are added, not when they are imported; an import takes twenty", () =>
    Effect.gen(function* () {
      const { call, state } = yield* startPortal()
      yield* call("crm.item.add", { ...deal, fields: { title: "added" } })
      const data = [{ title: "imported" }, { contactIds: 5 }]
      const { answer } = yield* call("crm.item.batchImport", { ...deal, data })
      assert.deepEqual(
        [answer.result.items[0].item.id, answer.result.items[1].error],
        [state.automated[0]?.id === undefined ? 0 : state.automated[0].id + 1, "100"]
      )
      assert.lengthOf(state.automated, 1)
      const many = yield* call("crm.item.batchImport", { ...deal, data: Array.from({ length: 21 }, () => ({})) })
      assert.deepEqual([many.status, many.answer.error], [400, "MAX_IMPORT_BATCH_SIZE_EXCEEDED"])
    })
  )
})

describe("a batch", () => {
  it.effect("writes empty maps, and those counted from 0, as lists", () =>
    Effect.gen(function* () {
      const { call } = yield* startPortal()
      const one = "crm.item.get?entityTypeId=2&id=10"
      const { answer: named } = yield* call("batch", { cmd: { a: one, b: "crm.deal.get?id=9" } })
      assert.deepEqual(named.result.result_error, { b: { error: "", error_description: "Not found" } })
      assert.deepEqual(named.result.result_next, [])
      const { answer: counted } = yield* call("batch", { cmd: [one, one, "crm.deal.get?id=9"] })
      assert.lengthOf(counted.result.result, 2)
      assert.deepEqual(Object.keys(counted.result.result_error), ["2"])
    })
  )

  it.effect("goes on behind a failure unless it halts, and takes no batch and no more than fifty calls", () =>
    Effect.gen(function* () {
      const { call, state } = yield* startPortal()
      const cmd = { a: "crm.deal.get?id=9", b: "batch?cmd[x]=profile", c: "profile" }
      const { answer } = yield* call("batch", { halt: 0, cmd })
      assert.deepEqual(Object.keys(answer.result.result), ["c"])
      assert.strictEqual(answer.result.result_error.b.error, "ERROR_BATCH_METHOD_NOT_ALLOWED")
      const { answer: halted } = yield* call("batch", { halt: 1, cmd })
      assert.deepEqual([halted.result.result, Object.keys(halted.result.result_error)], [[], ["a"]])
      const many = { cmd: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`c${at}`, "profile"])) }
      const refused = yield* call("batch", many)
      assert.deepEqual([refused.status, refused.answer.error], [400, "ERROR_BATCH_LENGTH_EXCEEDED"])
      state.switches.batchExcess = "calls"
      assert.deepEqual(Object.keys((yield* call("batch", many)).answer.result.result_error), ["c50"])
    })
  )

  it.effect("resolves references, encoded once in JSON and twice in forms; one to nothing is empty", () =>
    Effect.gen(function* () {
      const { call, post } = yield* startPortal()
      const find = "crm.duplicate.findbycomm?type=EMAIL&values[]=person7%40example.test"
      const get = `crm.contact.get?id=${encodeURIComponent("$result[find][CONTACT][0]")}`
      const { answer } = yield* call("batch", { cmd: { find, get, none: "crm.contact.get?id=$result[nobody][0]" } })
      assert.strictEqual(answer.result.result.get.ID, "7")
      assert.strictEqual(answer.result.result_error.none.error_description, "ID is not defined or invalid.")
      const [form, encoded] = [new FormData(), new URLSearchParams()]
      for (const [name, command] of Object.entries({ find, get })) {
        form.set(`cmd[${name}]`, command)
        encoded.set(`cmd[${name}]`, command)
      }
      for (const body of [encoded, form]) {
        assert.strictEqual((yield* post("batch.json", body)).answer.result.result.get.ID, "7")
      }
    })
  )
})

describe("limits", () => {
  it.effect("let fifty requests through at once and two a second", () =>
    Effect.gen(function* () {
      const { call, post, state } = yield* startPortal()
      for (let count = 0; count < 50; count++) assert.strictEqual((yield* call("profile")).status, 200)
      const refused = yield* call("profile")
      assert.deepEqual([refused.status, refused.answer.error], [503, "QUERY_LIMIT_EXCEEDED"])
      yield* TestClock.adjust("1 second")
      assert.deepEqual(
        [(yield* call("profile")).status, (yield* call("profile")).status, (yield* call("profile")).status],
        [200, 200, 503]
      )
      state.switches.limitPage = "html"
      assert.match((yield* post("profile", "")).text, /^<html>/)
    })
  )

  it.effect("count what a method has worked by the minute, and refuse it alone, in batches too", () =>
    Effect.gen(function* () {
      const { call, state } = yield* startPortal()
      Object.assign(state.switches, { operatingPerCall: 240 })
      const { answer: first } = yield* call("crm.item.list", deal)
      yield* TestClock.adjust("3 minutes")
      const { answer: second } = yield* call("crm.item.list", deal)
      assert.deepEqual([first.time.operating, second.time.operating], [240, 480])
      assert.strictEqual(second.time.operating_reset_at, first.time.operating_reset_at)
      const { answer, status } = yield* call("crm.item.list", deal)
      assert.deepEqual([status, answer.error], [429, "OPERATION_TIME_LIMIT"])
      const { answer: batch } = yield* call("batch", { cmd: { a: "crm.item.list?entityTypeId=2", b: "profile" } })
      assert.deepEqual(
        [batch.result.result_error.a.error, Object.keys(batch.result.result)],
        ["OPERATION_TIME_LIMIT", ["b"]]
      )
      yield* TestClock.setTime(second.time.operating_reset_at * 1_000)
      assert.strictEqual((yield* call("crm.item.list", deal)).answer.time.operating, 480)
    })
  )
})

describe("access", () => {
  it.effect("is by a webhook's code, or by an application's token that expires and is refreshed once", () =>
    Effect.gen(function* () {
      const { ask, call, state, token } = yield* startPortal()
      assert.strictEqual((yield* ask("/rest/1/wrong/profile", {})).answer.error, "INVALID_CREDENTIALS")
      assert.strictEqual((yield* ask("/rest/profile", {})).answer.error, "NO_AUTH_FOUND")
      assert.strictEqual((yield* call("event.bind", { event: "ONCRMDEALADD" })).answer.error, "WRONG_AUTH_TYPE")
      const { accessToken, refreshToken } = yield* grant(state)
      assert.strictEqual((yield* ask("/rest/profile", { auth: accessToken })).status, 200)
      yield* TestClock.adjust("1 hour")
      const expired = yield* ask("/rest/profile", { auth: accessToken })
      assert.deepEqual([expired.status, expired.answer.error], [401, "expired_token"])
      const { answer } = yield* token(refreshToken)
      assert.strictEqual((yield* ask("/rest/profile", { auth: answer.access_token })).status, 200)
      assert.strictEqual((yield* token(refreshToken)).answer.error, "invalid_grant")
    })
  )

  it.effect("may be refused for one method, within a batch too; an answer may be lost after the deal was made", () =>
    Effect.gen(function* () {
      const { call, edit, fault, state } = yield* startPortal()
      const refusal = { method: "crm.deal.get", status: 403, error: "insufficient_scope", description: "" }
      yield* edit([{ collection: "refusals", put: [refusal] }])
      const { answer } = yield* call("batch", { cmd: { a: "crm.deal.get?id=10" } })
      assert.strictEqual(answer.result.result_error.a.error, "insufficient_scope")
      yield* fault({ path: "*/crm.deal.add", mode: "disconnectAfter" })
      yield* Effect.flip(call("crm.deal.add", { fields: { ORIGIN_ID: "form/1" } }))
      assert.strictEqual(state.elements.get(kinds.deal)?.at(-1)?.originId, "form/1")
    })
  )
})

describe("beside elements", () => {
  it.effect("a list has values by their ids, and nobody is found as a list", () =>
    Effect.gen(function* () {
      const { call } = yield* startPortal()
      const list = { IBLOCK_TYPE_ID: "lists", IBLOCK_ID: 47 }
      const { answer } = yield* call("lists.element.get", { ...list, FILTER: { NAME: "Экономика" } })
      assert.deepEqual(answer.result[0].PROPERTY_951, { "3747": "3" })
      const absent = yield* call("lists.element.get", { ...list, IBLOCK_ID: 48 })
      assert.deepEqual([absent.status, absent.answer.error], [400, "ERROR_IBLOCK_NOT_FOUND"])
      const nobody = yield* call("crm.duplicate.findbycomm", { type: "PHONE", values: ["+70000000000"] })
      assert.deepEqual(nobody.answer.result, [])
    })
  )

  it.effect("events are forms with an id that come late, in any order, twice, or not at all", () =>
    Effect.gen(function* () {
      const { call, edit, state } = yield* startPortal({ seed: 5 })
      const { received, url } = yield* events
      yield* edit([
        { collection: "handlers", put: [{ id: 1, event: "ONCRMDEALADD", handler: url }] },
        { collection: "switches", put: [{ eventDelay: 60, eventsRepeated: 0.5, eventsLost: 0.3 }] }
      ])
      for (let count = 0; count < 20; count++) yield* call("crm.deal.add", { fields: {} })
      assert.deepEqual(received, [])
      yield* TestClock.adjust("1 minute")
      while (state.deliveries.some(({ status }) => status === 0)) yield* Effect.yieldNow
      const ids = received.map((form) => Number(form.get("data[FIELDS][ID]")))
      const made = (state.elements.get(kinds.deal) ?? []).slice(-20).map(({ id }) => Number(id))
      assert.includeMembers(made, ids)
      assert.notDeepEqual(
        ids,
        ids.toSorted((one, other) => one - other)
      )
      assert.isBelow(new Set(ids).size, Math.min(made.length, ids.length))
      assert.deepEqual(
        new Set(received.map((form) => form.get("auth[application_token]"))),
        new Set([state.applicationToken])
      )
    })
  )

  it.effect("a demo's portal is at work", () =>
    Effect.gen(function* () {
      const { call, state } = yield* startPortal({ demo: true })
      const before = JSON.stringify(state.elements.get(kinds.deal))
      yield* TestClock.adjust("10 minutes")
      const since = { ...deal, filter: { ">updatedTime": "2026-06-15T15:00:00+03:00" } }
      assert.isAbove((yield* call("crm.item.list", since)).answer.total, 3)
      assert.notStrictEqual(JSON.stringify(state.elements.get(kinds.deal)), before)
    })
  )
})
