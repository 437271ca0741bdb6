/** The answers of a portal. PHP writes an empty map as a list, and so a map whose names are 0, 1, 2. */
import { Effect, Option, Schema } from "effect"
import {
  type Answer,
  ambiguityIn,
  exactText,
  excerptOf,
  failure,
  fromClearJson,
  isJsonObject,
  unmark
} from "../../../core/sdk.ts"
import { bitrix24 } from "../reasons.ts"

/** What a method's work has cost. */
export interface CallTime {
  /** Seconds that the method has worked within the last ten minutes. */
  readonly operating: number
  /** How many seconds after the answer some of it counts no more. */
  readonly freeIn: number
}

export interface CallAnswer {
  readonly result: unknown
  readonly total?: number
  readonly next?: number
  readonly time?: CallTime
}

const numberOf = (value: unknown): number | undefined => {
  const number = Number(unmark(value) ?? Number.NaN)
  return Number.isFinite(number) ? number : undefined
}

const timeOf = (time: unknown): CallTime | undefined => {
  if (!isJsonObject(time)) return undefined
  const operating = numberOf(time.operating)
  const resetAt = numberOf(time.operating_reset_at)
  const finished = numberOf(time.finish)
  if (operating === undefined || resetAt === undefined || finished === undefined) return undefined
  return { operating, freeIn: Math.max(resetAt - finished, 0) }
}

const answerOf = ({ next, result, time, total }: Readonly<Record<"next" | "result" | "time" | "total", unknown>>) => {
  const [counted, from, cost] = [numberOf(total), numberOf(next), timeOf(time)]
  return {
    result,
    ...(counted === undefined ? {} : { total: counted }),
    ...(from === undefined ? {} : { next: from }),
    ...(cost === undefined ? {} : { time: cost })
  } satisfies CallAnswer
}

export const mapOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {}

const parsed = Schema.decodeUnknownOption(fromClearJson(Schema.Unknown))

/** Reads a whole answer, in which numbers keep their digits. */
export const decodeAnswer = Effect.fnUntraced(function* (answer: Answer, marks: boolean) {
  const text = yield* exactText(answer, { marks })
  const body = Option.getOrUndefined(parsed(text))
  if (isJsonObject(body) && "result" in body) {
    const { next, result, time, total } = body
    return answerOf({ next, result, time, total })
  }
  const why = ambiguityIn(text) ?? bitrix24("bitrix24.noAnswer", { begins: excerptOf(answer.subject, answer.head) })
  return yield* failure(answer.subject, "Format", why, { status: answer.status })
})

/** What a batch answered one of its calls: an answer, an error, or nothing. */
export interface PartAnswer {
  readonly answer?: CallAnswer
  readonly error?: unknown
}

/** The answers of a batch by the names of its calls. */
export const partsOf = ({ result }: CallAnswer): ((name: string) => PartAnswer) => {
  const parts = mapOf(result)
  const [results, errors, totals, nexts, times] = [
    parts.result,
    parts.result_error,
    parts.result_total,
    parts.result_next,
    parts.result_time
  ].map(mapOf)
  return (name) => {
    if (errors?.[name] !== undefined) return { error: errors[name] }
    if (results === undefined || !Object.hasOwn(results, name)) return {}
    const answer = { result: results[name], total: totals?.[name], next: nexts?.[name], time: times?.[name] }
    return { answer: answerOf(answer) }
  }
}
