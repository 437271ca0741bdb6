/** The state of the daemon. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import { Unavailable } from "../ApiErrors.ts"
import * as HealthResponses from "../HealthResponses.ts"
import { described } from "./EndpointDocs.ts"

export const System = HttpApiGroup.make("system", { topLevel: true })
  .add(
    HttpApiEndpoint.get("health", "/health", {
      success: [HealthResponses.Well, HealthResponses.Unwell.pipe(HttpApiSchema.status(503))]
    }).annotateMerge(described("How the daemon and its parts are; 503 when the database does not answer.")),
    HttpApiEndpoint.get("ready", "/ready", {
      success: Schema.Struct({ status: Schema.Literal("ready") }),
      error: Unavailable
    }).annotateMerge(described("Whether the daemon can take work."))
  )
  .annotateMerge(described("How the daemon is. Asks for no token."))
