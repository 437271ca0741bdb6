/** What the caches of connectors keep. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { CacheReport, CacheReports } from "../../cache/CacheReport.ts"
import { AdminAccess } from "../AdminAccess.ts"
import { Missing, WrongOptions } from "../ApiErrors.ts"
import { ClosedInput } from "../ClosedInput.ts"
import { describe } from "./EndpointDocs.ts"

export const Caches = HttpApiGroup.make("caches")
  .add(
    HttpApiEndpoint.get("caches", "/caches", { success: CacheReports }).annotateMerge(
      describe("The caches of the running connectors, and what is counted of them.")
    ),
    HttpApiEndpoint.post("clearCache", "/caches/:connector/clear", {
      params: { connector: Schema.String },
      payload: Schema.Struct({
        category: Schema.optionalKey(Schema.String).annotateKey({ description: "Default: all categories." }),
        key: Schema.optionalKey(Schema.String).annotateKey({ description: "One value of the category. Default: all." })
      }),
      success: CacheReport,
      error: [Missing, WrongOptions]
    }).annotateMerge(describe("Removes what a cache keeps, also from Redis: the system is asked again."))
  )
  .prefix("/api/v1")
  .middleware(ClosedInput)
  .middleware(AdminAccess)
  .annotateMerge(describe("What the systems answered, kept for a time."))
