import { assert, describe, it } from "@effect/vitest"
import { Channel, Effect, Fiber } from "effect"
import { HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import { said } from "../../core/reason/Reason.ts"
import { failure } from "../../core/upstream/Failure.ts"
import { records } from "../../core/upstream/Records.ts"
import * as Upstream from "../../core/upstream/Upstream.ts"
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

  it.effect("larger than the limit are refused", () =>
    Effect.gen(function* () {
      const handler = () => new Response("x".repeat(5000))
      const crm = yield* upstream(handler, { declaration: declaration({ limits: { maxBytes: 4096 } }) })
      assert.strictEqual((yield* Effect.flip(Upstream.text(crm, get))).kind, "TooLarge")
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
            ? failure(subject, "Status", said("No item found"), { status: 422 })
            : undefined
      })
      const error = yield* Effect.flip(Upstream.text(crm, get))
      assert.strictEqual(error.message, "crm: GET /deals: No item found")
    })
  )
})
