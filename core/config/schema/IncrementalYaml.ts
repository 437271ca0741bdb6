/** How an incremental read goes on from its cursor, and where it begins. */
import { Schema, Struct } from "effect"
import { reason } from "../../reason/Reason.ts"
import { expects } from "./Expected.ts"
import { DurationFromText, Identifier, Integer, PositiveDuration, Scalar } from "./Scalars.ts"
import { optional, required } from "./YamlKeys.ts"

const StartYaml = Schema.Struct({
  path: required(Schema.String, reason("meaning.startPath", { example: "/v1/events/latest" })),
  pointer: required(Schema.String, reason("meaning.startPointer", { example: "/latest/id" }))
}).annotate(expects(reason("value.mapLike", { example: "{ path: /v1/events/latest, pointer: /latest/id }" })))

export const IncrementalYaml = Schema.Struct({
  cursor: optional(Identifier, "The column whose highest value is the cursor."),
  from: optional(
    Schema.String,
    "Instead of cursor: a JSON Pointer to the next cursor beside the records (/meta/next_since); the last answer counts."
  ),
  param: optional(
    Schema.NonEmptyString,
    "The query parameter that gets it, or a JSON Pointer into the body (/filter/since). Without it {cursor} stands somewhere in the request, and `initial` says what it is at first."
  ),
  overlap: optional(
    Schema.Union([DurationFromText, Integer(0, Number.MAX_SAFE_INTEGER)]).annotate(expects(reason("value.overlap"))),
    "How far before the cursor to ask again: a span of time (5m), of a cursor of numbers a number (100). Default 5m for timestamps, 1d for dates, 0 for numbers."
  ),
  format: optional(Schema.String, "How the vendor wants it: a date pattern, iso, unix, unix-ms, unix-us or text."),
  initial: optional(Scalar, "What to send as long as there is no cursor."),
  start: optional(
    StartYaml,
    "Where to begin when there is no cursor: the latest one, which the source names elsewhere. It is asked first, then what `leads` names is loaded as a whole, then the records behind it are read, so that nothing between is lost. Without it the first read takes all that the source has."
  ),
  maxAge: optional(
    PositiveDuration,
    "An alert when the cursor has not been read on from for so long, as in 30d: shorter than the source keeps its records. Without it none."
  ),
  ordered: optional(
    Schema.Boolean,
    "The source sends the records in ascending order of the cursor: a read that fails in the middle of a request goes on from its last checkpoint (limits.checkpoint). Default false: it goes on behind the last request that ended."
  )
})

/** For types whose connector puts the cursor into its requests by itself. */
export const OwnIncrementalYaml = IncrementalYaml.mapFields(Struct.pick(["cursor", "overlap", "initial", "maxAge"]))
