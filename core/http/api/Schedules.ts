/** The schedules of accounts. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import { DurationFromText } from "../../config/schema/Scalars.ts"
import { AdminAccess } from "../AdminAccess.ts"
import { AccountConflict, Missing, Unavailable } from "../ApiErrors.ts"
import { ClosedInput } from "../ClosedInput.ts"
import { NeededScope } from "../NeededScope.ts"
import * as ScheduleResponses from "../ScheduleResponses.ts"
import { describe } from "./EndpointDocs.ts"
import { Name } from "./NameParam.ts"
import { Uuid } from "./UuidParam.ts"

const one = {
  params: { id: Uuid },
  success: ScheduleResponses.Schedule,
  error: [AccountConflict, Missing, Unavailable]
}

export const Schedules = HttpApiGroup.make("schedules")
  .add(
    HttpApiEndpoint.get("schedules", "/schedules", {
      query: {
        connector: Schema.optionalKey(Name),
        account: Schema.optionalKey(Uuid).annotateKey({ description: "The id of an account." })
      },
      success: Schema.Struct({ schedules: Schema.Array(ScheduleResponses.Schedule) }),
      error: Unavailable
    }).annotateMerge(describe("The schedules, by connector and account.")),
    HttpApiEndpoint.post("addSchedule", "/schedules", {
      payload: Schema.Struct({
        account: Uuid,
        entities: Schema.optionalKey(Schema.NonEmptyArray(Name)).annotateKey({
          description: "Their names without the connector's; without the key all."
        }),
        every: Schema.optionalKey(DurationFromText).annotateKey({ description: "As in 15m, at least 1m. Or cron." }),
        cron: Schema.optionalKey(Name).annotateKey({ description: "A pattern as jobs have it. Or every." })
      }),
      success: ScheduleResponses.Schedule.pipe(HttpApiSchema.status(201)),
      error: [AccountConflict, Missing, Unavailable]
    }).annotateMerge(describe("Adds a schedule to an account.")),
    HttpApiEndpoint.get("schedule", "/schedules/:id", one).annotateMerge(describe("One of them.")),
    HttpApiEndpoint.post("enableSchedule", "/schedules/:id/enable", one).annotateMerge(
      describe("Lets it fire; what was due while it was off is not made up for.")
    ),
    HttpApiEndpoint.post("disableSchedule", "/schedules/:id/disable", one).annotateMerge(
      describe("Keeps it from firing.")
    ),
    HttpApiEndpoint.delete("removeSchedule", "/schedules/:id", one).annotateMerge(describe("Removes it."))
  )
  .prefix("/api/v1")
  .middleware(ClosedInput)
  .middleware(AdminAccess)
  .annotate(NeededScope, "accounts")
  .annotateMerge(describe("Schedules of accounts; the scope is `accounts`."))
