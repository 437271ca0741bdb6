/** The actions on outside systems, and everything that was to be sent to them. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { ActionRun } from "../../actions/Actions.ts"
import { Integer } from "../../config/schema/Scalars.ts"
import { AdminAccess } from "../AdminAccess.ts"
import { ActionDecided, InvalidInputProblem, Missing, Unavailable } from "../ApiErrors.ts"
import { ClosedInput } from "../ClosedInput.ts"
import * as Responses from "../Responses.ts"
import { describe } from "./EndpointDocs.ts"
import { Id } from "./IdParam.ts"
import { Name } from "./NameParam.ts"

export const Actions = HttpApiGroup.make("actions")
  .add(
    HttpApiEndpoint.get("actions", "/actions", {
      success: Schema.Struct({ actions: Schema.Array(Responses.ActionState) }),
      error: Unavailable
    }).annotateMerge(describe("The available actions, the input of each, and what was sent last.")),
    HttpApiEndpoint.post("runAction", "/actions/:action", {
      params: { action: Schema.NonEmptyString.annotate({ description: "iiko.negative-transfer." }) },
      payload: Schema.Struct({
        input: Schema.optionalKey(Schema.Json).annotateKey({ description: "Its input. Default {}." }),
        dryRun: Schema.optionalKey(Schema.Boolean).annotateKey({ description: "Say what would be sent; send nothing." })
      }),
      success: ActionRun,
      error: [InvalidInputProblem, Missing, Unavailable]
    }).annotateMerge(describe("Does it now, each thing at most once, and answers what became of every one.")),
    HttpApiEndpoint.get("actionLog", "/action-log", {
      query: {
        before: Schema.optionalKey(Id).annotateKey({
          description: "Only entries below this id."
        }),
        limit: Schema.optionalKey(Integer(1, 500)).annotateKey({ description: "Default 50." }),
        action: Schema.optionalKey(Name),
        status: Schema.optionalKey(Responses.ActionEntry.fields.status)
      },
      success: Schema.Struct({ entries: Schema.Array(Responses.ActionEntry) }),
      error: Unavailable
    }).annotateMerge(describe("Everything that was ever to be sent, newest first.")),
    HttpApiEndpoint.get("actionEntry", "/action-log/:id", {
      params: { id: Id },
      success: Responses.ActionEntry,
      error: [Missing, Unavailable]
    }).annotateMerge(describe("One of them, with the request and the answer.")),
    HttpApiEndpoint.post("resolveAction", "/action-log/:id/resolve", {
      params: { id: Id },
      payload: Schema.Struct({
        as: Schema.Literals(["done", "failed"]).annotateKey({
          description: "failed: it was not applied, and may be sent again."
        })
      }),
      success: Responses.ActionEntry,
      error: [ActionDecided, Missing, Unavailable]
    }).annotateMerge(describe("Decides on an unknown one, after the system itself was asked where it can be."))
  )
  .prefix("/api/v1")
  .middleware(ClosedInput)
  .middleware(AdminAccess)
  .annotateMerge(describe("Actions on outside systems."))
