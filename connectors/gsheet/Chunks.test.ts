import { assert, describe, it } from "@effect/vitest"
import { chunksOf } from "./Chunks.ts"

const sizeOf = (item: number) => item

describe("the parts of a list", () => {
  it("are as full as the limit of their size allows, in order", () => {
    assert.deepEqual(chunksOf([3, 4, 3, 1, 9], sizeOf, { size: 10 }), [
      [3, 4, 3],
      [1, 9]
    ])
    assert.deepEqual(chunksOf([6, 5], sizeOf, { size: 10 }), [[6], [5]])
  })

  it("have no more items than they may", () => {
    assert.deepEqual(chunksOf([1, 1, 1, 1, 1], sizeOf, { size: 10, count: 2 }), [[1, 1], [1, 1], [1]])
  })

  it("hold what is larger than a part alone, and there are none of nothing", () => {
    assert.deepEqual(chunksOf([1, 20, 1], sizeOf, { size: 10 }), [[1], [20], [1]])
    assert.deepEqual(chunksOf([], sizeOf, { size: 10 }), [])
  })
})
