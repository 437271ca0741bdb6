/** The keys of `jobs.yaml`: jobs by name. */
import { Schema } from "effect"
import { reason } from "../../reason/Reason.ts"
import { trimmedTables } from "../JobDeclaration.ts"
import type { Span } from "../RequestTemplate.ts"
import { scheduleProblem } from "../Schedule.ts"
import { expects, invalidValue } from "./Expected.ts"
import { DurationFromText, Integer, PositiveDuration, Timezone } from "./Scalars.ts"
import { SpanFromText } from "./WindowsYaml.ts"
import { optional, required, withDefault } from "./YamlKeys.ts"

const Pattern = Schema.String.check(
  Schema.makeFilter((pattern: string) => {
    const why = scheduleProblem(pattern)
    return why === undefined || invalidValue(why)
  })
).annotate({
  description: "A cron pattern: minute, hour, day of the month, month, day of the week; seconds may stand before.",
  examples: ["0 7 * * *", "*/15 8-20 * * MON-FRI"]
})

const Misfire = Schema.Struct({
  grace: withDefault(DurationFromText, "1h", "How late a fire may be and still run. Default 1h."),
  policy: withDefault(
    Schema.Literals(["once", "skip"]),
    "once",
    "once: the last of the missed fires runs, within its grace; skip: none does. Each is recorded. Default once."
  )
})

const Trim = Schema.Struct({
  table: required(
    Schema.Union([Schema.Literals(trimmedTables), Schema.String.check(Schema.isPattern(/^[^.@]+\.[^.@]+$/))]).annotate(
      expects(reason("value.trimTable"))
    ),
    reason("meaning.trimTable")
  ),
  maxAge: optional(PositiveDuration, "Rows older than that go."),
  maxRows: optional(Integer(1, 1_000_000_000), "Only so many rows stay, the newest.")
})

const text = (description: string) => optional(Schema.String, description)

export interface StepYaml {
  readonly sync?: ReadonlyArray<string>
  readonly period?: Span
  readonly parallel?: ReadonlyArray<StepYaml>
  readonly trim?: typeof Trim.Type
  readonly export?: string | ReadonlyArray<string>
  readonly action?: string
  readonly input?: Readonly<Record<string, unknown>>
}

const Step: Schema.Codec<StepYaml, unknown> = Schema.suspend(() => StepYaml)
const Steps = Schema.NonEmptyArray(Step).annotate({ identifier: "Steps" })

/** One of the keys; a later check decides which, with a better message. */
const StepYaml = Schema.Struct({
  sync: optional(
    Schema.NonEmptyArray(Schema.String),
    'Selectors of entities, as in ["iiko.*", "!iiko.stock_balance"].'
  ),
  period: optional(
    SpanFromText,
    "Beside `sync`, of entities with `windows`: only the last 3d, 12h or 1mo are read, counted from the beginning of today, and nothing is deleted."
  ),
  // Not with `optional`, which would recurse for ever.
  parallel: Schema.optionalKey(Steps).annotateKey({ description: "Steps that run at once." }),
  trim: optional(
    Trim,
    "Trims a table of the daemon. From sync_log also go runs of jobs and schedules that read nothing and changed nothing, after a day."
  ),
  export: optional(
    Schema.Union([Schema.String, Schema.NonEmptyArray(Schema.String)]).annotate(expects(reason("value.exports"))),
    "Exports of connectors, as in gsheet.nomenclature; several are written one after the other."
  ),
  action: text(
    "An action of a connector, as in iiko.negative-transfer; sent at most once, also when the job runs again."
  ),
  input: optional(Schema.Record(Schema.String, Schema.Unknown), "The input of the action, beside `action`.")
}).annotate({ identifier: "Step", ...expects(reason("value.step")) })

export const JobYaml = Schema.Struct({
  schedule: required(Pattern, reason("meaning.schedule", { example: '"0 7 * * *"' })),
  timezone: optional(Timezone, "The zone of the schedule. Default: the daemon's."),
  misfire: withDefault(Misfire, {}, "What happens to a fire that was due while no daemon was running."),
  overlap: withDefault(
    Schema.Literals(["skip", "queue"]),
    "skip",
    "What a fire does while the job still runs: skip, or queue (one at most waits). Default skip."
  ),
  jitter: withDefault(DurationFromText, "0s", "Each fire is delayed by chance, by at most that. Default 0s."),
  onError: withDefault(
    Schema.Literals(["continue", "stop"]),
    "continue",
    "Whether steps go on after one that failed. Default continue."
  ),
  enabled: withDefault(Schema.Boolean, true, "false: it runs only when somebody asks. Default true."),
  steps: required(Steps, reason("meaning.steps"))
})
export type JobYaml = typeof JobYaml.Type

export const JobsYaml = Schema.Record(Schema.String, JobYaml.annotate({ identifier: "Job" }))
