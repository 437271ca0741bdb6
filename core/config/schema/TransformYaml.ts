/** `transform` of a field: a closed list of steps, not a language. */
import { Schema } from "effect"
import { reason } from "../../reason/Reason.ts"
import { expects } from "./Expected.ts"
import { Scalar } from "./Scalars.ts"
import { optional, required } from "./YamlKeys.ts"

const Word = Schema.Literals(["trim", "lower", "upper", "cents", "hash"]).annotate({
  description:
    "trim: without surrounding space. lower, upper: in small or capital letters. cents: a number of hundredths, such as 1999 for 19.99. hash: a keyed hash in place of personal data (hashKey in daemon.yaml)."
})

const Split = Schema.Struct({ split: required(Schema.NonEmptyString, reason("meaning.split")) })

const Extract = Schema.Struct({ extract: required(Schema.NonEmptyString, reason("meaning.extract")) })

const Replace = Schema.Struct({
  replace: required(Schema.NonEmptyString, reason("meaning.replace")),
  with: required(Schema.String, reason("meaning.replaceWith", { example: "$1" }))
})

const Values = Schema.Struct({
  map: required(
    Schema.Record(Schema.String, Scalar).annotate(expects(reason("value.mapLike", { example: "{ A: active }" }))),
    reason("meaning.map", { example: "{ A: active, C: closed }" })
  ),
  otherwise: optional(Scalar, "What any other value becomes. Without it, another value rejects the record.")
})

const Join = Schema.Struct({
  join: required(Schema.NonEmptyArray(Schema.String), reason("meaning.join")),
  with: optional(Schema.String, "What stands between them. Default: a space.")
})

const StepYaml = Schema.Union([Word, Split, Extract, Replace, Values, Join]).annotate(
  expects(reason("value.transformStep"))
)
export type Step = typeof StepYaml.Type

export const TransformYaml = Schema.NonEmptyArray(StepYaml).annotate(
  expects(reason("value.transform", { example: '[trim, { split: "," }]' }))
)
