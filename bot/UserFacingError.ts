/** What people read when something did not work: a sentence that says what to do, in their language. */
import { Data } from "effect"
import { SqlError } from "effect/sql"
import { meaningOf } from "../core/database/SqlReason.ts"
import { carried, type Reason } from "../core/reason/Reason.ts"
import { told } from "./i18n/Reasons.ts"
import type { Variables, Words } from "./i18n/Translator.ts"

/** A failure that has its own sentence in the locales. */
export class Told extends Data.TaggedError("Told")<{
  readonly key: string
  readonly variables?: Variables
  /** Told as `$why`. */
  readonly why?: Reason
}> {
  override get message(): string {
    return `told: ${this.key}`
  }
}

const keys: Readonly<Record<string, string>> = {
  SqlError: "failure-database",
  TelegramError: "failure-telegram"
}

/** `undefined`: a mistake of ours. */
export const sentenceOf = (failure: { readonly message: string } | undefined, words: Words): string => {
  if (failure instanceof Told) return words.say(failure.key, { ...failure.variables, ...whyOf(words, failure.why) })
  const meaning = SqlError.isSqlError(failure) ? meaningOf(failure) : undefined
  if (meaning !== undefined) return words.say("failure-other", whyOf(words, meaning))
  const tag = failure !== undefined && "_tag" in failure ? String(failure._tag) : ""
  const key = keys[tag]
  if (key !== undefined) return words.say(key)
  return failure === undefined
    ? words.say("failure-unexpected")
    : words.say("failure-other", whyOf(words, carried(failure)))
}

const whyOf = (words: Words, why: Reason | undefined): Variables => (why === undefined ? {} : { why: told(words, why) })
