/**
 * What the answer of a login holds that has no token at the declared place, and what to declare. The token may be elsewhere
 * in it, so the report has names, and of the values only the words with which vendors refuse.
 */
import { foreignText, quote, type Reason, tokenText } from "../../../core/sdk.ts"
import { rest } from "../reasons.ts"

type AnswerValue = readonly [pointer: string, name: string, value: unknown]

const maxNames = 12

/** The values of the answer, as deep as tokens are put. */
const valuesIn = (value: unknown, pointer = "", depth = 3): ReadonlyArray<AnswerValue> =>
  typeof value === "object" && value !== null && depth > 0
    ? Object.entries(value).flatMap(([name, inner]: [string, unknown]): ReadonlyArray<AnswerValue> => {
        const at = `${pointer}/${tokenText(name)}`
        return [[at, name, inner], ...valuesIn(inner, at, depth - 1)]
      })
    : []

/** A sentence, or a code made of words: no token is like that. */
const isWords = (value: unknown): value is string =>
  typeof value === "string" && (/\S\s+\S/.test(value) || /^\p{L}{2,20}(?:[_.-]\p{L}{2,20}){1,5}$/u.test(value))

const refusal =
  /^(?:err(?:or)?s?(?:[_-]?(?:message|description|text|msg|code))?|errmsg|messages?|msg|details?|reason|description|title)$/i

const isRefusal = ([, name, value]: AnswerValue): boolean => refusal.test(name) && isWords(value)

const isToken = ([, name, value]: AnswerValue): boolean =>
  typeof value === "string" &&
  /^[\x21-\x7e]{8,}$/.test(value) &&
  !isWords(value) &&
  /(?:token|jwt|session|sid|access|key|ticket)(?:_?id)?$/i.test(name)

/** `answer`: parsed, or a text. */
export const withoutToken = (subject: Parameters<typeof quote>[0], answer: unknown, pointer: string): Reason => {
  const found = valuesIn(answer)
  const refusal = found.find(isRefusal)?.[2]
  if (typeof refusal === "string")
    return rest("rest.loginRefused", { pointer, words: foreignText(quote(subject, refusal)) })
  const token = found.find(isToken)
  if (token !== undefined) return rest("rest.loginElsewhere", { pointer, write: `token: ${token[0]}` })
  const names = found.map(([at]) => at)
  if (names.length > 0) return rest("rest.loginHolds", { pointer, names: names.slice(0, maxNames).join(", ") })
  return typeof answer === "string" && /^[\w.~+/=-]{8,}$/.test(answer)
    ? rest("rest.loginElsewhere", { pointer, write: 'token: ""' })
    : rest("rest.loginAnswer", { pointer })
}
