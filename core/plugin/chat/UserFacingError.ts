/** A failure with a sentence of its own in the locales, which tells the person what to do. */
import { Data } from "effect"
import type { Reason } from "../../reason/Reason.ts"
import type { Variables } from "./Translator.ts"

/** It is an ordinary answer and is not logged. */
export class UserFacingError extends Data.TaggedError("UserFacingError")<{
  readonly key: string
  readonly variables?: Variables
  /** The variable `$why` of the sentence. */
  readonly why?: Reason
}> {
  override get message(): string {
    return `user-facing error: ${this.key}`
  }
}
