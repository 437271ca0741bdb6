/** The configuration, and every attempt to change it. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { Integer } from "../../config/schema/Scalars.ts"
import { ConfigVersion } from "../../plugin/ConfigVersion.ts"
import { AdminAccess } from "../AdminAccess.ts"
import { InvalidConfiguration, Missing, Unavailable } from "../ApiErrors.ts"
import { ClosedInput } from "../ClosedInput.ts"
import { describe } from "./EndpointDocs.ts"
import { Id } from "./IdParam.ts"

export const Configuration = HttpApiGroup.make("configuration")
  .add(
    HttpApiEndpoint.get("config", "/config", {
      success: Schema.Struct({
        version: ConfigVersion,
        files: Schema.Array(Schema.Struct({ name: Schema.String, text: Schema.String }))
      })
    }).annotateMerge(describe("The configuration that is live; secrets are names in it.")),
    HttpApiEndpoint.get("configVersions", "/config/versions", {
      query: {
        before: Schema.optionalKey(Id).annotateKey({ description: "`next` of the page before." }),
        limit: Schema.optionalKey(Integer(1, 200)).annotateKey({ description: "Default 50." })
      },
      success: Schema.Struct({
        versions: Schema.Array(ConfigVersion),
        next: Schema.NullOr(Schema.Int).annotate({ description: "`before` of the next page; null: this is the last." })
      }),
      error: Unavailable
    }).annotateMerge(describe("Every attempt to load it, newest first.")),
    HttpApiEndpoint.get("configDiff", "/config/diff", {
      query: { from: Id, to: Id },
      success: Schema.Struct({
        patch: Schema.String.annotate({ description: "A unified diff of all files; empty: they are the same." })
      }),
      error: [Missing, Unavailable]
    }).annotateMerge(describe("What differs between two versions that were live.")),
    HttpApiEndpoint.post("reload", "/reload", { success: ConfigVersion, error: InvalidConfiguration }).annotateMerge(
      describe("Loads it again; whatever is wrong with it, the daemon goes on as it was.")
    )
  )
  .prefix("/api/v1")
  .middleware(ClosedInput)
  .middleware(AdminAccess)
  .annotateMerge(describe("The configuration and its versions."))
