/** `reload`: asks the running daemon to load its configuration again, and shows the outcome. */
import { Effect, Redacted, Schema, Struct } from "effect"
import { Command } from "effect/cli"
import { FetchHttpClient, HttpClient, HttpClientRequest, HttpClientResponse } from "effect/http"
import type { HttpDeclaration } from "../../config/Declarations.ts"
import { renderDiagnostics, StoredDiagnostic } from "../../config/Diagnostic.ts"
import { ConfigVersion } from "../../plugin/ConfigVersion.ts"
import * as ReloadView from "../render/views/ReloadView.ts"
import { answer, daemonDeclaration, stop } from "../shared/Root.ts"

export const reload = Command.make(
  "reload",
  {},
  Effect.fn("cli.reload")(function* () {
    const { http } = yield* daemonDeclaration
    const version = yield* ask(http)
    if (version.status === "invalid") {
      const goesOn = "The daemon goes on as it was."
      return yield* stop(78, `${renderDiagnostics(version.diagnostics)}\n\n${goesOn}`, version)
    }
    if (version.status === "failed") return yield* stop(1, `${version.error} The daemon goes on as it was.`, version)
    yield* answer(version, (screen) => ReloadView.render(version, screen))
  })
).pipe(Command.withDescription("Ask the running daemon to load the configuration again"))

/** Reason codes of connectors, which this command does not load, or of another version are passed on unchanged. */
const Version = ConfigVersion.mapFields(
  Struct.assign({ diagnostics: Schema.Array(StoredDiagnostic), reasons: Schema.Array(Schema.Json) })
)

/** A refused reload is a problem document that holds the version. */
const Answered = Schema.Union([Schema.Struct({ version: Version }), Version])
const Problem = Schema.Struct({ title: Schema.String, detail: Schema.optionalKey(Schema.String) })

const ask = Effect.fnUntraced(function* ({ adminToken, host, port }: HttpDeclaration) {
  if (adminToken === undefined) {
    return yield* stop(
      1,
      "The running daemon is asked over its admin API, which needs a token: set http.adminToken in daemon.yaml, or send the daemon a SIGHUP."
    )
  }
  // A wildcard address can be listened on, but not connected to.
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host
  const url = `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`
  const response = yield* HttpClient.execute(
    HttpClientRequest.post(`${url}/api/v1/reload`).pipe(HttpClientRequest.bearerToken(Redacted.value(adminToken)))
  ).pipe(
    Effect.catch(({ message }) =>
      stop(1, `No daemon answers at ${url}: ${message}. Start it with \`tributary start\`.`, { error: message })
    )
  )
  return yield* HttpClientResponse.schemaBodyJson(Answered)(response).pipe(
    Effect.map((answered) => ("version" in answered ? answered.version : answered)),
    Effect.catch(() =>
      HttpClientResponse.schemaBodyJson(Problem)(response).pipe(
        Effect.map(({ detail, title }) => (detail === undefined ? title : `${title}. ${detail}`)),
        Effect.orElseSucceed(() => `${url} answered ${response.status}, which is no answer of a daemon.`),
        Effect.flatMap((message) => stop(1, message))
      )
    )
  )
}, Effect.provide(FetchHttpClient.layer))
