import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import type { WriteOptions } from "../../../core/plugin/Connector.ts"
import { render } from "../../../core/reason/Reason.ts"
import { eventually } from "../../../test/support/eventually.ts"
import { insert } from "../sandbox/Grid.ts"
import { countsOf, headerRow, plainKeys, type Rows, type RowTexts, startExport, threeRows } from "./TestClient.ts"

describe("while others work", () => {
  it.live("what a person does between the look and the request is seen, and cells stay with their rows", () =>
    Effect.gen(function* () {
      const { counters, give, now, tab } = yield* startExport([
        headerRow,
        ["a", "Апельсин", null, 1],
        ["b", "Булка", null, 2]
      ])
      let looks = 0
      const onEvent: WriteOptions["onEvent"] = ({ _tag }) =>
        Effect.sync(() => {
          if (_tag !== "Request" || ++looks !== 2) return
          insert(tab, "ROWS", 1, 1)
          tab.rows[1] = [undefined, { value: "Раздел" }]
        })
      yield* give(
        [
          ["a", "Апельсин", "1"],
          ["b", "Булка", "5"]
        ],
        { onEvent }
      )
      assert.deepEqual(now(), [headerRow, [null, "Раздел"], ["a", "Апельсин", null, 1], ["b", "Булка", null, 5]])
      assert.strictEqual(counters.writes, 1)
    })
  )

  it.live("what is moved in the moment of the request is put right and told of", () =>
    Effect.gen(function* () {
      const { give, now, tab } = yield* startExport([headerRow, ["a", "Апельсин", null, 1], ["b", "Булка", null, 2]])
      let requests = 0
      const onEvent: WriteOptions["onEvent"] = ({ _tag }) =>
        Effect.sync(() => {
          if (_tag === "Request" && ++requests === 3) insert(tab, "ROWS", 1, 1)
        })
      const given: RowTexts = [
        ["a", "Апельсин", "1"],
        ["b", "Булка", "5"]
      ]
      const { warnings } = yield* give(given, { onEvent })
      assert.deepEqual(now(), [headerRow, [], ["a", "Апельсин", null, 1], ["b", "Булка", null, 5]])
      assert.match(warnings.map(render).join(), /somebody changed the tab in the moment it was written to.* 'Лист'!D3/)
    })
  )

  it.live("a tab that never comes to rest is left alone", () =>
    Effect.gen(function* () {
      const { counters, give, tab } = yield* startExport([headerRow, ["a", "Апельсин", null, 1]])
      const onEvent = () => Effect.sync(() => insert(tab, "ROWS", 1, 1))
      const { message } = yield* Effect.flip(give([["a", "Апельсин", "5"]], { onEvent }))
      assert.include(message, "somebody is changing the tab all the time; nothing was written")
      assert.strictEqual(counters.writes, 0)
    })
  )

  it.live("two exports to one tab follow one another", () =>
    Effect.gen(function* () {
      const { give, now } = yield* startExport([headerRow], `${plainKeys}, sort: Название`)
      yield* Effect.all([give(threeRows), give(threeRows), give(threeRows)], { concurrency: "unbounded" })
      assert.lengthOf(now(), 4)
    })
  )

  it.live("what is too large for one request goes in whole rows, and all of it arrives", () =>
    Effect.gen(function* () {
      const { counters, give, now } = yield* startExport([headerRow], `${plainKeys}, sort: Название`)
      const given = Array.from({ length: 700 }, (_, at) => [`k${at}`, `${at % 7} ${"ж".repeat(4_000)} ${at}`, "1"])
      const report = yield* give(given)
      assert.deepEqual(countsOf(report), [700, 0, 0, 0])
      assert.isAbove(counters.writes, 2)
      assert.isAtMost(counters.largestPayload, 2_000_000)
      assert.match(report.warnings.map(render).join(), /written in \d+ parts, each of whole rows/)
      const names = now()
        .slice(1)
        .map(([, name]) => String(name))
      assert.deepEqual(names, names.toSorted(new Intl.Collator("und").compare))
      assert.deepEqual((yield* give(given)).changes, [])
    })
  )

  it.live("a part that was written stays whole when the next one is refused, and the next run goes on", () =>
    Effect.gen(function* () {
      const { give, now, vendor } = yield* startExport([headerRow])
      const given = Array.from({ length: 400 }, (_, at) => [`k${at}`, "ж".repeat(4_000), "1"])
      yield* vendor.fault({ path: "*:batchUpdate", mode: "status", status: 500, body: "{}", after: 1 })
      const { message } = yield* Effect.flip(give(given))
      assert.include(message, "a part was written before, whole rows: run it again")
      const rows = now().slice(1)
      assert.isNotEmpty(rows)
      assert.isTrue(rows.every((row) => row.length === 4))
      yield* vendor.clearFaults
      assert.strictEqual((yield* give(given)).inserted, 400 - rows.length)
    })
  )
})

describe("a write that goes wrong", () => {
  it.live("over the quota is refused, waited for, and sent once more", () =>
    Effect.gen(function* () {
      const { counters, give, now, vendor } = yield* startExport([headerRow])
      vendor.state.switches.writesPerMinute = 0
      const writing = yield* Effect.forkChild(give(threeRows))
      yield* eventually(Effect.sync(() => counters.rateLimited > 0))
      vendor.state.switches.writesPerMinute = 60
      assert.deepEqual(countsOf(yield* Fiber.join(writing)), [3, 0, 0, 0])
      assert.lengthOf(now(), 4)
    })
  )

  it.live("whose answer is lost is not sent again; the next run finds it done", () =>
    Effect.gen(function* () {
      const { counters, give, now, vendor } = yield* startExport([headerRow])
      yield* vendor.fault({ path: "*:batchUpdate", mode: "disconnectAfter", times: 1 })
      assert.include((yield* Effect.flip(give(threeRows))).message, "it may have been written: the next run looks")
      assert.strictEqual(counters.writes, 1)
      assert.deepEqual((yield* give(threeRows)).changes, [])
      assert.lengthOf(now(), 4)
    })
  )

  it.live("and is answered with an error of the server is not sent again: it may have been applied", () =>
    Effect.gen(function* () {
      const { give, now, vendor } = yield* startExport([headerRow])
      yield* vendor.fault({ path: "*:batchUpdate", mode: "statusAfter", status: 500, body: "{}", times: 1 })
      assert.include((yield* Effect.flip(give(threeRows))).message, "it may have been written: the next run looks")
      const sent = (yield* vendor.requests).filter(({ path }) => path.endsWith(":batchUpdate"))
      assert.lengthOf(sent, 1)
      assert.deepEqual((yield* give(threeRows)).changes, [])
      assert.lengthOf(now(), 4)
    })
  )

  it.live("that went well is not called a failure because the look after it fails", () =>
    Effect.gen(function* () {
      const { give, now, vendor } = yield* startExport([headerRow])
      yield* vendor.fault({
        path: "/v4/spreadsheets/*",
        method: "GET",
        mode: "status",
        status: 404,
        body: "{}",
        after: 2
      })
      const { inserted, warnings } = yield* give(threeRows)
      assert.deepEqual([inserted, now().length], [3, 4])
      assert.match(warnings.map(render).join(), /^written, but not looked at again: gsheet: GET/)
    })
  )

  it.live("a few rows of the longest texts are cut between requests too", () =>
    Effect.gen(function* () {
      const { counters, give } = yield* startExport([headerRow])
      const given = Array.from({ length: 60 }, (_, at) => [`k${at}`, "ж".repeat(50_000), "1"])
      assert.strictEqual((yield* give(given)).inserted, 60)
      assert.isAtMost(counters.largestPayload, 2_000_000)
      assert.deepEqual((yield* give(given)).changes, [])
    })
  )

  it.live("between the look and the request leaves everything as it was", () =>
    Effect.gen(function* () {
      const { counters, give, now, vendor } = yield* startExport([headerRow])
      yield* vendor.fault({ path: "*:batchUpdate", mode: "hang" })
      const writing = yield* Effect.forkChild(give(threeRows))
      yield* eventually(Effect.map(vendor.requests, (all) => all.some(({ path }) => path.endsWith(":batchUpdate"))))
      yield* Fiber.interrupt(writing)
      assert.deepEqual([now(), counters.writes], [[headerRow], 0])
      yield* vendor.clearFaults
      assert.strictEqual((yield* give(threeRows)).inserted, 3)
    })
  )

  const email = "sheets@sandbox-project.iam.gserviceaccount.com"
  const isProtected = {
    error: {
      code: 400,
      message:
        "Invalid requests[0].updateCells: You are trying to edit a protected cell or object. Please contact the spreadsheet owner.",
      status: "INVALID_ARGUMENT"
    }
  }
  type World = Effect.Success<ReturnType<typeof startExport>>
  const refusals: ReadonlyArray<{
    readonly what: string
    readonly rows?: Rows
    readonly given?: RowTexts
    readonly prepare?: (world: World) => Effect.Effect<unknown>
    readonly expected: ReadonlyArray<string>
  }> = [
    {
      what: "a missing tab",
      prepare: ({ tab }) => Effect.sync(() => Object.assign(tab, { title: "старое" })),
      expected: ["«Unable to parse range: 'Лист'»", "check `range`, or `sheet` of an export"]
    },
    {
      what: "access that was revoked",
      prepare: ({ book }) => Effect.sync(() => Object.assign(book, { sharedWith: {} })),
      expected: ["answered 403", `share the spreadsheet with ${email}`]
    },
    {
      what: "an account that may only look",
      prepare: ({ book }) => Effect.sync(() => Object.assign(book, { sharedWith: { [email]: "reader" } })),
      expected: ["POST", "answered 403", "an export needs Editor"]
    },
    {
      what: "protected cells",
      prepare: ({ vendor }) =>
        vendor.fault({
          path: "*:batchUpdate",
          mode: "status",
          status: 400,
          body: JSON.stringify(isProtected),
          contentType: "application/json"
        }),
      expected: ["the cells are protected", `let ${email} edit them`]
    },
    {
      what: "an Office file",
      prepare: ({ book }) => Effect.sync(() => Object.assign(book, { isOffice: true })),
      expected: ["choose File, Save as Google Sheets"]
    },
    {
      what: "a missing header",
      rows: [["Код", "Имя"]],
      expected: ["'Лист'!A1 begins the headers", 'none is "Название"; there are "Код", "Имя"']
    },
    { what: "a blank tab", rows: [], expected: ['none is "Код"; the row is blank'] },
    { what: "a doubled header", rows: [[...headerRow, "Код"]], expected: ["'Лист'!A1 and 'Лист'!E1 both say \"Код\""] },
    {
      what: "a key that stands twice",
      rows: [headerRow, ["a"], ["b"], ["a"]],
      expected: ["'Лист'!A2 and 'Лист'!A4 both have the key \"a\": delete one of the rows"]
    },
    { what: "a key that is given twice", given: [["a"], ["a"]], expected: ['gives "a" twice'] },
    { what: "a key that is empty", given: [["", "x"]], expected: ["gives a row whose key is empty: Код"] },
    {
      what: "a text that no cell holds",
      given: [["a", "x".repeat(50_001)]],
      expected: ["50001 characters", "a cell holds 50000"]
    }
  ]
  for (const { given = threeRows, prepare = () => Effect.void, rows = [headerRow], expected, what } of refusals) {
    it.live(`because of ${what} says what to do, and nothing is written`, () =>
      Effect.gen(function* () {
        const made = yield* startExport(rows)
        yield* prepare(made)
        const before = made.now()
        const { message } = yield* Effect.flip(made.give(given))
        for (const part of expected) assert.include(message, part)
        assert.deepEqual(made.now(), before)
      })
    )
  }

  it.live("because the query lacks a column names those it has", () =>
    Effect.gen(function* () {
      const { give } = yield* startExport([headerRow])
      const { message } = yield* Effect.flip(give([], { types: { code: "text", nmae: "text" } }))
      assert.include(message, 'the query gives no column "name"; it gives "code", "nmae"')
    })
  )
})

it.effect("reads and writes have a token each, and each is asked for when it is needed", () =>
  Effect.gen(function* () {
    const { counters, give, vendor } = yield* startExport([headerRow])
    yield* give(threeRows)
    yield* give(threeRows)
    assert.strictEqual(counters.tokens, 2)
    const scopes = [...vendor.state.tokens.values()].flatMap((token) => token.scopes)
    assert.deepEqual(
      scopes,
      ["spreadsheets.readonly", "spreadsheets"].map((scope) => `https://www.googleapis.com/auth/${scope}`)
    )
    yield* TestClock.adjust("2 hours")
    assert.deepEqual((yield* give(threeRows)).changes, [])
    assert.strictEqual(counters.tokens, 3)
  })
)
