/** The state changes of jobs in this daemon, as they happen; a slow subscriber loses the oldest. */
import { Context, Effect, Layer, PubSub, Schema, Stream } from "effect"
import { JobRunStatus } from "./JobRun.ts"

export const JobEvent = Schema.Struct({ job: Schema.String, status: JobRunStatus }).annotate({ identifier: "JobEvent" })
export type JobEvent = typeof JobEvent.Type

export class JobEvents extends Context.Service<
  JobEvents,
  {
    readonly publish: (event: JobEvent) => Effect.Effect<unknown>
    readonly events: Stream.Stream<JobEvent>
  }
>()("tributary/core/jobs/JobEvents") {
  /** Provided by everyone who needs it; the layer is still built only once. */
  static readonly layer = Layer.effect(
    JobEvents,
    Effect.map(PubSub.sliding<JobEvent>(64), (events) =>
      JobEvents.of({ publish: (event) => PubSub.publish(events, event), events: Stream.fromPubSub(events) })
    )
  )
}
