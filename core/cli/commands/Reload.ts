/** `reload`: asks the running daemon to load its configuration again, and shows the outcome. */
import { Effect, Schema, Struct } from "effect"
import { Command } from "effect/cli"
import { HttpClientRequest } from "effect/http"
import { renderDiagnostics, StoredDiagnostic } from "../../config/Diagnostic.ts"
import { ConfigVersion } from "../../plugin/ConfigVersion.ts"
import * as ReloadView from "../render/views/ReloadView.ts"
import { askDaemon } from "../shared/DaemonApi.ts"
import { answer, daemonDeclaration, stop } from "../shared/Root.ts"

const request = HttpClientRequest.post("/api/v1/reload")

export const reload = Command.make(
  "reload",
  {},
  Effect.fn("cli.reload")(function* () {
    const { http } = yield* daemonDeclaration
    const answered = yield* askDaemon(http, request, Answered, ", or send the daemon a SIGHUP")
    const version = "version" in answered ? answered.version : answered
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
