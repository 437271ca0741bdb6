import { assert, it } from "@effect/vitest"
import { Effect, Fiber, Metric } from "effect"
import { HttpClientRequest } from "effect/http"
import { PrometheusMetrics } from "effect/observability"
import { TestClock } from "effect/testing"
import * as Upstream from "../../core/upstream/exchange/Upstream.ts"
import { upstream } from "../upstream/vendor.ts"

it.effect("metrics count what is sent to a vendor, what comes back and what is waited for", () => {
  const answers = [new Response("no", { status: 503 }), new Response("0123456789")]
  return Effect.gen(function* () {
    const vendor = yield* upstream(() => answers.shift() ?? new Response())
    const reading = yield* Effect.forkChild(Upstream.text(vendor, HttpClientRequest.get("/deals")))
    yield* TestClock.adjust("2 seconds")
    assert.strictEqual(yield* Fiber.join(reading), "0123456789")
    const lines = (yield* PrometheusMetrics.format()).split("\n")
    assert.include(lines, 'tributary_vendor_requests_total{connector="crm"} 2')
    assert.include(lines, 'tributary_vendor_received_bytes_total{connector="crm"} 12')
    for (const status of ["2xx", "5xx"]) {
      assert.include(lines, `tributary_vendor_request_duration_seconds_count{connector="crm",status="${status}"} 1`)
    }
    const waited = lines.find((line) =>
      line.startsWith('tributary_budget_wait_seconds_total{connector="crm",reason="retry"} ')
    )
    assert.approximately(Number(waited?.split(" ")[1]), 1, 0.2)
  }).pipe(Effect.scoped, Effect.provideService(Metric.MetricRegistry, new Map()))
})
