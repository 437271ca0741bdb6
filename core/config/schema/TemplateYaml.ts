/** Values of a request: constants, and dates computed when a run begins. */
import { Duration, Schema, SchemaGetter } from "effect"
import { reason } from "../../reason/Reason.ts"
import type { DateValue, TemplateValue } from "../Entity.ts"
import { isDateFormat } from "../values/DatePattern.ts"
import { expecting, wanted } from "./Expected.ts"
import { optional, required } from "./Keys.ts"
import { durationText, millisOf, Scalar } from "./Scalars.ts"

const dateText = /^(today|now)(?:([+-])(\d+(?:ms|s|m|h|d)))?$/u

const DateText = Schema.String.check(Schema.isPattern(dateText, expecting(reason("value.date"))))

const DateFormat = Schema.String.check(
  Schema.makeFilter((format: string) => isDateFormat(format), expecting(reason("value.dateFormat")))
)

const DateValueYaml = Schema.Struct({
  date: required(DateText, reason("meaning.date")),
  format: optional(DateFormat, "How it is written. Default yyyy-MM-dd, for now yyyy-MM-dd'T'HH:mm:ss.")
}).annotate({ description: "A date worked out when the run begins, in the connector's time zone." })

/** Recognised by its shape, which the schema below has validated. */
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
      date: Duration.isZero(value.offset)
        ? value.date
        : `${value.date}${value.sign < 0 ? "-" : "+"}${durationText(value.offset)}`,
      format: value.format
    }))
  })
)

const QueryValue = Schema.Union([Scalar, DateValueFromYaml]).annotate(wanted(reason("value.simple")))

export const QueryYaml = Schema.Record(
  Schema.String,
  Schema.Union([Scalar, DateValueFromYaml, Schema.Array(QueryValue)]).annotate(wanted(reason("value.simpleOrList")))
).annotate(wanted(reason("value.mapLike", { example: "{ limit: 100, from: { date: today } }" })))

const Body: Schema.Codec<TemplateValue, unknown> = Schema.suspend(() => BodyYaml)

export const BodyYaml = Schema.Union([
  Scalar,
  DateValueFromYaml,
  Schema.Array(Body),
  Schema.Record(Schema.String, Body)
]).annotate({ identifier: "Body" })
