/** The running daemon, asked over its admin API by commands about what only it has. */
import { Effect, Redacted, Schema } from "effect"
import { FetchHttpClient, HttpClient, HttpClientRequest, HttpClientResponse } from "effect/http"
import type { HttpDeclaration } from "../../config/Declarations.ts"
import { stop } from "./Root.ts"

const Problem = Schema.Struct({ title: Schema.String, detail: Schema.optionalKey(Schema.String) })

/** `request`: its address is below that of the daemon. `without`: what helps if there is no token to ask with. */
export const askDaemon = Effect.fn("DaemonApi.askDaemon")(function* <A, I>(
  { adminToken, host, port }: HttpDeclaration,
  request: HttpClientRequest.HttpClientRequest,
  answered: Schema.Codec<A, I>,
  without = ""
) {
  if (adminToken === undefined) {
    return yield* stop(
      1,
      `The running daemon is asked over its admin API, which needs a token: set http.adminToken in daemon.yaml${without}.`
    )
  }
  // A wildcard address can be listened on, but not connected to.
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host
  const url = `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`
  const response = yield* HttpClient.execute(
    request.pipe(HttpClientRequest.prependUrl(url), HttpClientRequest.bearerToken(Redacted.value(adminToken)))
  ).pipe(
    Effect.catch(({ message }) =>
      stop(1, `No daemon answers at ${url}: ${message}. Start it with \`tributary start\`.`, { error: message })
    )
  )
  return yield* HttpClientResponse.schemaBodyJson(answered)(response).pipe(
    Effect.catch(() =>
      HttpClientResponse.schemaBodyJson(Problem)(response).pipe(
        Effect.map(({ detail, title }) => (detail === undefined ? title : `${title}. ${detail}`)),
        Effect.orElseSucceed(() => `${url} answered ${response.status}, which is no answer of a daemon.`),
        Effect.flatMap((message) => stop(1, message))
      )
    )
  )
}, Effect.provide(FetchHttpClient.layer))
