/** The audit of runs. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { Integer } from "../../config/schema/Scalars.ts"
import { AuditedStatus } from "../../database/audit/Audit.ts"
import { LastRequest } from "../../observe/LastRequest.ts"
import { AdminAccess } from "../AdminAccess.ts"
import { Missing, Unavailable } from "../ApiErrors.ts"
import { ClosedInput } from "../ClosedInput.ts"
import * as Responses from "../Responses.ts"
import { describe } from "./EndpointDocs.ts"
import { Id } from "./IdParam.ts"
import { Name } from "./NameParam.ts"
import { Uuid } from "./UuidParam.ts"

export const RunsQuery = {
  before: Schema.optionalKey(Id).annotateKey({
    description: "Only runs below this id: `next` of the page before."
  }),
  limit: Schema.optionalKey(Integer(1, 500)).annotateKey({ description: "Default 50." }),
  connector: Schema.optionalKey(Name),
  entity: Schema.optionalKey(Name).annotateKey({ description: "Its name without the connector's." }),
  account: Schema.optionalKey(Uuid).annotateKey({ description: "The id of an account." }),
  status: Schema.optionalKey(AuditedStatus)
}

export const RunsPage = Schema.Struct({
  runs: Schema.Array(Responses.Run),
  next: Schema.NullOr(Schema.Int).annotate({ description: "`before` of the next page; null: this is the last." })
})

export const Runs = HttpApiGroup.make("runs")
  .add(
    HttpApiEndpoint.get("runs", "/runs", {
      query: RunsQuery,
      success: RunsPage,
      error: Unavailable
    }).annotateMerge(
      describe("The audit of runs, newest first; what others on the database did shows within a second.")
    ),
    HttpApiEndpoint.get("run", "/runs/:id", {
      params: { id: Id },
      success: Schema.Struct({
        run: Responses.Run,
        rejects: Schema.Array(Responses.Reject).annotate({ description: "The first hundred." }),
        lastRequests: Schema.Array(LastRequest).annotate({
          description: "Of a run that failed or did not read everything: the last ten, oldest first."
        })
      }),
      error: [Missing, Unavailable]
    }).annotateMerge(describe("One run with the records that could not become rows, and what was asked last."))
  )
  .prefix("/api/v1")
  .middleware(ClosedInput)
  .middleware(AdminAccess)
  .annotateMerge(describe("What was done."))
