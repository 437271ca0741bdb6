import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect } from "effect"
import { type HttpClientRequest, UrlParams } from "effect/http"
import { TestClock } from "effect/testing"
import type { Entity } from "../../core/config/Entity.ts"
import type { DateValue } from "../../core/config/RequestTemplate.ts"
import { formatDate } from "../../core/config/values/DatePattern.ts"
import { requestsOf } from "../../core/upstream/RequestBuilder.ts"
import type { ReadOptions } from "../../core/upstream/Source.ts"
import { entity } from "./vendor.ts"

const request = (changes: Partial<Entity["request"]>, options: ReadOptions = {}, more: Partial<Entity> = {}) =>
  Effect.map(
    requestsOf(
      entity({ request: { method: "GET", path: "/deals", query: {}, headers: {}, ...changes }, ...more }),
      options
    ),
    (requestOf) => requestOf({ query: {} })
  )

const bodyText = ({ body }: HttpClientRequest.HttpClientRequest) =>
  body._tag === "Uint8Array" ? { type: body.contentType, text: new TextDecoder().decode(body.body) } : undefined

const date = (value: Partial<DateValue>): DateValue => ({
  date: "today",
  offset: Duration.zero,
  sign: 1,
  format: "yyyy-MM-dd'T'HH:mm:ss.SSS",
  ...value
})

describe("a request", () => {
  it.effect("has its placeholders filled, encoded in the path, typed in the body", () =>
    Effect.gen(function* () {
      const built = yield* request(
        {
          method: "POST",
          path: "/stores/{id}/stock/{name}",
          query: { filter: "store-{id}", keep: "{other}", day: "{id:yyyy}" },
          headers: { "X-Store": "{id}" },
          body: { store: "{id}", note: "for {name}", list: ["{id}", null, true] }
        },
        { params: { id: 7, name: "Кафе / 1" } }
      )
      assert.strictEqual(built.headers["x-store"], "7")
      assert.strictEqual(built.url, `/stores/7/stock/${encodeURIComponent("Кафе / 1")}`)
      assert.strictEqual(UrlParams.toString(built.urlParams), "filter=store-7&keep=%7Bother%7D&day=%7Bid%3Ayyyy%7D")
      assert.deepEqual(bodyText(built), {
        type: "application/json",
        text: '{"store":7,"note":"for Кафе / 1","list":[7,null,true]}'
      })
    })
  )

  it.effect("repeats the parameter of a list, leaves out a null, and carries the cursor", () =>
    Effect.gen(function* () {
      const built = yield* request(
        { query: { rootType: ["Account", "Unit"], deleted: false, none: null, to: "{cursor}", day: "{cursor:yyyy}" } },
        { since: "2026-01-02" },
        { incremental: { cursor: "at", param: "from", overlap: Duration.zero, format: "iso" } }
      )
      assert.strictEqual(
        UrlParams.toString(built.urlParams),
        "rootType=Account&rootType=Unit&deleted=false&to=2026-01-02&day=%7Bcursor%3Ayyyy%7D&from=2026-01-02"
      )
    })
  )

  it.effect("is a form when its headers say so", () =>
    Effect.gen(function* () {
      const built = yield* request({
        method: "POST",
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: { ids: ["a", "b"], name: "x y" }
      })
      assert.strictEqual(bodyText(built)?.text, "ids=a&ids=b&name=x+y")
    })
  )

  it.effect("whose path lacks a value, or whose timezone does not exist, is not sent", () =>
    Effect.gen(function* () {
      const lacking = yield* Effect.flip(request({ path: "/stores/{id}" }, { params: { id: null } }))
      assert.strictEqual(lacking.kind, "Declaration")
      assert.strictEqual(lacking.message, "crm.deal: {id} in the path has no value; name its column in forEach")
      const nowhere = yield* Effect.flip(request({}, {}, { timezone: "Mars/Base" }))
      assert.include(nowhere.message, "Mars/Base")
    })
  )

  it.effect("whose path a value would make another address is not sent", () =>
    Effect.gen(function* () {
      for (const [path, id] of [
        ["/stores/{id}/stock", "."],
        ["/stores/{id}/stock", ".."],
        ["/stores/{id}/stock", ""],
        ["/stores/{id}", ".."],
        ["/stores/.{id}?all=1", "."],
        ["/stores/s{id}", ""],
        ["{id}/stock", ".."]
      ] as const) {
        const refused = yield* Effect.flip(request({ path }, { params: { id } }))
        assert.strictEqual(refused.kind, "Declaration")
        assert.strictEqual(
          refused.message,
          `crm.deal: {id} in the path is ${JSON.stringify(id)}, which would make it another address; correct that value or leave it out of what forEach goes through`
        )
      }
      for (const [path, id, url] of [
        ["/stores/{id}/stock", "...", "/stores/.../stock"],
        ["/stores/{id}.json", ".", "/stores/..json"],
        ["/stores/{id}", "%2e%2e", "/stores/%252e%252e"],
        ["/stores/{id}", "../x", "/stores/..%2Fx"],
        ["/stores?parent={id}", "..", "/stores?parent=.."]
      ] as const) {
        assert.strictEqual((yield* request({ path }, { params: { id } })).url, url)
      }
    })
  )

  it.effect("has dates of the entity's timezone, by the calendar over a change of the clocks", () =>
    Effect.gen(function* () {
      const query = {
        now: date({ date: "now" }),
        today: date({}),
        monthAgo: date({ sign: -1, offset: Duration.days(30), format: "dd.MM.yyyy HH:mm" }),
        soon: date({ date: "now", offset: Duration.minutes(90), format: "unix" })
      }
      yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe("2026-04-10T22:30:00Z")))
      const built = yield* request({ query }, {}, { timezone: "Europe/Berlin" })
      assert.deepEqual(Object.fromEntries(built.urlParams.params), {
        now: "2026-04-11T00:30:00.000",
        today: "2026-04-11T00:00:00.000",
        monthAgo: "12.03.2026 00:00",
        soon: String(DateTime.toEpochMillis(DateTime.makeUnsafe("2026-04-11T00:00:00Z")) / 1000)
      })
    })
  )
})

it("a date pattern knows its letters and quoted text", () => {
  const at = DateTime.makeZonedUnsafe("2026-03-05T04:07:09.012Z", { timeZone: "Europe/Kaliningrad" })
  assert.strictEqual(formatDate(at, "dd.MM.yyyy"), "05.03.2026")
  assert.strictEqual(formatDate(at, "d/M/yy H:m"), "5/3/26 6:7")
  assert.strictEqual(formatDate(at, "yyyy-MM-dd'T'HH:mm:ss.SSS"), "2026-03-05T06:07:09.012")
  assert.strictEqual(formatDate(at, "'day' dd ss.S SSSSSS"), "day 05 09.0 012000")
  assert.strictEqual(formatDate(at, "iso"), "2026-03-05T04:07:09.012Z")
  assert.strictEqual(formatDate(at, "unix-ms"), "1772683629012")
  assert.strictEqual(formatDate(at, "unix-us"), "1772683629012000")
})
