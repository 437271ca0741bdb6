/** The data kept of records that became no rows. */
import { assert, describe, it } from "@effect/vitest"
import { reason } from "../../core/reason/Reason.ts"
import { RejectedValue } from "../../core/sync/map/ColumnDecoder.ts"
import { Rejections } from "../../core/sync/map/Rejections.ts"
import { collectGarbage } from "../support/collectGarbage.ts"

const heap = () => {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

describe("rejected records", () => {
  it("are kept as the pieces that are shown of them, not with the whole that those were cut from", () => {
    const rejections = new Rejections(["id"], true)
    const why = reason("reject.notWhole")
    const before = heap()
    for (let position = 0; position < 3_000; position++) {
      const text = `${position} `.repeat(20_000)
      // The way in which a decoder cuts a key out of a page.
      const key = { id: text.slice(0, 40) }
      rejections.add({ field: "n", key, position, record: { n: text }, rejected: new RejectedValue(why, text) })
    }
    const held = heap() - before
    assert.strictEqual(rejections.rejected, 3_000)
    assert.lengthOf(rejections.rejects, 1_000)
    assert.strictEqual(rejections.rejects[5]?.value?.length, 501)
    assert.strictEqual(rejections.rejects[5]?.record?.length, 4_001)
    assert.deepEqual(rejections.protectedKeys[0]?.at(-1), "2999 ".repeat(8))
    assert.isBelow(held, 20_000_000)
  })

  it("have no object or list for a value where personal data could be in it", () => {
    const shownOf = (value: unknown, personal: ReadonlyArray<readonly [string]>, isPersonal = false) => {
      const places = personal.map((way) => ({ by: "drop", ways: [way] }) as const)
      const rejections = new Rejections(["id"], true, places)
      const rejected = new RejectedValue(reason("reject.notWhole"), value)
      rejections.add({ field: "n", isPersonal, key: { id: "1" }, position: 1, record: {}, rejected })
      return rejections.rejects[0]?.value
    }
    assert.strictEqual(shownOf({ a: 1 }, []), '{"a":1}')
    assert.strictEqual(shownOf("text", [["phone"]]), '"text"')
    assert.isNull(shownOf("text", [["phone"]], true))
    assert.isNull(shownOf({ a: 1 }, [["phone"]]))
    assert.isNull(shownOf(["a"], [["phone"]]))
  })

  it("have a key as it is shown, and keys of a hundred megabytes are not held: of those it is counted how many there are", () => {
    const rejections = new Rejections(["id", "place"], true)
    const why = reason("reject.notWhole")
    const add = (id: string) =>
      rejections.add({
        field: "n",
        key: { id, place: "x" },
        position: 1,
        record: {},
        rejected: new RejectedValue(why, null)
      })
    const before = heap()
    for (let at = 0; at < 1_000; at++) add(`${at} `.repeat(30_000).slice(0, 100_000))
    assert.isBelow(heap() - before, 20_000_000)
    const [ids = [], places = []] = rejections.protectedKeys
    assert.lengthOf(places, ids.length)
    assert.strictEqual(ids.length + rejections.keysBeyond, 1_000)
    assert.isAbove(rejections.keysBeyond, 800)
    assert.strictEqual(rejections.unreadableKeys, 0)
    assert.deepEqual(rejections.rejects.at(-1)?.key, { id: `${"999 ".repeat(125)}…`, place: "x" })
    // What comes later and is short still is.
    add("short")
    assert.strictEqual(ids.at(-1), "short")
    rejections.reset(0, 0)
    assert.deepEqual([rejections.protectedKeys, rejections.keysBeyond], [[[], []], 0])
  })

  it("of an entity that deletes nothing need no keys", () => {
    const rejections = new Rejections(["id"], false)
    const rejected = new RejectedValue(reason("reject.notWhole"), null)
    rejections.add({ field: "n", key: { id: "a" }, position: 1, record: {}, rejected })
    rejections.add({ field: "n", key: undefined, position: 2, record: {}, rejected })
    assert.deepEqual([rejections.protectedKeys, rejections.unreadableKeys, rejections.keysBeyond], [[[]], 1, 0])
  })
})
