/**
 * Traces, metrics and logs for an OpenTelemetry collector, configured by the standard `OTEL_…` variables; without an
 * endpoint nothing is created. A collector that is away does no harm: its data are dropped.
 */
import { ConfigProvider, Effect, Layer, Tracer } from "effect"
import { FetchHttpClient } from "effect/http"
import { Otlp, OtlpSerialization } from "effect/observability"
import { redact, remember } from "./Secrets.ts"
import { withNewRoots } from "./Traces.ts"

type Environment = Readonly<Record<string, string | undefined>>

const endpoints = ["", "TRACES_", "METRICS_", "LOGS_"].map((signal) => `OTEL_EXPORTER_OTLP_${signal}ENDPOINT`)

const defaults = {
  OTEL_SERVICE_NAME: "tributary",
  OTEL_TRACES_EXPORTER: "otlp",
  OTEL_METRICS_EXPORTER: "otlp",
  OTEL_LOGS_EXPORTER: "otlp"
}

/** Limits how long the exporter waits for its last batch at shutdown. */
const lastBatch = { OTEL_EXPORTER_OTLP_TIMEOUT: "1000" }

/** Merges with the loggers it is provided with. */
export const layer = (environment: Environment): Layer.Layer<never> => {
  const given = settingsOf(environment)
  if (endpoints.every((name) => given[name] === undefined)) return Layer.empty
  for (const headers of Object.entries(given).filter(([name]) => name.endsWith("_HEADERS"))) rememberHeaders(headers[1])
  const env = { ...defaults, ...given, ...lastBatch }
  return Layer.effect(Tracer.Tracer, Effect.map(Tracer.Tracer, withNewRoots)).pipe(
    Layer.provideMerge(Otlp.layerFromConfig()),
    Layer.provide([FetchHttpClient.layer, serialization(given.OTEL_EXPORTER_OTLP_PROTOCOL)]),
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env }))),
    Layer.catchCause((cause) =>
      Layer.effectDiscard(Effect.logWarning("no telemetry is sent: an OTEL variable cannot be used", cause))
    )
  )
}

/** An empty variable counts as not set. */
const settingsOf = (environment: Environment): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value = ""]) =>
      name.startsWith("OTEL_") && !name.endsWith("_TIMEOUT") && value !== "" ? [[name, value]] : []
    )
  )

/** Reads `name=value,name=value`, encoded as in a URL; the values are the collector's credentials. */
const rememberHeaders = (headers: string): void => {
  for (const pair of headers.split(",")) remember(redactable(pair.slice(pair.indexOf("=") + 1).trim()))
}

const redactable = (value: string): string => {
  const [, credential = value] = /^(?:Bearer|Basic|Api-Key)(?:\s|%20)+(.*)$/i.exec(value) ?? []
  return credential
}

/** Redacts spans, because they contain URLs, headers and error messages. */
const serialization = (protocol = "http/protobuf") =>
  Layer.effect(
    OtlpSerialization.OtlpSerialization,
    Effect.gen(function* () {
      if (protocol === "grpc") yield* Effect.logWarning("OTLP over gRPC is not spoken; http/protobuf is sent")
      const { logs, metrics, traces } = yield* OtlpSerialization.OtlpSerialization
      return {
        traces: (data: Parameters<typeof traces>[0]) => traces(clean(data)),
        metrics,
        logs: (data: Parameters<typeof logs>[0]) => logs(clean(data))
      }
    })
  ).pipe(Layer.provide(protocol === "http/json" ? OtlpSerialization.layerJson : OtlpSerialization.layerProtobuf))

const clean = <A>(data: A): A =>
  JSON.parse(JSON.stringify(data), (_, value: unknown) => (typeof value === "string" ? redact(value) : value))
