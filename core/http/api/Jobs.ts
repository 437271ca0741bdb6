/** The jobs and their outcomes. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { Integer } from "../../config/schema/Scalars.ts"
import { AdminAccess } from "../AdminAccess.ts"
import { Missing, Unavailable } from "../ApiErrors.ts"
import { ClosedInput } from "../ClosedInput.ts"
import * as Responses from "../Responses.ts"
import { sseOf } from "../SyncProgress.ts"
import { describe } from "./EndpointDocs.ts"

const job = { job: Schema.NonEmptyString.annotate({ description: "Its name in jobs.yaml." }) }

export const Jobs = HttpApiGroup.make("jobs")
  .add(
    HttpApiEndpoint.get("jobs", "/jobs", {
      success: Schema.Struct({ jobs: Schema.Array(Responses.JobDetail) }),
      error: Unavailable
    }).annotateMerge(describe("The declared jobs with their last and next fire.")),
    HttpApiEndpoint.get("jobRuns", "/job-runs", {
      query: { days: Schema.optionalKey(Integer(1, 366)).annotateKey({ description: "So far back. Default 14." }) },
      success: Schema.Struct({ runs: Schema.Array(Responses.LoggedJobRun) }),
      error: Unavailable
    }).annotateMerge(
      describe("What became of every fire, missed ones included, oldest first: the last 5,000 at most.")
    ),
    HttpApiEndpoint.post("runJob", "/jobs/:job/run", {
      params: job,
      success: [Responses.EndedJob, sseOf(Responses.EndedJob)],
      error: [Missing, Unavailable]
    }).annotateMerge(
      describe("Runs a job now and answers when it is done; with `Accept: text/event-stream` it reports its progress.")
    ),
    HttpApiEndpoint.post("pauseJob", "/jobs/:job/pause", {
      params: job,
      error: [Missing, Unavailable]
    }).annotateMerge(describe("Keeps a job from firing by itself.")),
    HttpApiEndpoint.post("resumeJob", "/jobs/:job/resume", {
      params: job,
      error: [Missing, Unavailable]
    }).annotateMerge(describe("Lets it fire again."))
  )
  .prefix("/api/v1")
  .middleware(ClosedInput)
  .middleware(AdminAccess)
  .annotateMerge(describe("What runs by itself."))
