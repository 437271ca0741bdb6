/** Entities read for each value of a declared list, from YAML to rows. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { layerDatabase } from "../support/database.ts"
import { served, type Vendor } from "./served.ts"

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("an entity read for each value of a list", () => {
    const weather = (values: string, more = "") => `
  weather:
    path: /weather
    query: { city: "{city}" }
    headers: { X-City: "{city}" }
    forEach: { values: ${values}, as: city }
    key: [city, day]
    ${more}
    fields: { city: { from: ../city, type: text }, day: bigint }
  wind:
    parent: weather
    records: /wind
    key: [city, day, hour]
    fields: { city: { value: "{city}", type: text }, day: { from: ../day, type: bigint }, hour: bigint }`
    const vendor =
      (days: Readonly<Record<string, ReadonlyArray<number>>>, asked: Array<string> = []): Vendor =>
      ({ searchParams }) => {
        asked.push(searchParams.toString())
        const found = days[searchParams.get("city") ?? ""]
        const since = Number(searchParams.get("since") ?? 0)
        if (found === undefined) return new Response(null, { status: 404 })
        return Response.json(found.filter((day) => day >= since).map((day) => ({ day, wind: [{ hour: day * 2 }] })))
      }
    const textsOf = (rows: ReadonlyArray<Readonly<Record<string, unknown>>>) =>
      rows.map((row) => Object.values(row).join(" "))

    it.effect("asks for each; rows of a value that is taken out go, within the guard", () =>
      Effect.gen(function* () {
        const asked: Array<string> = []
        const all = vendor({ riga: [1, 2], "7": [1], oslo: [1, 2, 3, 4, 5, 6, 7, 8] }, asked)
        const { rows, sync } = yield* served(weather("[riga, 7, oslo]"))
        assert.deepInclude((yield* sync(all)).weather, { status: "ok", inserted: 11 })
        assert.deepStrictEqual(asked, ["city=riga", "city=7", "city=oslo"])
        assert.include(textsOf(yield* rows("wind")), "7 1 2")
        const fewer = yield* served(weather("[riga, oslo]"))
        const without = yield* fewer.sync(all)
        assert.deepInclude(without.weather, { status: "ok", deleted: 1, unchanged: 10 })
        assert.deepInclude(without.wind, { status: "ok", deleted: 1 })
        const one = yield* served(weather("[riga]"))
        assert.deepInclude((yield* one.sync(all)).weather, { status: "warning", deleted: 0 })
      })
    )

    it.effect("has a cursor for each, which the others' coming and going does not touch", () =>
      Effect.gen(function* () {
        const more = "table: logged_weather\n    incremental: { cursor: day, param: since, initial: 0 }"
        const asked: Array<string> = []
        const all = vendor({ riga: [5], oslo: [9], bonn: [2] }, asked)
        yield* (yield* served(weather("[riga, oslo]", more))).sync(all)
        const { rows, sync } = yield* served(weather("[riga, bonn]", more))
        asked.length = 0
        assert.deepInclude((yield* sync(all)).weather, { status: "ok", inserted: 1 })
        assert.deepStrictEqual(asked, ["city=riga&since=5", "city=bonn&since=0"])
        assert.deepStrictEqual(textsOf(yield* rows("weather")), ["bonn 2", "oslo 9", "riga 5"])
        const again = yield* served(weather("[oslo, bonn]", more))
        asked.length = 0
        yield* again.sync(all)
        assert.deepStrictEqual(asked, ["city=oslo&since=9", "city=bonn&since=2"])
      })
    )

    it.effect("is read in the windows of each", () =>
      Effect.gen(function* () {
        const more = "windows: { from: 2026-01-01, to: 2026-01-14, step: 7d }\n    table: windowed_weather"
        const asked: Array<string> = []
        const windowed = weather("[riga, oslo]", more).replace('city: "{city}" }', 'city: "{city}", from: "{from}" }')
        const { sync } = yield* served(windowed)
        assert.deepInclude((yield* sync(vendor({ riga: [1], oslo: [] }, asked))).weather, { inserted: 1 })
        assert.deepStrictEqual(asked.slice(0, 4), [
          "city=riga&from=2026-01-01",
          "city=riga&from=2026-01-08",
          "city=oslo&from=2026-01-01",
          "city=oslo&from=2026-01-08"
        ])
        // Its record comes in both windows of each, and is another city's in the other two.
        const crossed = windowed.replace("key: [city, day]", "key: day").replaceAll("windowed_weather", "windowed_days")
        const days = yield* (yield* served(crossed)).sync(vendor({ riga: [1], oslo: [1] }), { only: ["weather"] })
        const reasons = days.weather?.reasons.map(({ code, params }) => `${code} ${params.count}`)
        assert.deepStrictEqual(reasons, ["run.crossed 2", "run.folded 1"])
      })
    )
  })
})
