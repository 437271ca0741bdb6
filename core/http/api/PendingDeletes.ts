/** Deletes that a guard withheld. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { Integer } from "../../config/schema/Scalars.ts"
import { AdminAccess } from "../AdminAccess.ts"
import { Missing, Unavailable } from "../ApiErrors.ts"
import { ClosedInput } from "../ClosedInput.ts"
import * as Responses from "../Responses.ts"
import { describe } from "./EndpointDocs.ts"
import { Id } from "./IdParam.ts"

export const PendingDeletes = HttpApiGroup.make("pendingDeletes")
  .add(
    HttpApiEndpoint.get("pendingDeletes", "/pending-deletes", {
      query: {
        status: Schema.optionalKey(Schema.Literals(["open", "decided"])).annotateKey({
          description: "open, oldest first, or the last fifty that were decided. Default open."
        })
      },
      success: Schema.Struct({
        pending: Schema.Array(Schema.Union([Responses.DecidedDeleteState, Responses.PendingDeleteState]))
      }),
      error: Unavailable
    }).annotateMerge(describe("Deletes that a guard withheld.")),
    HttpApiEndpoint.get("pendingDelete", "/pending-deletes/:id", {
      params: { id: Id },
      query: {
        offset: Schema.optionalKey(Integer(0, Number.MAX_SAFE_INTEGER)),
        limit: Schema.optionalKey(Integer(1, 1000)).annotateKey({ description: "Default 200." })
      },
      success: Responses.PendingDeleteRows,
      error: [Missing, Unavailable]
    }).annotateMerge(describe("One of them with its exact rows, page by page.")),
    HttpApiEndpoint.post("decidePendingDelete", "/pending-deletes/:id", {
      params: { id: Id },
      payload: Schema.Struct({
        decision: Schema.Literals(["apply", "drop"]).annotateKey({
          description: "apply: delete exactly these rows; drop: keep them."
        })
      }),
      success: Schema.Struct({ deleted: Schema.Int, total: Schema.Int }),
      error: [Missing, Unavailable]
    }).annotateMerge(describe("Decides on one, once."))
  )
  .prefix("/api/v1")
  .middleware(ClosedInput)
  .middleware(AdminAccess)
  .annotateMerge(describe("What waits for a decision."))
