/** The events of this moment. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import { JobEvent } from "../../jobs/JobEvents.ts"
import { Alert } from "../../observe/Alerts.ts"
import { ConfigVersion } from "../../plugin/ConfigVersion.ts"
import { AdminAccess } from "../AdminAccess.ts"
import { ClosedInput } from "../ClosedInput.ts"
import { Progress } from "../SyncProgress.ts"
import { describe } from "./EndpointDocs.ts"

export const LiveRun = Schema.Struct({
  ...Progress.fields,
  trigger: Schema.String.annotate({ description: "What set it off." })
}).annotate({ identifier: "LiveRun" })
export type LiveRun = typeof LiveRun.Type

const AlertNews = Schema.Struct({
  what: Schema.Literals(["raised", "reminded", "changed", "merged", "recovered"]),
  alert: Alert,
  text: Schema.String.annotate({ description: "In words for a person." })
}).annotate({ identifier: "AlertNews" })

export const LiveEvent = Schema.Union([
  Schema.Struct({ event: Schema.Literal("run"), data: Schema.fromJsonString(LiveRun) }),
  Schema.Struct({ event: Schema.Literal("job"), data: Schema.fromJsonString(JobEvent) }),
  Schema.Struct({ event: Schema.Literal("reload"), data: Schema.fromJsonString(Schema.toCodecJson(ConfigVersion)) }),
  Schema.Struct({ event: Schema.Literal("alert"), data: Schema.fromJsonString(Schema.toCodecJson(AlertNews)) })
])
export type LiveEvent = typeof LiveEvent.Type

export const Live = HttpApiGroup.make("live")
  .add(
    HttpApiEndpoint.get("alerts", "/alerts", {
      success: Schema.Struct({ alerts: Schema.Array(Alert) })
    }).annotateMerge(describe("The open alerts, the oldest first.")),
    HttpApiEndpoint.get("events", "/events", {
      success: HttpApiSchema.StreamSse({ events: LiveEvent })
    }).annotateMerge(
      describe(
        "Server-sent events of all that goes on from now on; who reads slowly gets fewer of them, not older ones."
      )
    )
  )
  .prefix("/api/v1")
  .middleware(ClosedInput)
  .middleware(AdminAccess)
  .annotateMerge(describe("What goes on right now."))
