/** The sandbox, tested with Google's own client wherever that client can express the request. */
import { sign } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { official, start } from "./sandbox/TestClient.ts"
import { readScope } from "./Token.ts"

const unformatted = { valueRenderOption: "UNFORMATTED_VALUE" }

describe("reading", () => {
  it.live("drops what is blank at the ends, cuts the range to the grid, and has no values where nothing is", () =>
    Effect.gen(function* () {
      const { call, spreadsheetId, spreadsheets, tab } = yield* official
      tab([["a", null, "c"], [], ["b"], [null, null, { format: { type: "DATE" } }]], { rowCount: 50, columnCount: 5 })
      const ranges = ["Лист!A:Z", "'Лист'!B2:C9", "Лист!A1", "Лист!3:3", "Лист!A2:A"]
      const { valueRanges = [] } = yield* call(() => spreadsheets.values.batchGet({ spreadsheetId, ranges }))
      assert.deepEqual(valueRanges, [
        { range: "'Лист'!A1:E50", majorDimension: "ROWS", values: [["a", "", "c"], [], ["b"]] },
        { range: "'Лист'!B2:C9", majorDimension: "ROWS" },
        { range: "'Лист'!A1", majorDimension: "ROWS", values: [["a"]] },
        { range: "'Лист'!A3:E3", majorDimension: "ROWS", values: [["b"]] },
        { range: "'Лист'!A2:A50", majorDimension: "ROWS", values: [[], ["b"]] }
      ])
      const columns = yield* call(() =>
        spreadsheets.values.get({ spreadsheetId, range: "Лист", majorDimension: "COLUMNS" })
      )
      assert.deepEqual(columns.values, [["a", "", "b"], [], ["c"]])
    })
  )

  it.live("shows cells by the spreadsheet's locale, or as they are", () =>
    Effect.gen(function* () {
      const { book, get, tab } = yield* official
      tab([
        [
          1234.5,
          { value: 1234.5, format: { type: "NUMBER" } },
          { value: 0.125, format: { type: "PERCENT", pattern: "0.0%" } },
          { value: 100, format: { type: "CURRENCY" } },
          { value: 46_086, format: { type: "DATE" } },
          { value: 46_086.4375, format: { type: "DATE_TIME" } },
          true,
          "0042",
          { formula: "=SUM(A1:D1)/2" }
        ]
      ])
      assert.deepEqual(yield* get("Лист"), [
        [
          "1234,5",
          "1\u00a0234,50",
          "12,5%",
          "100,00\u00a0₽",
          "05.03.2026",
          "05.03.2026 10:30:00",
          "ИСТИНА",
          "0042",
          "1284,5625"
        ]
      ])
      const serials = [1234.5, 1234.5, 0.125, 100, 46_086, 46_086.4375, true, "0042", 1284.5625]
      assert.deepEqual(yield* get("Лист", unformatted), [serials])
      assert.deepEqual(yield* get("Лист!E1:F1", { ...unformatted, dateTimeRenderOption: "FORMATTED_STRING" }), [
        ["05.03.2026", "05.03.2026 10:30:00"]
      ])
      assert.deepEqual(yield* get("Лист!I1", { valueRenderOption: "FORMULA" }), [["=SUM(A1:D1)/2"]])
      book.locale = "en_US"
      assert.deepEqual(yield* get("Лист!A1:F1"), [
        ["1234.5", "1,234.50", "12.5%", "$100.00", "3/5/2026", "3/5/2026 10:30:00"]
      ])
    })
  )

  it.live("finds quoted titles, and the first tab that is not hidden where none is named", () =>
    Effect.gen(function* () {
      const { book, get, tab } = yield* official
      tab([["x"]], { title: "It's A1!" })
      tab([["y"]], { title: "A1" })
      assert.deepEqual(yield* get("'It''s A1!'!A1"), [["x"]])
      assert.deepEqual(yield* get("'A1'"), [["y"]])
      for (const sheet of book.sheets) sheet.hidden = sheet.title !== "A1"
      assert.deepEqual(yield* get("A1"), [["y"]])
    })
  )

  it.live("tells what a spreadsheet is made of, as far as `fields` asks", () =>
    Effect.gen(function* () {
      const { call, spreadsheetId, spreadsheets } = yield* official
      const fields = "properties(title,locale),sheets.properties(title,gridProperties/frozenRowCount)"
      assert.deepEqual(yield* call(() => spreadsheets.get({ spreadsheetId, fields })), {
        properties: { title: "Запасы сети", locale: "ru_RU" },
        sheets: [
          { properties: { title: "Мин. остатки", gridProperties: { frozenRowCount: 3 } } },
          { properties: { title: "Номенклатура", gridProperties: { frozenRowCount: 1 } } },
          { properties: { title: "Сводка", gridProperties: {} } },
          { properties: { title: "Справочник товаров", gridProperties: { frozenRowCount: 1 } } }
        ]
      })
      const { sheets = [] } = yield* call(() =>
        spreadsheets.get({ spreadsheetId, ranges: ["Сводка!A2:B2"], includeGridData: true })
      )
      assert.deepInclude(sheets[0]?.data?.[0]?.rowData?.[0]?.values?.[1]?.userEnteredValue, {
        formulaValue: "=SUM('Мин. остатки'!C4:C28)"
      })
    })
  )
})

describe("refusals", () => {
  it.live("of a tab, a spreadsheet, a person and a mode that is not named", () =>
    Effect.gen(function* () {
      const { book, refusal, spreadsheetId, spreadsheets } = yield* official
      const get = (id: string, range: string) => () => spreadsheets.values.get({ spreadsheetId: id, range })
      assert.deepInclude(yield* refusal(get(spreadsheetId, "Нет!A1")), {
        code: 400,
        message: "Unable to parse range: Нет!A1"
      })
      assert.deepInclude(yield* refusal(get("none", "A1")), { code: 404, message: "Requested entity was not found." })
      const write = () => spreadsheets.values.update({ spreadsheetId, range: "A1", requestBody: { values: [["x"]] } })
      assert.include((yield* refusal(write)).message, "valueInputOption")
      book.sharedWith = { [Object.keys(book.sharedWith)[0] ?? ""]: "reader" }
      assert.deepInclude(yield* refusal(write), { code: 403, message: "The caller does not have permission" })
    })
  )

  it.live("of more than a minute's reads, with the documented body, while writes go on", () =>
    Effect.gen(function* () {
      const { get, put, refusal, spreadsheetId, spreadsheets, vendor } = yield* official
      vendor.state.switches.readsPerMinute = 1
      const twice = () => spreadsheets.values.batchGet({ spreadsheetId, ranges: ["A1"] })
      // The minute may change between the first reads.
      yield* Effect.exit(get("A1"))
      yield* Effect.exit(Effect.tryPromise(twice))
      const { code, details = [], message } = yield* refusal(twice)
      assert.strictEqual(code, 429)
      assert.include(message, "'Read requests per minute per user'")
      assert.strictEqual(details[0]?.reason, "RATE_LIMIT_EXCEEDED")
      yield* put("Сводка!D1", [["x"]])
      assert.strictEqual(vendor.state.counters.writes, 1)
    })
  )

  it.live("of payloads that are too large, unless the limit is raised", () =>
    Effect.gen(function* () {
      const { refusal, spreadsheetId, spreadsheets, vendor } = yield* official
      vendor.state.switches.maxPayloadBytes = 1_000
      const { message } = yield* refusal(() =>
        spreadsheets.values.update({
          spreadsheetId,
          range: "Сводка!D1",
          valueInputOption: "RAW",
          requestBody: { values: [["x".repeat(2_000)]] }
        })
      )
      assert.include(message, "exceeds the limit: 1000 bytes")
      assert.isAbove(vendor.state.counters.largestPayload, 2_000)
    })
  )
})

describe("tokens", () => {
  const now = 1_800_000_000

  it.effect("are issued for an assertion that is signed, addressed, short-lived and within a scope", () =>
    Effect.gen(function* () {
      const { vendor } = yield* start
      yield* TestClock.setTime(now * 1_000)
      const { email, privateKey } = vendor.state.account
      const good = {
        iss: email,
        scope: readScope,
        aud: "https://oauth2.googleapis.com/token",
        iat: now,
        exp: now + 3_600
      }
      const ask = (claims: object, grant = "urn:ietf:params:oauth:grant-type:jwt-bearer") =>
        Effect.promise(async () => {
          const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")
          const content = `${part({ alg: "RS256" })}.${part({ ...good, ...claims })}`
          const signature = sign("RSA-SHA256", Buffer.from(content), privateKey).toString("base64url")
          const form = new URLSearchParams({ grant_type: grant, assertion: `${content}.${signature}` })
          const answer = await fetch(`${vendor.url}/token`, { method: "POST", body: form })
          return `${answer.status} ${await answer.text()}`
        })
      assert.include(yield* ask({}), '"expires_in":3599,"token_type":"Bearer"')
      assert.include(yield* ask({ aud: vendor.url }), '400 {"error":"invalid_grant"')
      assert.include(yield* ask({ exp: now + 7_200 }), "short-lived token (60 minutes)")
      assert.include(yield* ask({ iat: now - 4_000, exp: now - 400 }), "reasonable timeframe")
      assert.include(yield* ask({ scope: "everything" }), "invalid_scope")
      assert.include(yield* ask({}, "password"), "unsupported_grant_type")
      assert.strictEqual(vendor.state.counters.tokens, 1)
    })
  )
})

it.live("other processes type into its cells", () =>
  Effect.gen(function* () {
    const { get, vendor } = yield* official
    const post = (body: unknown) =>
      Effect.promise(() => fetch(`${vendor.url}/_sandbox/data`, { method: "POST", body: JSON.stringify(body) }))
    yield* post([{ range: "Номенклатура!A2:C2", values: [["Кефир", null, "99,50"]] }])
    assert.deepEqual(yield* get("Номенклатура!A2:C2", unformatted), [["Кефир", "00001", 99.5]])
    assert.strictEqual((yield* post([{ range: "Нет!A1", values: [] }])).status, 400)
  })
)
