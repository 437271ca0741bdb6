/**
 * JSON of another system that is read as a whole. It is refused if an object states a name twice with different values: a
 * parser would keep the last one, and nobody knows which is meant.
 */
import { Schema, SchemaTransformation } from "effect"
import { type Reason, reason } from "../../reason/Reason.ts"
import { ambiguity } from "./DoubledNames.ts"

/** Why a text is ambiguous, if it is JSON and it is. */
export const ambiguityIn = (json: string): Reason | undefined => {
  try {
    const why = ambiguity(json, JSON.parse(json))
    return why && reason("answer.ambiguous", { why })
  } catch {
    return undefined
  }
}

const Clear = Schema.String.check(
  Schema.makeFilter((json: string) => ambiguityIn(json) === undefined, { expected: "JSON without doubled names" })
)

/** `Schema.fromJsonString` for what other systems send. */
export const fromClearJson = <S extends Schema.Constraint>(schema: S) =>
  Clear.pipe(Schema.decodeTo(schema, SchemaTransformation.fromJsonString()))
