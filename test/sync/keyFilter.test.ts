import { assert, describe, it } from "@effect/vitest"
import { KeyFilter, ownerOf } from "../../core/sync/map/KeyFilter.ts"

const keys = Array.from({ length: 20_000 }, (_, at) => `key ${at}`)

describe("the keys that came", () => {
  it("are known again however many there are, and a look adds none", () => {
    const filter = new KeyFilter()
    const seen = () => keys.filter((key) => filter.has(key)).length
    assert.strictEqual(seen(), 0)
    assert.strictEqual(keys.filter((key) => filter.add(key)).length, 0)
    assert.strictEqual(seen(), keys.length)
    assert.strictEqual(keys.filter((key) => filter.add(key)).length, keys.length)
    filter.clear()
    assert.strictEqual(seen(), 0)
  })

  it("keep the first who had them, whether some were nobody's before or not, until all are forgotten", () => {
    for (const nobodys of [0, 1, 9_000]) {
      const filter = new KeyFilter()
      const owners = keys.map((_, at) => (at < nobodys ? 0 : ownerOf(`owner ${at % 7}`)))
      const added = keys.filter((key, at) => filter.addOf(key, owners[at] ?? 0) !== undefined)
      assert.deepEqual(added, [])
      const changed = keys.filter((key, at) => filter.addOf(key, ownerOf("somebody else")) !== owners[at])
      assert.deepEqual(changed, [])
      filter.clear()
      assert.isUndefined(filter.addOf("key 1", 0))
      assert.strictEqual(filter.addOf("key 1", ownerOf("late")), 0)
    }
  })
})
