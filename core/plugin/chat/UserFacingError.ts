/** A failure that people are told of by a sentence of its own, which says what to do. */
import { Data } from "effect"
import type { Reason } from "../../reason/Reason.ts"
import type { Variables } from "./Translator.ts"

/** It is an ordinary answer: nothing is logged. */
export class UserFacingError extends Data.TaggedError("UserFacingError")<{
  readonly key: string
  readonly variables?: Variables
  /** Told as `$why`. */
  readonly why?: Reason
}> {
  override get message(): string {
    return `user-facing error: ${this.key}`
  }
}
