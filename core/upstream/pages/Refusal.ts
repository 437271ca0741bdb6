/** What an answer says went wrong, although it came with a status of success. */
import type { Entity } from "../../config/Entity.ts"
import { follow, pointerTo } from "../../config/Pointer.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import { isJsonObject, type JsonObject } from "../records/Json.ts"
import type { BodyFacts } from "../records/Records.ts"
import { elementValue, flagOf } from "./FactValues.ts"
import { type EnvelopeEntries, isNothing, statedEntries, usualError } from "./UsualNames.ts"

/** Whether the value is an error, or a code or state of one: `errcode: 40001`, `code: 500`, `status: error`. */
const isRefusal = ([pointer, name, value]: EnvelopeEntries[number]): boolean => {
  if (usualError.test(name)) return !isNothing(elementValue(value))
  if (name === "failed") return value === true || (/\/_?shards\/failed$/i.test(pointer) && !isNothing(value))
  if (/^(?:is)?(?:success(?:ful)?|succeeded|ok)$/.test(name)) return value !== null && isDenied(value)
  if (!/^(?:ack|code|result|stat|state|status(?:code)?)$/.test(name)) return false
  return /^\s*(?:[45]\d\d|err|error|fail|failed|failure)\s*$/i.test(String(elementValue(value)))
}

const isDenied = (value: unknown): boolean =>
  flagOf(value) === false || /^\s*no?\s*$/i.test(String(elementValue(value)))

/**
 * An `error` or `success: false` beside the records, unless its value means no error. The declared place is skipped:
 * the declaration says what it means.
 */
export const refusal = (entity: Entity, envelope: JsonObject | undefined): Reason | undefined => {
  const { fail } = entity
  if (fail === "none") return undefined
  const declared = fail && pointerTo(fail.pointer)
  const found = statedEntries(entity, envelope).find((one) => one[0] !== declared && isRefusal(one))
  return found && refusalAt(found)
}

export const shortJson = (value: unknown): string => {
  const raw = JSON.stringify(value)
  return raw.length > 80 ? `${raw.slice(0, 80)}…` : raw
}

export const refusalAt = ([pointer, , value]: EnvelopeEntries[number]): Reason =>
  reason("read.refusal", { pointer, value: shortJson(value) })

/** Whether the answer is a refusal as the entity declares it. */
export const isRefused = ({ fail }: Entity, { envelope }: BodyFacts): boolean =>
  fail !== undefined &&
  fail !== "none" &&
  envelope !== undefined &&
  String(follow(envelope, fail.pointer) ?? null) === String(fail.equals)

/** The errors of a GraphQL answer, which come with a status of 200, also beside data that lack something. */
export const graphqlErrors = ({ request: { graphql } }: Entity, { envelope }: BodyFacts): string | undefined => {
  const errors = graphql === undefined ? undefined : envelope?.errors
  if (errors === undefined || errors === null || (Array.isArray(errors) && errors.length === 0)) return undefined
  const messages = (Array.isArray(errors) ? errors : [errors]).map((error: unknown) =>
    isJsonObject(error) && typeof error.message === "string" ? error.message : JSON.stringify(error)
  )
  return messages.join("; ")
}
