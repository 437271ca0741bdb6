/**
 * The expects of a schema, or why it refuses a value, as a reason in the schema's annotations beside the English
 * text, where `Explain` finds it.
 */
import { type Schema, SchemaIssue } from "effect"
import { isReason, type Reason, reason, render } from "../../reason/Reason.ts"

/** Annotates a type with the kind of value it expects. */
export const expects = (what: Reason) => ({ expected: render(what), reason: what })

/** Annotates a check with why it refuses a value. */
export const checkMessage = (why: Reason) => ({ message: render(why), reason: why })

/** Annotates a check with what it accepts. */
export const expectedMessage = (what: Reason) => checkMessage(reason("value.expected", { what }))

/** For a check whose reason depends on the value. */
export const invalidValue = (why: Reason): SchemaIssue.Issue => new SchemaIssue.InvalidValue(checkMessage(why))

/** Annotates a key with its meaning. */
export const keyDescription = (what: Reason) => ({ description: render(what), reason: what })

/** Returns the reason that one of the functions above has set. */
export const reasonIn = (annotations: Schema.Annotations.Annotations | undefined): Reason | undefined => {
  const why = annotations?.reason
  return isReason(why) ? why : undefined
}
