/** Any HTTP API, declared without code: JSON, NDJSON, XML or CSV, with every usual paging and authorization. */
import { Effect, Layer } from "effect"
import { HttpClientRequest } from "effect/http"
import { Connector, type ConnectorType, failOf, HttpSource, Upstream } from "../../core/sdk.ts"
import { Config } from "./Config.ts"

/** Headers that APIs send in place of `Retry-After`: Wildberries, in seconds. */
const waitHeaders = ["x-ratelimit-retry"]

export const connectorType: ConnectorType<typeof Config> = {
  type: "rest",
  description: "Any HTTP API: JSON, NDJSON, XML or CSV.",
  config: Config,
  entityDefaults: {},
  entityDefaultsOf: ({ fail }) => (fail === undefined ? {} : { fail: failOf(fail) }),
  // Checking a configuration has no use for the authorization.
  layer: (declaration) =>
    Layer.effect(
      Connector,
      Effect.gen(function* () {
        const { secretsOf, withAuthorization } = yield* Effect.promise(() => import("./auth/Authorize.ts"))
        const { auth, baseUrl, probe, userAgent } = declaration.config
        const anonymous = yield* Upstream.make({
          declaration,
          baseUrl,
          secrets: secretsOf(auth),
          waitHeaders,
          ...(userAgent === undefined ? {} : { userAgent })
        })
        const upstream = yield* withAuthorization(declaration.name, anonymous, auth)
        return Connector.of({
          read: HttpSource.make(upstream),
          probe: probe === undefined ? reached(upstream) : answered(upstream, probe)
        })
      })
    ),
  sandbox: () => import("./sandbox.ts")
}

const answered = (upstream: Upstream.Upstream, path: string) =>
  upstream.send(HttpClientRequest.get(path)).pipe(
    Effect.scoped,
    Effect.map(({ status }) => `${path} answered ${status}`)
  )

/** There may be nothing at the base URL: a 404 or 405 still shows that the host was reached. */
const reached = (upstream: Upstream.Upstream) =>
  Effect.catchIf(
    answered(upstream, "/"),
    ({ status }) => status === 404 || status === 405,
    () => Effect.succeed("the host answers; `probe: /path` would prove the credentials too")
  )
