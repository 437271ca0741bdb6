/** Values that variables of an environment hold as texts: `True`, `600`. */
import { Duration, Schema, SchemaGetter } from "effect"
import { reason } from "../../reason/Reason.ts"
import { expectedMessage, expects } from "./Expected.ts"
import { durationText, millisOf } from "./Scalars.ts"

const SwitchText = Schema.String.check(Schema.isPattern(/^(?:true|false)$/iu, expectedMessage(reason("value.boolean"))))

/** `true` or `false`, from a variable also as a text: `True`, `FALSE`. */
export const Switch = Schema.Union([Schema.Boolean, SwitchText])
  .annotate(expects(reason("value.boolean")))
  .pipe(
    Schema.decodeTo(Schema.Boolean, {
      decode: SchemaGetter.transform((value: boolean | string) =>
        typeof value === "boolean" ? value : value.toLowerCase() === "true"
      ),
      encode: SchemaGetter.transform((value: boolean) => value)
    })
  )

const longest = 365 * 86_400

const SecondsText = Schema.String.check(
  Schema.isPattern(/^(?:\d+(?:ms|s|m|h|d)|\d{1,8}(?:\.\d{1,3})?)$/u, expectedMessage(reason("value.seconds")))
)

const SecondsNumber = Schema.Finite.check(
  Schema.isBetween(
    { minimum: 0, maximum: longest },
    expectedMessage(reason("value.between", { minimum: 0, maximum: longest }))
  )
)

/** A duration: `600s`, `10m`; or plain seconds, as a number or as the text of a variable. */
export const Seconds = Schema.Union([SecondsText, SecondsNumber])
  .annotate(expects(reason("value.seconds")))
  .pipe(
    Schema.decodeTo(Schema.Duration, {
      decode: SchemaGetter.transform((value: number | string) => Duration.millis(millisIn(value))),
      encode: SchemaGetter.transform((value: Duration.Duration): number | string => durationText(value))
    })
  )

const millisIn = (value: number | string): number =>
  typeof value === "string" && /[a-z]$/u.test(value) ? millisOf(value) : Math.round(Number(value) * 1_000)

/** As above, but not zero: a timeout of zero would fail every request. */
export const PositiveSeconds = Seconds.check(
  Schema.makeFilter((duration) => Duration.toMillis(duration) > 0, expectedMessage(reason("value.positive")))
)
