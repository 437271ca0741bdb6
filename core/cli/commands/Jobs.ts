/** `jobs`: lists every job with its last and next fire; pauses and resumes one. */
import { DateTime, Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { Jobs } from "../../jobs/Jobs.ts"
import * as JobsView from "../render/views/JobsView.ts"
import { layerEngine } from "../shared/Engine.ts"
import { operator } from "../shared/Operator.ts"
import { loadReadable } from "../shared/ReadableConfiguration.ts"
import { answer, stop } from "../shared/Root.ts"

export const jobName = Argument.String("job").pipe(Argument.withDescription("Its name in jobs.yaml"))

/** A job that is not declared is wrong usage. */
export const unknownJob = ({ message }: { readonly message: string }) => stop(2, message)

const changed = (verb: "pause" | "resume", done: string) =>
  Effect.fnUntraced(function* ({ job }: { readonly job: string }) {
    const loaded = yield* loadReadable
    yield* Effect.flatMap(Jobs, (jobs) => jobs[verb](job, operator)).pipe(
      Effect.catchTag("UnknownJob", unknownJob),
      Effect.provide(Jobs.layer),
      Effect.provide(layerEngine(loaded))
    )
    yield* answer({ job, paused: verb === "pause" }, `${job} ${done}`)
  })

const pause = Command.make(
  "pause",
  { job: jobName },
  changed("pause", "is paused: its fires are recorded as skipped until `tributary jobs resume`.")
).pipe(Command.withDescription("Let a job not fire by itself, in every daemon on this database"))

const resume = Command.make("resume", { job: jobName }, changed("resume", "fires again from its next time on.")).pipe(
  Command.withDescription("Let it fire again; what came meanwhile is not made up for")
)

export const jobs = Command.make(
  "jobs",
  {},
  Effect.fn("cli.jobs")(function* () {
    const loaded = yield* loadReadable
    yield* Effect.gen(function* () {
      const states = yield* Effect.flatMap(Jobs, ({ list }) => list)
      const now = DateTime.setZoneNamedUnsafe(yield* DateTime.now, loaded.daemon.timezone)
      yield* answer({ jobs: states }, (screen) => JobsView.render(states, now, screen))
    }).pipe(Effect.provide(Jobs.layer), Effect.provide(layerEngine(loaded)))
  })
).pipe(
  Command.withDescription("Every job with its last and next fire; pausing and resuming one"),
  Command.withSubcommands([pause, resume])
)
