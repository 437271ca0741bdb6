/** What was asked for and takes time. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { TaskKind, TaskState } from "../../accounts/TaskRows.ts"
import { Integer } from "../../config/schema/Scalars.ts"
import { AdminAccess } from "../AdminAccess.ts"
import { AccountConflict, Missing, Unavailable } from "../ApiErrors.ts"
import { ClosedInput } from "../ClosedInput.ts"
import { NeededScope, OrUsualScope } from "../NeededScope.ts"
import * as TaskResponses from "../TaskResponses.ts"
import { describe } from "./EndpointDocs.ts"
import { Name } from "./NameParam.ts"
import { Uuid } from "./UuidParam.ts"

const params = { id: Uuid }

export const Tasks = HttpApiGroup.make("tasks")
  .add(
    HttpApiEndpoint.get("tasks", "/tasks", {
      query: {
        kind: Schema.optionalKey(TaskKind),
        connector: Schema.optionalKey(Name),
        owner: Schema.optionalKey(Name),
        state: Schema.optionalKey(TaskState),
        limit: Schema.optionalKey(Integer(1, 500)).annotateKey({ description: "Default 50." })
      },
      success: Schema.Struct({ tasks: Schema.Array(TaskResponses.Task) }),
      error: Unavailable
    }).annotateMerge(describe("The tasks that the token may see, newest first.")),
    HttpApiEndpoint.get("task", "/tasks/:id", {
      params,
      success: TaskResponses.Task,
      error: [Missing, Unavailable]
    }).annotateMerge(describe("One of them: ask again until it has ended.")),
    HttpApiEndpoint.post("stopTask", "/tasks/:id/stop", {
      params,
      success: TaskResponses.Task,
      error: [AccountConflict, Missing, Unavailable]
    }).annotateMerge(describe("Stops a task; a stopped one stays as it is. The runs of a sync end within seconds."))
  )
  .prefix("/api/v1")
  .middleware(ClosedInput)
  .middleware(AdminAccess)
  .annotate(NeededScope, "accounts")
  .annotate(OrUsualScope, true)
  .annotateMerge(
    describe(
      "What was asked for and takes time. Started syncs are for the usual scopes, authorizations of accounts for `accounts`."
    )
  )
