/** Whether a child's key tells its parent from others: rows of parents that were not read must not go. */
import { assert, describe, it } from "@effect/vitest"
import type { Column } from "../../core/config/Column.ts"
import { namesRecord } from "../../core/config/NamedRecord.ts"
import { column, entity } from "../support/source.ts"

const above = (name: string, field: string, more: Partial<Column> = {}) =>
  column(name, "bigint", { source: { _tag: "Pointer", pointer: { up: 1, tokens: [field] } }, ...more })

const shop = column("shop", "text", { source: { _tag: "Parameter", name: "shop" } })
const order = entity("order", { columns: [column("id", "bigint"), column("number", "bigint")] })
const ofShops = entity("order", { key: ["shop", "id"], columns: [shop, column("id", "bigint")] })

const child = (...columns: ReadonlyArray<Column>) =>
  entity("line", {
    parent: "order",
    records: "/lines",
    columns: [...columns, column("no", "bigint")],
    key: ["no", ...columns.map(({ name }) => name)]
  })

describe("a child's key tells its parent from others", () => {
  it("if it holds the parent's whole key as it came", () => {
    assert.isTrue(namesRecord(child(above("of", "id")), order))
    assert.isTrue(namesRecord(child(shop, above("of", "id")), ofShops))
  })

  it.each([
    ["another field of the parent", child(above("of", "number")), order],
    ["a part of the parent's key", child(above("of", "id")), ofShops],
    ["the parent's key of a type that rounds", child(above("of", "id", { type: "integer" })), order],
    ["nothing of the parent", child(), order]
  ])("and not if it holds %s", (_, line, reader) => {
    assert.isFalse(namesRecord(line, reader))
  })

  it("and not if it holds the parent's key changed", () => {
    const changed = above("of", "id", { transform: [] })
    assert.isFalse(namesRecord(child(changed), order))
  })
})
