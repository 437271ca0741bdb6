import { createServer } from "node:http"
import { createServer as createSilent, type Server } from "node:net"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Context, Effect, Layer, Logger, Metric, Schema } from "effect"
import { HttpServer, HttpServerRequest, HttpServerResponse } from "effect/http"
import { type LogLine, lineOf } from "../../core/observe/LogLine.ts"
import * as Metrics from "../../core/observe/Metrics.ts"
import { remember } from "../../core/observe/Secrets.ts"
import * as Telemetry from "../../core/observe/Telemetry.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { layerDatabase } from "../support/database.ts"
import { entity, layerSync } from "../support/source.ts"

const Attributes = Schema.Array(
  Schema.Struct({ key: Schema.String, value: Schema.Record(Schema.String, Schema.Unknown) })
)
const Span = Schema.Struct({
  name: Schema.String,
  traceId: Schema.String,
  spanId: Schema.String,
  parentSpanId: Schema.optional(Schema.String),
  attributes: Attributes
})
const Traces = Schema.Struct({
  resourceSpans: Schema.Array(
    Schema.Struct({
      resource: Schema.Struct({ attributes: Attributes }),
      scopeSpans: Schema.Array(Schema.Struct({ spans: Schema.Array(Span) }))
    })
  )
})
const decodeTraces = Schema.decodeUnknownSync(Schema.fromJsonString(Traces))

const textOf = (attributes: typeof Attributes.Type, key: string) =>
  attributes.find((attribute) => attribute.key === key)?.value.stringValue

/** A collector that keeps what it is sent, until the scope closes. */
const makeCollector = Effect.gen(function* () {
  const received: Array<{ readonly path: string; readonly key: string | undefined; readonly body: string }> = []
  const server = Context.get(
    yield* Layer.build(NodeHttpServer.layer(() => createServer(), { host: "127.0.0.1", port: 0 })),
    HttpServer.HttpServer
  )
  yield* server.serve(
    Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      received.push({ path: request.url, key: request.headers["x-key"], body: yield* request.text })
      return HttpServerResponse.text("{}", { contentType: "application/json" })
    })
  )
  const url = yield* HttpServer.addressFormattedWith(Effect.succeed).pipe(
    Effect.provideService(HttpServer.HttpServer, server)
  )
  const bodies = (signal: string) => received.flatMap(({ body, path }) => (path === `/v1/${signal}` ? [body] : []))
  return {
    variables: {
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json"
    },
    received,
    bodies,
    resources: () => bodies("traces").flatMap((body) => decodeTraces(body).resourceSpans),
    spans: () =>
      bodies("traces").flatMap((body) =>
        decodeTraces(body).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
      )
  }
})

/** Takes connections, and that is all. */
const silent = Effect.map(
  Effect.acquireRelease(
    Effect.callback<Server>((resume) => {
      const server = createSilent().listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close())
  ),
  (server) => {
    const address = server.address()
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : address}`
  }
)

/** The effect below a span of a command, with everything sent when it ends. */
const withTelemetry = <A, E, R>(effect: Effect.Effect<A, E, R>, environment: Readonly<Record<string, string>>) =>
  effect.pipe(
    Effect.provide(Telemetry.layer(environment)),
    Effect.withSpan("cli.start"),
    Effect.provideService(Metric.MetricRegistry, new Map())
  )

const [thing, other] = [entity("thing"), entity("other")]

const syncBoth = Effect.gen(function* () {
  const sync = yield* Sync
  yield* sync.run([thing, other], { trigger: "test", actor: null })
  yield* sync.run([thing], { trigger: "test", actor: null })
}).pipe(Effect.provide(layerSync([thing, other], () => ({})).pipe(Layer.provideMerge(layerDatabase))))

describe("telemetry", () => {
  it.live("tells a collector of every sync as a trace of its own, and of the metrics", () =>
    Effect.gen(function* () {
      const collector = yield* makeCollector
      yield* withTelemetry(syncBoth, {
        ...collector.variables,
        OTEL_EXPORTER_OTLP_HEADERS: "x-key=k%20ey",
        OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=test"
      })
      const spans = collector.spans()
      const syncs = spans.filter(({ name }) => name === "Sync.run")
      assert.lengthOf(syncs, 2)
      assert.deepEqual(
        syncs.map(({ parentSpanId }) => parentSpanId),
        [undefined, undefined]
      )
      assert.notStrictEqual(syncs[0]?.traceId, syncs[1]?.traceId)
      const runs = spans.filter(({ name }) => name === "Pipeline.run")
      assert.sameDeepMembers(
        runs.map(({ attributes, parentSpanId }) => [
          textOf(attributes, "connector"),
          textOf(attributes, "entity"),
          parentSpanId
        ]),
        [
          ["fake", "thing", syncs[0]?.spanId],
          ["fake", "other", syncs[0]?.spanId],
          ["fake", "thing", syncs[1]?.spanId]
        ]
      )
      const [resource] = collector.resources()
      assert.strictEqual(textOf(resource?.resource.attributes ?? [], "service.name"), "tributary")
      assert.strictEqual(textOf(resource?.resource.attributes ?? [], "deployment.environment"), "test")
      const metrics = collector.bodies("metrics").join()
      for (const name of ["tributary_runs_total", "tributary_run_duration_seconds"]) assert.include(metrics, name)
      assert.include(collector.bodies("logs").join(), "the run ended")
      assert.deepEqual([...new Set(collector.received.map(({ key }) => key))], ["k ey"])
    })
  )

  it.live("names the exported span in the log, so that one leads to the other", () =>
    Effect.gen(function* () {
      const collector = yield* makeCollector
      const lines: Array<LogLine> = []
      const log = Effect.withSpan(Effect.logInfo("here"), "work")
      const loggers = Logger.layer([Logger.make((options) => lines.push(lineOf(options)))])
      yield* Effect.provide(withTelemetry(log, collector.variables), loggers)
      yield* Effect.provide(withTelemetry(log, {}), loggers)
      const [span] = collector.spans()
      assert.deepInclude(lines[0]?.fields, { trace_id: span?.traceId, span_id: span?.spanId })
      assert.deepEqual(lines[1]?.fields, {})
    })
  )

  it.live("holds no secret, in attributes, errors and logs", () =>
    Effect.gen(function* () {
      remember("otel-secret/4711")
      const collector = yield* makeCollector
      const work = Effect.gen(function* () {
        yield* Effect.annotateCurrentSpan({ url: `https://x/?k=${encodeURIComponent("otel-secret/4711")}` })
        yield* Effect.logError("otel-secret/4711").pipe(Effect.annotateLogs({ token: "otel-secret/4711" }))
        return yield* Effect.die(new Error("refused otel-secret/4711"))
      }).pipe(Effect.withSpan("work"), Effect.exit)
      yield* withTelemetry(work, collector.variables)
      const sent = collector.received.map(({ body }) => body).join()
      assert.include(sent, "https://x/?k=<redacted>")
      assert.include(sent, "refused <redacted>")
      assert.notInclude(sent, "4711")
    })
  )

  it.live.each([
    { when: "no address is set", variables: { OTEL_EXPORTER_OTLP_ENDPOINT: "" } },
    { when: "the SDK is switched off", variables: { OTEL_SDK_DISABLED: "true" } },
    {
      when: "every signal is switched off",
      variables: { OTEL_TRACES_EXPORTER: "none", OTEL_METRICS_EXPORTER: "none", OTEL_LOGS_EXPORTER: "none" }
    }
  ])("sends nothing when $when", ({ variables }) =>
    Effect.gen(function* () {
      const collector = yield* makeCollector
      const environment = { ...collector.variables, ...variables }
      yield* withTelemetry(Effect.withSpan(Effect.logInfo("here"), "work"), environment)
      assert.deepEqual(collector.received, [])
    })
  )

  it.live("goes without, and says why, when a variable makes no sense", () =>
    Effect.gen(function* () {
      const lines: Array<LogLine> = []
      const loggers = Logger.layer([Logger.make((options) => lines.push(lineOf(options)))])
      const answer = withTelemetry(Effect.succeed("done"), { OTEL_EXPORTER_OTLP_ENDPOINT: "nowhere" })
      assert.strictEqual(yield* Effect.provide(answer, loggers), "done")
      assert.deepEqual(
        lines.map(({ level, message }) => [level, message]),
        [["warn", "no telemetry is sent: an OTEL variable cannot be used"]]
      )
    })
  )

  it.live.each([
    { collector: "refuses connections", make: Effect.succeed("http://127.0.0.1:9") },
    { collector: "never answers", make: silent }
  ])("disturbs nobody, and is not waited for, when the collector $collector", ({ make }) =>
    Effect.gen(function* () {
      const endpoint = yield* make
      const began = yield* Clock.currentTimeMillis
      const work = Effect.as(Effect.andThen(Effect.logInfo("here"), Metrics.httpAnswered("GET", 200)), "done")
      const ended = yield* withTelemetry(Effect.withSpan(work, "work"), {
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
        OTEL_EXPORTER_OTLP_TIMEOUT: "60000"
      })
      assert.strictEqual(ended, "done")
      assert.isBelow((yield* Clock.currentTimeMillis) - began, 3_500)
    })
  )
})
