/** The state of the daemon. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import { Unavailable } from "../ApiErrors.ts"
import * as HealthResponses from "../HealthResponses.ts"
import { describe } from "./EndpointDocs.ts"

export const System = HttpApiGroup.make("system", { topLevel: true })
  .add(
    HttpApiEndpoint.get("health", "/health", {
      success: [HealthResponses.HealthyResponse, HealthResponses.UnhealthyResponse.pipe(HttpApiSchema.status(503))]
    }).annotateMerge(describe("How the daemon and its parts are; 503 when the database does not answer.")),
    HttpApiEndpoint.get("ready", "/ready", {
      success: Schema.Struct({ status: Schema.Literal("ready") }),
      error: Unavailable
    }).annotateMerge(describe("Whether the daemon can take work."))
  )
  .annotateMerge(describe("How the daemon is. Asks for no token."))
