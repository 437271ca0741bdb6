/** Polls until a condition holds, for events in another process or on another socket. */
import { Effect, Schedule } from "effect"

export const eventually = <E, R>(condition: Effect.Effect<boolean, E, R>) =>
  Effect.repeat(condition, { until: (holds) => holds, schedule: Schedule.spaced("10 millis") }).pipe(
    Effect.timeout("45 seconds")
  )
