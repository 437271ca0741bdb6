/** Long work and everybody else's turns. */
import { assert, describe, it } from "@effect/vitest"
import { Channel, Effect } from "effect"
import { HttpClientRequest } from "effect/http"
import { pieceBytes } from "../../core/upstream/exchange/Exchange.ts"
import { yieldTurn } from "../../core/upstream/exchange/YieldTurn.ts"
import { upstream } from "./vendor.ts"

/** Work of some milliseconds; on a busy machine of more. */
const piece = 3

const work = Effect.sync(() => {
  for (const since = performance.now(); performance.now() - since < piece; );
})

describe("long work in pieces", () => {
  it.live("gives way after some milliseconds, which all such work shares", () =>
    Effect.gen(function* () {
      let pieces = 0
      let most = 0
      const turns = setInterval(() => {
        most = Math.max(most, pieces)
        pieces = 0
      }, 0)
      yield* Effect.addFinalizer(() => Effect.sync(() => clearInterval(turns)))
      const one = Effect.tap(work, () =>
        Effect.suspend(() => {
          pieces++
          return yieldTurn
        })
      )
      const readers = 4
      yield* Effect.all(
        Array.from({ length: readers }, () => Effect.forEach(Array(50), () => one, { discard: true })),
        {
          concurrency: "unbounded"
        }
      )
      assert.isAbove(Math.max(most, pieces), 0)
      // Ten milliseconds of pieces, and the one that each of them has begun by then; twice, where the loop was at its events.
      assert.isAtMost(Math.max(most, pieces), 2 * (Math.ceil(10 / piece) + readers))
    })
  )

  it.effect("is what reading an answer is, however large the chunks are in which it comes", () =>
    Effect.gen(function* () {
      const body = Uint8Array.from({ length: 3 * (1 << 20) + 7 }, (_, at) => at % 251)
      const crm = yield* upstream(() => new Response(body))
      const answer = yield* crm.send(HttpClientRequest.get("/deals"))
      const pieces = (yield* Channel.runCollect(answer.body)).flat()
      assert.isAtMost(Math.max(...pieces.map(({ length }) => length)), pieceBytes)
      assert.deepEqual(Buffer.concat(pieces), Buffer.from(body))
    }).pipe(Effect.scoped)
  )
})
