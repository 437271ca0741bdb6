/** What people read when something did not work: a sentence that says what to do, in their language. */
import { Data } from "effect"
import { SqlError } from "effect/sql"
import { meaningOf } from "../core/database/SqlReason.ts"
import { carried, type Reason } from "../core/reason/Reason.ts"
import { reasonText } from "./i18n/Reasons.ts"
import type { Translator, Variables } from "./i18n/Translator.ts"

/** A failure that has its own sentence in the locales. */
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

const keys: Readonly<Record<string, string>> = {
  SqlError: "failure-database",
  TelegramError: "failure-telegram"
}

/** `undefined`: a mistake of ours. */
export const sentenceOf = (failure: { readonly message: string } | undefined, translator: Translator): string => {
  if (failure instanceof UserFacingError)
    return translator.say(failure.key, { ...failure.variables, ...whyOf(translator, failure.why) })
  const meaning = SqlError.isSqlError(failure) ? meaningOf(failure) : undefined
  if (meaning !== undefined) return translator.say("failure-other", whyOf(translator, meaning))
  const tag = failure !== undefined && "_tag" in failure ? String(failure._tag) : ""
  const key = keys[tag]
  if (key !== undefined) return translator.say(key)
  return failure === undefined
    ? translator.say("failure-unexpected")
    : translator.say("failure-other", whyOf(translator, carried(failure)))
}

const whyOf = (translator: Translator, why: Reason | undefined): Variables =>
  why === undefined ? {} : { why: reasonText(translator, why) }
