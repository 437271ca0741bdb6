/** Lists inside records that are only a beginning: what is behind it is not gone. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { layerDatabase } from "../support/database.ts"
import { answers, served } from "./served.ts"

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
