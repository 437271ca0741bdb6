/** The contract of the HTTP API: what can be asked, with what, and every answer there is. */
import { Schema } from "effect"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, HttpApiMiddleware, HttpApiSchema, OpenApi } from "effect/http-api"
import { Whole } from "../config/Scalars.ts"
import { AuditedStatus } from "../database/Audit.ts"
import { RunResult } from "../sync/Run.ts"
import { AdminAccess } from "./AdminAccess.ts"
import { Missing, Unavailable, UnknownSelectorProblem } from "./Problems.ts"
import { sseOf } from "./Progress.ts"
import * as Shapes from "./Shapes.ts"

const described = (description: string) => OpenApi.annotations({ description })

const System = HttpApiGroup.make("system", { topLevel: true })
  .add(
    HttpApiEndpoint.get("health", "/health", {
      success: [Shapes.Well, Shapes.Unwell.pipe(HttpApiSchema.status(503))]
    }).annotateMerge(described("How the daemon and its parts are; 503 when the database does not answer.")),
    HttpApiEndpoint.get("ready", "/ready", {
      success: Schema.Struct({ status: Schema.Literal("ready") }),
      error: Unavailable
    }).annotateMerge(described("Whether the daemon can take work."))
  )
  .annotateMerge(described("How the daemon is. Asks for no token."))

const SyncDone = Schema.Struct({ runs: Schema.Array(RunResult) }).annotate({ identifier: "SyncDone" })

const job = { job: Schema.NonEmptyString.annotate({ description: "Its name in jobs.yaml." }) }

const Admin = HttpApiGroup.make("admin")
  .add(
    HttpApiEndpoint.get("connectors", "/connectors", {
      success: Schema.Struct({ connectors: Schema.Array(Shapes.Connector) })
    }).annotateMerge(described("The declared connectors.")),
    HttpApiEndpoint.get("entities", "/entities", {
      success: Schema.Struct({ entities: Schema.Array(Shapes.EntityState) }),
      error: Unavailable
    }).annotateMerge(described("How every declared entity stands.")),
    HttpApiEndpoint.get("runs", "/runs", {
      query: {
        before: Schema.optionalKey(Whole(1, Number.MAX_SAFE_INTEGER)).annotateKey({
          description: "Only runs below this id: `next` of the page before."
        }),
        limit: Schema.optionalKey(Whole(1, 500)).annotateKey({ description: "Default 50." }),
        connector: Schema.optionalKey(Schema.String),
        entity: Schema.optionalKey(Schema.String).annotateKey({ description: "Its name without the connector's." }),
        status: Schema.optionalKey(AuditedStatus)
      },
      success: Schema.Struct({
        runs: Schema.Array(Shapes.Run),
        next: Schema.NullOr(Schema.Int).annotate({ description: "`before` of the next page; null: this is the last." })
      }),
      error: Unavailable
    }).annotateMerge(described("The audit of runs, newest first.")),
    HttpApiEndpoint.post("sync", "/sync", {
      payload: Schema.Struct({
        selectors: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)).annotateKey({
          description: "iiko.product, iiko.*, *, !iiko.employee to exclude; none means all."
        })
      }),
      success: [SyncDone, sseOf(SyncDone)],
      error: [UnknownSelectorProblem, Unavailable]
    }).annotateMerge(
      described("Runs now and answers when it is done; with `Accept: text/event-stream` it tells its progress.")
    ),
    HttpApiEndpoint.get("jobs", "/jobs", {
      success: Schema.Struct({ jobs: Schema.Array(Shapes.Job) }),
      error: Unavailable
    }).annotateMerge(described("The declared jobs with their last and next fire.")),
    HttpApiEndpoint.post("runJob", "/jobs/:job/run", {
      params: job,
      success: [Shapes.EndedJob, sseOf(Shapes.EndedJob)],
      error: [Missing, Unavailable]
    }).annotateMerge(
      described("Runs a job now and answers when it is done; with `Accept: text/event-stream` it tells its progress.")
    ),
    HttpApiEndpoint.post("pauseJob", "/jobs/:job/pause", {
      params: job,
      error: [Missing, Unavailable]
    }).annotateMerge(described("Keeps a job from firing by itself.")),
    HttpApiEndpoint.post("resumeJob", "/jobs/:job/resume", {
      params: job,
      error: [Missing, Unavailable]
    }).annotateMerge(described("Lets it fire again.")),
    HttpApiEndpoint.get("pendingDeletes", "/pending-deletes", {
      success: Schema.Struct({ pending: Schema.Array(Shapes.PendingDeleteState) }),
      error: Unavailable
    }).annotateMerge(described("Deletes that a guard withheld, oldest first.")),
    HttpApiEndpoint.post("decidePendingDelete", "/pending-deletes/:id", {
      params: { id: Whole(1, Number.MAX_SAFE_INTEGER) },
      payload: Schema.Struct({
        decision: Schema.Literals(["apply", "drop"]).annotateKey({
          description: "apply: delete exactly these rows; drop: keep them."
        })
      }),
      success: Schema.Struct({ deleted: Schema.Int, total: Schema.Int }),
      error: [Missing, Unavailable]
    }).annotateMerge(described("Decides on one, once."))
  )
  .prefix("/api/v1")
  .middleware(AdminAccess)
  .annotateMerge(described("What an admin may see and do."))

export class Api extends HttpApi.make("tributary")
  .add(System, Admin)
  .middleware(HttpApiMiddleware.ProblemDetails)
  .annotateMerge(OpenApi.annotations({ title: "Tributary", version: "1", description: "The daemon's HTTP API." })) {}
