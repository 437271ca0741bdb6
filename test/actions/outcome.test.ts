import { createServer } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit } from "effect"
import { HttpClientRequest } from "effect/http"
import { outcomeOf } from "../../core/actions/Outcome.ts"
import { ActionRefused } from "../../core/plugin/Action.ts"
import { foreignText, reason } from "../../core/reason/Reason.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import * as Upstream from "../../core/upstream/exchange/Upstream.ts"
import { UpstreamError } from "../../core/upstream/Source.ts"
import { declaration, makeUpstream, serve } from "../upstream/vendor.ts"

/** What a POST to a vendor over real sockets comes to. */
const posted = Effect.fnUntraced(
  function* (baseUrl: string) {
    const upstream = yield* makeUpstream({ declaration: declaration({ limits: { concurrency: 1 } }), baseUrl })
    const sent = Upstream.text(
      upstream,
      HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post("/write-off"), { n: 1 })
    )
    return outcomeOf(yield* Effect.exit(sent))
  },
  Effect.provide(layerHttp),
  Effect.scoped
)

/** Nobody listens there. */
const closedPort = Effect.callback<string>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`)))
  })
})

describe("the outcome of a request", () => {
  it.live("is failed when no connection was made", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* posted(yield* closedPort)).status, "failed")
      assert.strictEqual((yield* posted("http://no-such-host.invalid")).status, "failed")
    })
  )

  it("is failed when no connection was made, however deep that is told", () => {
    const statusOf = (code: string) => {
      const cause = new Error("fetch failed", { cause: Object.assign(new Error("connect"), { code }) })
      return outcomeOf(Exit.fail(new UpstreamError({ kind: "Unreachable", reason: foreignText("away"), cause }))).status
    }
    assert.deepEqual([statusOf("ECONNREFUSED"), statusOf("ECONNRESET")], ["failed", "unknown"])
  })

  it.live("is unknown when the connection broke off, before or within the answer", () =>
    Effect.gen(function* () {
      const silent = yield* serve((request) => void request.socket.destroy())
      assert.strictEqual((yield* posted(silent)).status, "unknown")
      const cut = yield* serve((request, response) => {
        response.writeHead(200, { "content-length": "100" })
        response.write("half", () => request.socket.destroy())
      })
      assert.strictEqual((yield* posted(cut)).status, "unknown")
    })
  )

  for (const [code, status] of [
    [200, "done"],
    [303, "unknown"],
    [400, "failed"],
    [403, "failed"],
    [404, "failed"],
    [408, "unknown"],
    [409, "failed"],
    [429, "failed"],
    [500, "unknown"],
    [502, "unknown"],
    [503, "unknown"]
  ] as const) {
    it.live(`is ${status} when ${code} is answered`, () =>
      Effect.gen(function* () {
        const url = yield* serve((_, response) => {
          response.writeHead(code, { "retry-after": "1", location: "/" })
          response.end("said")
        })
        assert.strictEqual((yield* posted(url)).status, status)
      })
    )
  }

  it("is failed for what was never sent or was refused, and unknown for everything else", () => {
    const of = (...kinds: ReadonlyArray<UpstreamError["kind"]>) =>
      kinds.map((kind) => outcomeOf(Exit.fail(new UpstreamError({ kind, reason: foreignText(kind) }))).status)
    assert.deepEqual(of("Declaration", "CircuitOpen", "Unauthorized", "RateLimited"), Array(4).fill("failed"))
    assert.deepEqual(of("Timeout", "Format", "TooLarge", "Unreachable", "Status"), Array(5).fill("unknown"))
    assert.deepEqual(outcomeOf(Exit.fail(new ActionRefused({ reason: foreignText("no") }))), {
      status: "failed",
      why: foreignText("no")
    })
    assert.deepEqual(outcomeOf(Exit.interrupt(1)), {
      status: "unknown",
      why: reason("action.interruptedSending")
    })
    assert.deepEqual(outcomeOf(Exit.die("oops")), {
      status: "unknown",
      why: reason("action.unexpected", { text: "oops" })
    })
    const both = Cause.combine(Cause.fail(new ActionRefused({ reason: foreignText("no") })), Cause.die("oops"))
    assert.strictEqual(outcomeOf(Exit.failCause(both)).status, "unknown")
    const no = Cause.fail(new ActionRefused({ reason: foreignText("no") }))
    const late = Cause.fail(new UpstreamError({ kind: "Timeout", reason: foreignText("late") }))
    for (const causes of [Cause.combine(no, late), Cause.combine(late, no)]) {
      assert.strictEqual(outcomeOf(Exit.failCause<UpstreamError | ActionRefused>(causes)).status, "unknown")
    }
    assert.strictEqual(outcomeOf(Exit.failCause(Cause.combine(no, no))).status, "failed")
  })
})
