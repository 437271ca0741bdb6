/** The texts of failures that people read: a sentence that says what to do, in their language. */
import { SqlError } from "effect/sql"
import { meaningOf } from "../core/database/connection/SqlReason.ts"
import { reasonText } from "../core/plugin/chat/ReasonText.ts"
import type { Translator, Variables } from "../core/plugin/chat/Translator.ts"
import { UserFacingError } from "../core/plugin/chat/UserFacingError.ts"
import { type Reason, reasonOfError } from "../core/reason/Reason.ts"

const keys: Readonly<Record<string, string>> = {
  DatabaseSilent: "failure-database",
  SqlError: "failure-database",
  TelegramError: "failure-telegram"
}

/** Returns `undefined` for a defect of the bot. */
export const sentenceOf = (failure: { readonly message: string } | undefined, translator: Translator): string => {
  if (failure instanceof UserFacingError)
    return translator.say(failure.key, { ...failure.variables, ...whyOf(translator, failure.why) })
  // A person in a chat can only try again when the database is not there.
  const isThere = SqlError.isSqlError(failure) && failure.reason._tag !== "ConnectionError"
  const meaning = isThere ? meaningOf(failure) : undefined
  if (meaning !== undefined) return translator.say("failure-other", whyOf(translator, meaning))
  const tag = failure !== undefined && "_tag" in failure ? String(failure._tag) : ""
  const key = keys[tag]
  if (key !== undefined) return translator.say(key)
  return failure === undefined
    ? translator.say("failure-unexpected")
    : translator.say("failure-other", whyOf(translator, reasonOfError(failure)))
}

const whyOf = (translator: Translator, why: Reason | undefined): Variables =>
  why === undefined ? {} : { why: reasonText(translator, why) }
