/** The webhooks that were stored. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { Integer } from "../../config/schema/Scalars.ts"
import { DeliveryState } from "../../inbox/InboxRows.ts"
import { AdminAccess } from "../AdminAccess.ts"
import { DeliveryConflict, Missing, Unavailable } from "../ApiErrors.ts"
import { ClosedInput } from "../ClosedInput.ts"
import { Delivery, DeliveryDetail } from "../DeliveryResponses.ts"
import { describe } from "./EndpointDocs.ts"
import { Id } from "./IdParam.ts"
import { Name } from "./NameParam.ts"

const params = { id: Id }

export const Inbox = HttpApiGroup.make("inbox")
  .add(
    HttpApiEndpoint.get("deliveries", "/inbox", {
      query: {
        before: Schema.optionalKey(Id).annotateKey({ description: "Only deliveries below this id." }),
        limit: Schema.optionalKey(Integer(1, 500)).annotateKey({ description: "Default 50." }),
        connector: Schema.optionalKey(Name),
        source: Schema.optionalKey(Name),
        key: Schema.optionalKey(Name),
        state: Schema.optionalKey(DeliveryState)
      },
      success: Schema.Struct({ deliveries: Schema.Array(Delivery) }),
      error: Unavailable
    }).annotateMerge(describe("The stored deliveries, newest first.")),
    HttpApiEndpoint.get("delivery", "/inbox/:id", {
      params,
      success: DeliveryDetail,
      error: [Missing, Unavailable]
    }).annotateMerge(describe("One of them, with its body and what came of it.")),
    HttpApiEndpoint.post("replayDelivery", "/inbox/:id/replay", {
      params,
      success: DeliveryDetail,
      error: [DeliveryConflict, Missing, Unavailable]
    }).annotateMerge(describe("Lets a dead letter, or one that was worked off, be worked off again within seconds."))
  )
  .prefix("/api/v1")
  .middleware(ClosedInput)
  .middleware(AdminAccess)
  .annotateMerge(
    describe("Webhooks that were stored before they were answered, and are worked off in the order of their keys.")
  )
