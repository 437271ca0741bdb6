/** Lists inside records that are only a beginning: what is behind it is not gone. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { layerDatabase } from "../support/database.ts"
import { answers, served, type Vendor } from "./served.ts"

const nested = (prefix: string) => `
  ${prefix}_order: { path: /orders, key: id, fields: { id: bigint } }
  ${prefix}_package: { parent: ${prefix}_order, records: /packages/nodes, key: id, fields: { id: bigint, of: { from: ../id, type: bigint } } }
  ${prefix}_item: { parent: ${prefix}_package, records: /items, key: id, fields: { id: bigint, of: { from: ../id, type: bigint } } }`

const packages = (ids: ReadonlyArray<number>, more: object) => [
  { id: 1, packages: { nodes: ids.map((id) => ({ id, items: [{ id: 10 * id }], next: 9 })), ...more } },
  { id: 2, packages: { nodes: [{ id: 9, items: [] }] } }
]

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a list inside a record", () => {
    it.effect.each([
      ["page_info", { pageInfo: { hasNextPage: true, endCursor: "c" } }],
      ["has_more", { has_more: true }],
      ["next", { next: "/orders/1/packages?page=2" }],
      ["links", { _links: { next: { href: "/orders/1/packages?page=2" } } }]
    ] as const)("that says that it goes on deletes nothing, at any level below: %s", ([prefix, more]) =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(nested(prefix))
        yield* sync(answers(packages([1, 2, 3], {})))
        const cut = yield* sync(answers(packages([1], more)))
        for (const name of ["package", "item"]) {
          const result = cut[`${prefix}_${name}`]
          assert.deepInclude(result, { status: "warning", deleted: 0 })
          assert.deepStrictEqual(
            result?.reasons.map(({ code }) => code),
            ["run.continued"]
          )
        }
        assert.lengthOf(yield* rows(`${prefix}_package`), 4)
        assert.lengthOf(yield* rows(`${prefix}_item`), 3)
      })
    )

    it.effect.each([
      ["second_lacks", {}],
      ["second_goes_on", { packages: { nodes: [{ id: 1, items: [] }], pageInfo: { hasNextPage: true } } }],
      ["second_fails", { packages: { error: "timeout" } }]
    ] as const)("that is cut in the second read confirms nothing: %s", ([prefix, cut]) =>
      Effect.gen(function* () {
        const paged = nested(prefix).replace(
          "key: id,",
          "page: { type: page, size: 1, param: page, first: 1 }, key: id,"
        )
        const { rows, sync } = yield* served(paged)
        /** The reads of the list that begin; the second one gets `again`. */
        const vendor = (first: ReadonlyArray<object>, again: ReadonlyArray<object>): Vendor => {
          let reads = 0
          return ({ searchParams }) => {
            const page = Number(searchParams.get("page"))
            if (page === 1) reads += 1
            return Response.json((reads === 1 ? first : again).slice(page - 1, page))
          }
        }
        const whole = packages([1, 2, 3], {})
        yield* sync(vendor(whole, whole))
        const short = packages([1], {})
        const [, other = {}] = short
        const result = yield* sync(vendor(short, [{ id: 1, ...cut }, other]))
        const confirmed = result[`${prefix}_package`]
        assert.deepInclude(confirmed, { status: "warning", deleted: 0 })
        assert.include(confirmed?.warnings[0], "lacks the list of its children, or has only the beginning of it")
        assert.lengthOf(yield* rows(`${prefix}_package`), 4)
        const again = yield* sync(vendor(short, short))
        assert.deepInclude(again[`${prefix}_package`], { status: "ok", deleted: 2 })
      })
    )

    it.effect("that another record lacks in the second read than in the first one confirms nothing", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(`
  turn_order: { path: /orders, key: id, page: { type: page, size: 1, param: page, first: 1 }, fields: { id: bigint } }
  turn_line: { parent: turn_order, records: /lines, key: [of, n], fields: { of: { from: ../id, type: bigint }, n: bigint } }`)
        const reads = (...all: ReadonlyArray<ReadonlyArray<object>>): Vendor => {
          let at = -1
          return ({ searchParams }) => {
            const page = Number(searchParams.get("page"))
            if (page === 1) at = Math.min(at + 1, all.length - 1)
            return Response.json((all[at] ?? []).slice(page - 1, page))
          }
        }
        const order = (id: number, ...lines: ReadonlyArray<number>) => ({ id, lines: lines.map((n) => ({ n })) })
        yield* sync(reads([order(1, 1, 2), order(2, 1)]))
        const first = [order(1, 1), { id: 2 }]
        const { turn_line: turned } = yield* sync(reads(first, [{ id: 1 }, order(2, 1)]))
        assert.deepInclude(turned, { status: "warning", deleted: 0 })
        assert.lengthOf(yield* rows("turn_line"), 3)
        const { turn_line: same } = yield* sync(reads(first, first))
        assert.deepInclude(same, { status: "ok", deleted: 1 })
      })
    )

    it.effect("that a record of one parent lacks in place of that of another one confirms nothing", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(`
  town_order:
    path: "/{town}/orders"
    forEach: { values: [riga, bonn], as: town }
    key: [town, id]
    page: { type: page, size: 1, param: page, first: 1 }
    fields: { town: { value: "{town}", type: text }, id: bigint }
  town_line:
    parent: town_order
    records: /lines
    key: [town, of, n]
    fields: { town: { value: "{town}", type: text }, of: { from: ../id, type: bigint }, n: bigint }`)
        const order = (id: number, ...lines: ReadonlyArray<number>) => ({ id, lines: lines.map((n) => ({ n })) })
        type Towns = Readonly<Record<"riga" | "bonn", ReadonlyArray<object>>>
        const reads = (first: Towns, again: Towns): Vendor => {
          let reads = 0
          return ({ pathname, searchParams }) => {
            const page = Number(searchParams.get("page"))
            const town = pathname.startsWith("/riga") ? "riga" : "bonn"
            if (page === 1 && town === "riga") reads += 1
            return Response.json((reads === 1 ? first : again)[town].slice(page - 1, page))
          }
        }
        const all = { riga: [order(1, 1, 2), order(2, 1)], bonn: [order(1, 1), order(2, 1)] }
        yield* sync(reads(all, all))
        const first = { riga: [order(1, 1), order(2, 1)], bonn: [{ id: 1 }, order(2, 1)] }
        const { town_line: turned } = yield* sync(reads(first, { riga: [{ id: 1 }, order(2, 1)], bonn: all.bonn }))
        assert.deepInclude(turned, { status: "warning", deleted: 0 })
        assert.lengthOf(yield* rows("town_line"), 5)
      })
    )

    const unread = (prefix: string, fail: string) =>
      Effect.gen(function* () {
        const declared = nested(prefix)
          .replaceAll("path: /orders,", `path: /orders, ${fail}`)
          .replaceAll("records: /packages/nodes,", "records: /packages/nodes, optional: true,")
        const { rows, sync } = yield* served(declared)
        yield* sync(answers(packages([1, 2, 3], {})))
        const [order, ...others] = packages([1], {})
        const failed = [{ ...order, packages: { error: "timeout" } }, ...others]
        const { [`${prefix}_package`]: result } = yield* sync(answers(failed))
        return { codes: result?.reasons.map(({ code }) => code), left: (yield* rows(`${prefix}_package`)).length }
      })

    it.effect("beside an error deletes nothing, unless errors mean none", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* unread("failing", ""), { codes: ["run.listError"], left: 4 })
        assert.deepStrictEqual(yield* unread("harmless", "guard: { floor: 9 }, fail: none,"), { codes: [], left: 1 })
      })
    )

    it.effect.each([
      ["ended", { pageInfo: { hasNextPage: false, endCursor: "c" }, next: "/again" }],
      ["last", { next: null, has_more: false }],
      ["plain", { total: 12 }]
    ] as const)("that has ended is whole: %s", ([prefix, more]) =>
      Effect.gen(function* () {
        const { sync } = yield* served(nested(prefix))
        yield* sync(answers(packages([1, 2, 3], more)))
        const { [`${prefix}_package`]: result } = yield* sync(answers(packages([1, 2], more)))
        assert.deepInclude(result, { status: "ok", deleted: 1, warnings: [] })
      })
    )
  })
})
