/** Conditions on the values of a record, by their places. */
import { Schema } from "effect"
import { reason } from "../../reason/Reason.ts"
import { expects } from "./Expected.ts"
import { Identifier, Scalar } from "./Scalars.ts"
import { optional } from "./YamlKeys.ts"

const Values = Schema.Union([Scalar, Schema.NonEmptyArray(Scalar)])

const Bound = Schema.Union([Schema.Finite, Schema.NonEmptyString]).annotate(expects(reason("value.textOrNumber")))

const ComparisonYaml = Schema.Struct({
  not: optional(Values, "None of these values; what is null or absent is none of them, unless null is among them."),
  exists: optional(Schema.Boolean, "true: there is a value. false: it is null or absent; in csv and xml also empty."),
  gt: optional(Bound, "Greater than: numbers by their value, texts by their characters."),
  gte: optional(Bound, "Greater than this, or equal to it."),
  lt: optional(Bound, "Less than."),
  lte: optional(Bound, "Less than this, or equal to it.")
}).annotate(expects(reason("value.mapLike", { example: "{ not: closed }" })))

const ConditionYaml = Schema.Union([Scalar, Schema.NonEmptyArray(Scalar), ComparisonYaml]).annotate({
  description: "The value, one of several values, or comparisons of which all hold.",
  ...expects(reason("value.condition", { example: "{ not: closed }" }))
})
export type ConditionYaml = typeof ConditionYaml.Type

export const ConditionsYaml = Schema.Record(Schema.String, ConditionYaml).annotate(
  expects(reason("value.mapLike", { example: "{ status: active }" }))
)
export type ConditionsYaml = typeof ConditionsYaml.Type

export const DeletedWhenYaml = Schema.StructWithRest(
  Schema.Struct({
    mark: optional(
      Identifier,
      "A boolean column of its own that is true in the rows of such records, which are not deleted then."
    )
  }),
  [ConditionsYaml]
).annotate(expects(reason("value.mapLike", { example: "{ status: deleted }" })))
export type DeletedWhenYaml = typeof DeletedWhenYaml.Type
