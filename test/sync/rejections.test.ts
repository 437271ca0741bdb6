/** The data kept of records that became no rows. */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { assert, describe, it } from "@effect/vitest"
import { reason } from "../../core/reason/Reason.ts"
import { Rejected } from "../../core/sync/map/Decode.ts"
import { Rejections } from "../../core/sync/map/Rejections.ts"

setFlagsFromString("--expose-gc")
const collect: unknown = runInNewContext("gc")
const heap = () => {
  if (typeof collect === "function") collect()
  return process.memoryUsage().heapUsed
}

describe("rejected records", () => {
  it("are kept as the pieces that are shown of them, not with the whole that those were cut from", () => {
    const rejections = new Rejections(["id"])
    const why = reason("reject.notWhole")
    const before = heap()
    for (let position = 0; position < 3_000; position++) {
      const text = `${position} `.repeat(20_000)
      // The way in which a decoder cuts a key out of a page.
      const key = { id: text.slice(0, 40) }
      rejections.add({ field: "n", key, position, record: { n: text }, rejected: new Rejected(why, text) })
    }
    const held = heap() - before
    assert.strictEqual(rejections.count, 3_000)
    assert.lengthOf(rejections.kept, 1_000)
    assert.strictEqual(rejections.kept[5]?.value?.length, 501)
    assert.strictEqual(rejections.kept[5]?.record?.length, 4_001)
    assert.deepEqual(rejections.keys[0]?.at(-1), "2999 ".repeat(8))
    assert.isBelow(held, 20_000_000)
  })
})
