/** The YAML keys of an entity of a portal: which objects it reads. */
import { Schema } from "effect"
import {
  type EntityKeys,
  expectedMessage,
  expects,
  optional,
  required,
  Scalar,
  withDefault
} from "../../../core/sdk.ts"
import type { Config } from "../Config.ts"
import { bitrix24 } from "../reasons.ts"
import { listingOf, oneOf } from "./Listing.ts"
import { objectNames, type PortalObject, parseObject } from "./PortalObject.ts"

const ObjectName = Schema.String.annotate({ examples: objectNames }).check(
  Schema.makeFilter(
    (text: string) => parseObject(text) !== undefined,
    expectedMessage(bitrix24("bitrix24.objectName", { examples: objectNames.join(", ") }))
  )
)

const FilterValue = Schema.Union([Scalar, Schema.Array(Scalar)]).annotate(expects(bitrix24("bitrix24.filterValue")))

export const Keys = Schema.Struct({
  object: required(ObjectName, bitrix24("bitrix24.object", { examples: objectNames.join(", ") })),
  filter: withDefault(
    Schema.Record(Schema.String, FilterValue),
    {},
    'Which of them, as in { categoryId: 5, ">=opportunity": 1000 }; the signs before a field are those of Bitrix24. Default: all.'
  ),
  select: optional(
    Schema.NonEmptyArray(Schema.String),
    'The fields that are asked for, as in [id, title]; phones and addresses of contacts come with "*". Default: all.'
  )
})
export type Keys = typeof Keys.Type

/** Checked when the keys are decoded. */
export const objectOf = ({ object }: Keys): PortalObject => {
  const found = parseObject(object)
  if (found === undefined) throw new Error(`${object} is no object of a portal`)
  return found
}

export const entityKeys: EntityKeys<typeof Keys, Config> = {
  schema: Keys,
  located: "object",
  incremental: true,
  path: (keys) => `/${listingOf(objectOf(keys)).method}`,
  one: (keys) => ({ path: `/${oneOf(objectOf(keys)).method}`, query: {}, records: "", gone: [404] })
}

/** Whether `own` of an entity came from YAML. */
export const isKeys = Schema.is(Keys)
