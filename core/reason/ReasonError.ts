/** The base of errors that carry a reason: their message is its English text. */
import { type Cause, Data } from "effect"
import { type Reason, render } from "./Reason.ts"

type WithReason = { readonly reason: Reason }

type ReasonErrorClass<Tag extends string> = new <Fields extends object = object>(
  fields: Readonly<Fields> & WithReason
) => Cause.YieldableError & { readonly _tag: Tag } & Readonly<Fields> & WithReason

/** Makes the base of a tagged error; `Fields` are those beside the reason. */
export const ReasonError = <Tag extends string>(tag: Tag): ReasonErrorClass<Tag> => {
  class Base extends Data.TaggedError(tag)<WithReason> {
    override get message(): string {
      return render(this.reason)
    }
  }
  // A class cannot extend one whose fields are a type parameter; `Data.Error` assigns whatever it is given.
  return Base as ReasonErrorClass<Tag>
}
