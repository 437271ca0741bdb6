/** Values of a request: constants, and dates worked out when a run begins. */
import { Duration, Schema, SchemaGetter } from "effect"
import type { DateValue, TemplateValue } from "./Entity.ts"
import { optional, required } from "./Keys.ts"
import { isDateFormat } from "./Patterns.ts"
import { millisOf, Scalar } from "./Scalars.ts"

const dateText = /^(today|now)(?:([+-])(\d+(?:ms|s|m|h|d)))?$/u

const DateText = Schema.String.check(
  Schema.isPattern(dateText, {
    message: "expected today, now, or one of them and a span such as today-30d or now+2h"
  })
)

const DateFormat = Schema.String.check(
  Schema.makeFilter(
    (format: string) =>
      isDateFormat(format) || "expected a date pattern such as dd.MM.yyyy, or iso, unix, unix-ms, unix-us"
  )
)

const DateValueYaml = Schema.Struct({
  date: required(DateText, "today, now, or one of them with a span: today-30d, now-2h."),
  format: optional(DateFormat, "How it is written. Default yyyy-MM-dd, for now yyyy-MM-dd'T'HH:mm:ss.")
}).annotate({ description: "A date worked out when the run begins, in the connector's time zone." })

/** Told by its shape, which the schema below has proved. */
const isDateValue = (u: unknown): u is DateValue => typeof u === "object" && u !== null && "offset" in u && "sign" in u

const DateValueFromYaml = DateValueYaml.pipe(
  Schema.decodeTo(Schema.declare(isDateValue), {
    decode: SchemaGetter.transform(({ date, format }: typeof DateValueYaml.Type): DateValue => {
      const [, base, sign, span] = dateText.exec(date) ?? []
      const now = base === "now"
      return {
        date: now ? "now" : "today",
        offset: Duration.millis(millisOf(span ?? "")),
        sign: sign === "-" ? -1 : 1,
        format: format ?? (now ? "yyyy-MM-dd'T'HH:mm:ss" : "yyyy-MM-dd")
      }
    }),
    encode: SchemaGetter.transform((value: DateValue) => ({
      date: `${value.date}${value.sign < 0 ? "-" : "+"}${Duration.toMillis(value.offset)}ms`,
      format: value.format
    }))
  })
)

const QueryValue = Schema.Union([Scalar, DateValueFromYaml]).annotate({
  expected: "a text, a number, true, false or { date: today }"
})

export const QueryYaml = Schema.Record(
  Schema.String,
  Schema.Union([Scalar, DateValueFromYaml, Schema.Array(QueryValue)]).annotate({
    expected: "a text, a number, true, false, { date: today }, or a list of them"
  })
)

const Body: Schema.Codec<TemplateValue, unknown> = Schema.suspend(() => BodyYaml)

export const BodyYaml = Schema.Union([
  Scalar,
  DateValueFromYaml,
  Schema.Array(Body),
  Schema.Record(Schema.String, Body)
]).annotate({ identifier: "Body" })
