/** `integration`: what the CRM service that was asked for tells of itself. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { AdminAccess, ClosedInput } from "../../../core/sdk-http.ts"

export const Health = Schema.Struct({
  status: Schema.Literals(["healthy", "degraded"]).annotate({
    description: "degraded: the portal fails and is not asked for a while, or the declared Redis does not answer."
  }),
  cache_stats: Schema.Struct({
    total_entries: Schema.Int.annotate({ description: "Answers of the portal in the memory of this daemon." }),
    categories: Schema.Record(Schema.String, Schema.Int)
  })
}).annotate({ identifier: "Bitrix24Health" })

export const Integration = HttpApiGroup.make("integration")
  .add(HttpApiEndpoint.get("health", "/integration/health", { success: Health }))
  .middleware(ClosedInput)
  .middleware(AdminAccess)
