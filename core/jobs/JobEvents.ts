/** The state changes of jobs in this daemon, as they happen; a slow subscriber loses the oldest. */
import { Context, Layer, Schema } from "effect"
import * as EventBus from "../observe/EventBus.ts"
import { JobRunStatus } from "./JobRun.ts"

export const JobEvent = Schema.Struct({ job: Schema.String, status: JobRunStatus }).annotate({ identifier: "JobEvent" })
export type JobEvent = typeof JobEvent.Type

export class JobEvents extends Context.Service<JobEvents, EventBus.EventBus<JobEvent>>()(
  "tributary/core/jobs/JobEvents"
) {
  /** Provided by everyone who needs it; the layer is still built only once. */
  static readonly layer = Layer.effect(JobEvents, EventBus.make<JobEvent>(64))
}
