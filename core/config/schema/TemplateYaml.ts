/** Values of a request: constants, and dates computed when a run begins. */
import { Duration, Schema, SchemaGetter } from "effect"
import { reason } from "../../reason/Reason.ts"
import type { DateValue, TemplateValue } from "../RequestTemplate.ts"
import { isDateFormat } from "../values/DatePattern.ts"
import { momentOf, momentPattern } from "../values/Moments.ts"
import { expectedMessage, expects } from "./Expected.ts"
import { Scalar, spanText } from "./Scalars.ts"
import { optional, required, withDefault } from "./YamlKeys.ts"

export const MomentText = Schema.String.check(Schema.isPattern(momentPattern, expectedMessage(reason("value.date"))))

export const DateFormat = Schema.String.check(
  Schema.makeFilter((format: string) => isDateFormat(format), expectedMessage(reason("value.dateFormat")))
)

const DateValueYaml = Schema.Struct({
  date: required(MomentText, reason("meaning.date")),
  format: optional(DateFormat, "How it is written. Default yyyy-MM-dd, for now yyyy-MM-dd'T'HH:mm:ss.")
}).annotate({ description: "A date worked out when the run begins, in the connector's time zone." })

/** Recognised by its shape, which the schema below has validated. */
const isDateValue = (u: unknown): u is DateValue => typeof u === "object" && u !== null && "offset" in u && "sign" in u

const DateValueFromYaml = DateValueYaml.pipe(
  Schema.decodeTo(Schema.declare(isDateValue), {
    // The pattern above has been checked.
    decode: SchemaGetter.transform(
      ({ date, format }: typeof DateValueYaml.Type): DateValue =>
        momentOf(date, format) ?? { date: "today", offset: Duration.zero, sign: 1, format: "yyyy-MM-dd" }
    ),
    encode: SchemaGetter.transform((value: DateValue) => ({ date: momentText(value), format: value.format }))
  })
)

export const momentText = ({ date, months, offset, sign }: Omit<DateValue, "format">): string => {
  if (months === undefined && Duration.isZero(offset)) return date
  return `${date}${sign < 0 ? "-" : "+"}${spanText({ offset, ...(months === undefined ? {} : { months }) })}`
}

const QueryValue = Schema.Union([Scalar, DateValueFromYaml]).annotate(expects(reason("value.simple")))

export const QueryYaml = Schema.Record(
  Schema.String,
  Schema.Union([Scalar, DateValueFromYaml, Schema.Array(QueryValue)]).annotate(expects(reason("value.simpleOrList")))
).annotate(expects(reason("value.mapLike", { example: "{ limit: 100, from: { date: today } }" })))

const Body: Schema.Codec<TemplateValue, unknown> = Schema.suspend(() => BodyYaml)

export const GraphqlYaml = Schema.Struct({
  query: required(Schema.NonEmptyString, reason("meaning.graphqlQuery")),
  variables: withDefault(
    Schema.Record(Schema.String, Body).annotate(expects(reason("value.mapLike", { example: "{ first: 100 }" }))),
    {},
    "The variables of the query; placeholders are filled here, and nowhere in the query itself."
  )
})

export const BodyYaml = Schema.Union([
  Scalar,
  DateValueFromYaml,
  Schema.Array(Body),
  Schema.Record(Schema.String, Body)
]).annotate({ identifier: "Body" })
