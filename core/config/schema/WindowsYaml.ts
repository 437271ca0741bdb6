/** Windows of time in which a list is read, one after the other. */
import { DateTime, Duration, Option, Schema, SchemaGetter } from "effect"
import { reason } from "../../reason/Reason.ts"
import type { Bound, Span } from "../RequestTemplate.ts"
import { momentOf, momentPattern, spanOf, spanPattern } from "../values/Moments.ts"
import { expectedMessage, expects } from "./Expected.ts"
import { Integer, spanText } from "./Scalars.ts"
import { DateFormat, momentText } from "./TemplateYaml.ts"
import { optional, required, withDefault } from "./YamlKeys.ts"

/** The 30th of February is read as the first of March. */
const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) &&
  Option.exists(DateTime.make(text), (day) => DateTime.formatIso(day).startsWith(text))

const isBound = (u: unknown): u is Bound => typeof u === "object" && u !== null && ("day" in u || "sign" in u)

export const boundText = (bound: Bound): string => ("day" in bound ? bound.day : momentText(bound))

export const BoundFromText = Schema.String.check(
  Schema.makeFilter((text: string) => momentPattern.test(text) || isDay(text), expectedMessage(reason("value.bound")))
).pipe(
  Schema.decodeTo(Schema.declare(isBound), {
    decode: SchemaGetter.transform((text: string): Bound => momentOf(text) ?? { day: text }),
    encode: SchemaGetter.transform(boundText)
  })
)

const isSpan = (u: unknown): u is Span => typeof u === "object" && u !== null && "offset" in u

export const SpanFromText = Schema.String.check(
  Schema.isPattern(spanPattern, expectedMessage(reason("value.span"))),
  Schema.makeFilter((text: string) => /[1-9]/.test(text), expectedMessage(reason("value.positive")))
).pipe(
  Schema.decodeTo(Schema.declare(isSpan), {
    // The pattern has been checked.
    decode: SchemaGetter.transform((text: string): Span => spanOf(text) ?? { offset: Duration.days(1) }),
    encode: SchemaGetter.transform(spanText)
  })
)

export const WindowsYaml = Schema.Struct({
  from: required(BoundFromText, reason("meaning.windowsFrom")),
  to: withDefault(
    BoundFromText,
    "now+1h",
    "Where the last window ends: a day, which is inside, as today, or a moment, as now. Beyond now there is room for records that change while the list is read and for clocks that are ahead; to: now is for vendors that refuse an end in the future. Default now+1h."
  ),
  step: required(SpanFromText, reason("meaning.windowsStep")),
  format: optional(DateFormat, "How {from} and {to} are written. Default yyyy-MM-dd."),
  split: optional(
    Schema.NonEmptyArray(Integer(400, 499)),
    "The statuses with which the vendor refuses a window that has more records than it lists, as in split: [422]: the halves of the window are read in its place, down to a second, or a day where the format has no time."
  ),
  inclusive: optional(
    Schema.Boolean,
    "The vendor counts {to} as inside: it is written as the last day of its window, and not as the first of the next. Default true for a format without a time of day, the only one that may have it."
  )
}).annotate(expects(reason("value.mapLike", { example: "{ from: today-1y, step: 7d }" })))
