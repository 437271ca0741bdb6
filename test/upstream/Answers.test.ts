import { assert, describe, it } from "@effect/vitest"
import { Channel, Effect, Fiber } from "effect"
import { HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import { foreignText } from "../../core/reason/Reason.ts"
import { failure } from "../../core/upstream/exchange/Failure.ts"
import * as Upstream from "../../core/upstream/exchange/Upstream.ts"
import { records } from "../../core/upstream/records/Records.ts"
import { declaration, json, upstream } from "./vendor.ts"

const get = HttpClientRequest.get("/deals")

describe("answers", () => {
  it.effect("are given up when they do not come in time", () =>
    Effect.gen(function* () {
      const crm = yield* upstream(() => Effect.never, { declaration: declaration({ delays: [] }) })
      const fiber = yield* Effect.forkChild(Effect.flip(Upstream.text(crm, get)))
      yield* TestClock.adjust("61 seconds")
      const error = yield* Fiber.join(fiber)
      assert.strictEqual(error.kind, "Timeout")
      assert.include(error.message, "within 1m; raise limits.timeout")
    })
  )

  it.effect("larger than the limits are refused, by one byte, too", () =>
    Effect.gen(function* () {
      const handler = () => new Response("x".repeat(4096))
      for (const [limits, expected] of [
        [{ maxBytes: 4096, maxHeld: 4096 }, 4096],
        [{ maxBytes: 4095 }, "TooLarge"],
        [{ maxHeld: 4095 }, "TooLarge"]
      ] as const) {
        const crm = yield* upstream(handler, { declaration: declaration({ limits }) })
        const asked = Effect.match(Upstream.text(crm, get), {
          onFailure: ({ kind }) => kind,
          onSuccess: ({ length }) => length
        })
        assert.strictEqual(yield* asked, expected)
      }
    })
  )

  it.effect("are looked into as far as their beginning, however it comes in pieces", () =>
    Effect.gen(function* () {
      const begins = 1 << 14
      for (const cut of [1, begins - 1, begins, begins + 1]) {
        const heads: Array<string> = []
        const pieces = ["a".repeat(cut), "b".repeat(20_000)].map((piece) => new TextEncoder().encode(piece))
        const crm = yield* upstream(() => new Response(ReadableStream.from(pieces)), {
          inspect: ({ head }) => {
            heads.push(head)
            return undefined
          }
        })
        yield* Upstream.text(crm, get)
        assert.deepEqual(heads, [("a".repeat(cut) + "b".repeat(20_000)).slice(0, begins)])
      }
    })
  )

  it.effect(
    "without a place for records are an empty list in XML, where records may lie in the root, and none in JSON",
    () =>
      Effect.gen(function* () {
        const read = (declared: Parameters<typeof records>[0], body: string) =>
          Effect.gen(function* () {
            const crm = yield* upstream(() => new Response(body))
            return yield* Channel.runCollect(records(declared, yield* crm.send(get)))
          }).pipe(Effect.scoped)
        assert.deepEqual(yield* read({ format: "xml", records: "r" }, "<report/>"), [])
        assert.deepEqual(yield* read({ format: "xml", records: "report/rows/r" }, "<report/>"), [])
        const error = yield* Effect.flip(read({ format: "json", records: "/items" }, "{}"))
        assert.include(error.message, 'no value at "/items"')
      })
  )

  it.effect("that say no in the vendor's own way fail as the connector reads them", () =>
    Effect.gen(function* () {
      const crm = yield* upstream(() => json({ status: 422, statusText: "No item found" }), {
        inspect: ({ head, subject }) =>
          head.startsWith(`{"status":422`)
            ? failure(subject, "Status", foreignText("No item found"), { status: 422 })
            : undefined
      })
      const error = yield* Effect.flip(Upstream.text(crm, get))
      assert.strictEqual(error.message, "crm: GET /deals: No item found")
    })
  )
})
