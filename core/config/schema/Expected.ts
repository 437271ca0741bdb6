/**
 * What a schema expects, or why it refuses a value, as a reason: it stands in the schema's annotations beside the English
 * text, where `Explain` finds it.
 */
import { type Schema, SchemaIssue } from "effect"
import { isReason, type Reason, reason, render } from "../../reason/Reason.ts"

/** Of a type: what stands at its place. */
export const wanted = (what: Reason) => ({ expected: render(what), reason: what })

/** Of a check: why it refuses a value. */
export const checked = (why: Reason) => ({ message: render(why), reason: why })

/** Of a check: what it lets pass. */
export const expecting = (what: Reason) => checked(reason("value.expected", { what }))

/** For a check whose reason depends on the value. */
export const refused = (why: Reason): SchemaIssue.Issue => new SchemaIssue.InvalidValue(checked(why))

/** Of a key: what it means. */
export const described = (what: Reason) => ({ description: render(what), reason: what })

/** What one of the above has put there. */
export const reasonIn = (annotations: Schema.Annotations.Annotations | undefined): Reason | undefined => {
  const why = annotations?.reason
  return isReason(why) ? why : undefined
}
