/** The declared entities, their status, and operations on them. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import { Integer } from "../../config/schema/Scalars.ts"
import { SyncTaskRequest } from "../../control/SyncTask.ts"
import { EntityPlan, Plan } from "../../sync/plan/Plan.ts"
import { RunResult } from "../../sync/RunResult.ts"
import { AdminAccess } from "../AdminAccess.ts"
import { Missing, Unavailable, UnknownSelectorProblem, WrongOptions } from "../ApiErrors.ts"
import { ClosedInput } from "../ClosedInput.ts"
import * as Responses from "../Responses.ts"
import { sseOf } from "../SyncProgress.ts"
import { StartedSync } from "../TaskResponses.ts"
import { describe } from "./EndpointDocs.ts"

const SyncDone = Schema.Struct({ runs: Schema.Array(RunResult) }).annotate({ identifier: "SyncDone" })

export const PlanDone = Schema.Struct({
  ...Plan.fields,
  entities: Schema.Array(
    Schema.Struct({
      ...EntityPlan.fields,
      totals: Schema.Struct({
        inserts: Schema.Int,
        updates: Schema.Int,
        deletes: Schema.Int,
        missed: Schema.Int,
        withheld: Schema.Int
      }).annotate({ description: "Of rows, those that were cut off included." })
    })
  )
}).annotate({ identifier: "PlanDone" })

const selectors = Schema.optionalKey(Schema.NonEmptyArray(Schema.NonEmptyString)).annotateKey({
  description: "iiko.product, iiko.*, *, !iiko.employee to exclude; without the key all."
})

export const Entities = HttpApiGroup.make("entities")
  .add(
    HttpApiEndpoint.get("connectors", "/connectors", {
      success: Schema.Struct({ connectors: Schema.Array(Responses.Connector) })
    }).annotateMerge(describe("The declared connectors.")),
    HttpApiEndpoint.get("entities", "/entities", {
      success: Schema.Struct({ entities: Schema.Array(Responses.EntityState) }),
      error: Unavailable
    }).annotateMerge(describe("How every declared entity stands.")),
    HttpApiEndpoint.get("entity", "/entities/:entity", {
      params: { entity: Schema.NonEmptyString.annotate({ description: "As in selectors: iiko.product." }) },
      success: Responses.EntityDetail,
      error: [Missing, Unavailable]
    }).annotateMerge(describe("One of them with its declaration and its history.")),
    HttpApiEndpoint.post("sync", "/sync", {
      headers: {
        prefer: Schema.optionalKey(Schema.String).annotateKey({
          description: "`respond-async`: answer at once with a task (202), which `Location` names."
        })
      },
      payload: SyncTaskRequest,
      success: [
        SyncDone,
        sseOf(SyncDone),
        Schema.Struct({ task: StartedSync }).pipe(HttpApiSchema.status(202)).annotate({ identifier: "SyncStarted" })
      ],
      error: [UnknownSelectorProblem, Unavailable, WrongOptions]
    }).annotateMerge(
      describe(
        "Runs now and answers when it is done; with `Accept: text/event-stream` it reports its progress, with `Prefer: respond-async` it goes on as a task."
      )
    ),
    HttpApiEndpoint.post("plan", "/plan", {
      payload: Schema.Struct({
        selectors,
        full: Schema.optionalKey(Schema.Boolean).annotateKey({
          description: "Read everything, whatever the cursors of incremental entities say."
        }),
        rows: Schema.optionalKey(Integer(0, 1000)).annotateKey({
          description: "How many rows of each list to show. Default 100."
        })
      }),
      success: [PlanDone, sseOf(PlanDone)],
      error: [UnknownSelectorProblem, Unavailable]
    }).annotateMerge(
      describe("Reads the sources and tells what a sync would change, writing nothing; reports its progress likewise.")
    )
  )
  .prefix("/api/v1")
  .middleware(ClosedInput)
  .middleware(AdminAccess)
  .annotateMerge(describe("The mirrored entities and their state."))
