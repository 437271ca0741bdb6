/** Lists inside lists, as XML gives them: one child is an object, two are an array. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { layerDatabase } from "../support/database.ts"
import { column, entity } from "../support/source.ts"
import { syncer, syncerOf, tableOf } from "./fixtures.ts"

const at = (...tokens: ReadonlyArray<string>) => ({ source: { _tag: "Pointer", pointer: { up: 0, tokens } } }) as const

const visit = (...doses: ReadonlyArray<string>) => ({ doses: { dose: doses.length === 1 ? doses[0] : doses } })

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("an element of XML", () => {
    it.effect("is its text with attributes and without, unless it is wanted as a whole", () =>
      Effect.gen(function* () {
        const offer = entity("offer", {
          format: "xml",
          where: [{ pointer: { up: 0, tokens: ["price"] }, comparison: { gt: 1 } }],
          columns: [
            column("id", "bigint"),
            column("name", "text"),
            column("price", "decimal"),
            column("own", "decimal", at("price", "#text")),
            column("currency", "text", at("price", "@cur")),
            column("tags", "text", { ...at("tag"), array: true }),
            column("whole", "json", at("price"))
          ]
        })
        const price = { "@cur": "EUR", "#text": "2.50" }
        const sync = syncerOf(offer)
        const result = yield* sync({
          records: [
            {
              id: "1",
              name: { "@lang": "en", "#text": "Oak" },
              price: "1.50",
              tag: ["a", { "@n": "2", "#text": "b" }]
            },
            { id: "2", name: { "@lang": "de" }, price, tag: "c" },
            { id: "3", name: "Elm", price: { "@cur": "EUR", "#text": "0.50" }, tag: null }
          ]
        })
        assert.deepInclude(result, { status: "ok", inserted: 2, rejected: 0 })
        assert.deepStrictEqual(yield* tableOf(offer), [
          { id: 1n, name: "Oak", price: "1.50", own: "1.50", currency: null, tags: ["a", "b"], whole: "1.50" },
          { id: 2n, name: null, price: "2.50", own: "2.50", currency: "EUR", tags: ["c"], whole: price }
        ])
      })
    )
  })

  describe("what lies behind a list", () => {
    it.effect("is children, whether the list holds one thing or several", () =>
      Effect.gen(function* () {
        const patient = entity("patient", { columns: [column("id", "bigint")] })
        const dose = entity("dose", {
          parent: "patient",
          records: "/visits/visit/doses/dose",
          columns: [
            column("patient", "bigint", { source: { _tag: "Pointer", pointer: { up: 1, tokens: ["id"] } } }),
            column("value", "text")
          ],
          key: ["patient", "value"]
        })
        const sync = syncer([patient, dose])
        const doses = Effect.map(tableOf(dose), (found) => found.map(({ patient, value }) => `${patient}${value}`))
        const visited = (...visits: ReadonlyArray<unknown>) => ({
          records: [
            { id: 1, visits: { visit: visits.length === 1 ? visits[0] : visits } },
            { id: 2, visits: null }
          ]
        })
        yield* sync(visited(visit("a", "b")))
        const [, more] = yield* sync(visited(visit("a", "b"), { doses: null }, visit("c")))
        assert.deepInclude(more, { status: "ok", inserted: 1, deleted: 0 })
        assert.deepStrictEqual(yield* doses, ["1a", "1b", "1c"])
        const [, less] = yield* sync(visited(visit("b", "c"), visit()))
        assert.deepInclude(less, { status: "ok", deleted: 1 })
        assert.deepStrictEqual(yield* doses, ["1b", "1c"])
      })
    )

    it.effect("is a list for a column, which one that holds a single value rejects rather than be emptied", () =>
      Effect.gen(function* () {
        const patient = entity("seen", {
          columns: [
            column("id", "bigint"),
            column("doctors", "text", { array: true, ...at("visits", "visit", "doctor") }),
            column("room", "integer", at("visits", "visit", "room")),
            column("second", "integer", at("visits", "visit", "1", "room"))
          ]
        })
        const sync = syncerOf(patient)
        const one = { doctor: "Ann", room: 7 }
        yield* sync({ records: [{ id: 1, visits: { visit: one } }] })
        assert.deepStrictEqual(yield* tableOf(patient), [{ id: 1n, doctors: ["Ann"], room: 7, second: null }])
        const both = yield* sync({ records: [{ id: 1, visits: { visit: [one, { doctor: "Bob", room: 8 }] } }] })
        assert.match(both.warnings.join(), /room is not a whole number/)
        assert.deepStrictEqual((yield* tableOf(patient))[0]?.room, 7)
        const roomless = { visit: [{ doctor: "Ann" }, { doctor: "Bob" }] }
        assert.deepInclude(yield* sync({ records: [{ id: 1, visits: roomless }] }), { rejected: 0, updated: 1 })
        assert.deepStrictEqual((yield* tableOf(patient))[0], {
          id: 1n,
          doctors: ["Ann", "Bob"],
          room: null,
          second: null
        })
        yield* sync({
          records: [
            { id: 1, visits: [] },
            { id: 2, visits: { visit: [{}, { room: 9 }] } }
          ]
        })
        assert.deepStrictEqual((yield* tableOf(patient))[0], { id: 1n, doctors: null, room: null, second: null })
      })
    )
  })
})
