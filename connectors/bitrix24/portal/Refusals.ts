/** What Bitrix24 means by its refusals. A code may be empty, a sentence or a number; then only the description tells. */
import { Data, Option, Schema } from "effect"
import { type Answer, failure, foreignText, quote, type Reason, type UpstreamError } from "../../../core/sdk.ts"
import { bitrix24 } from "../reasons.ts"

export interface Problem {
  readonly code: string
  readonly description: string
}

const Refused = Schema.Struct({
  error: Schema.Union([Schema.String, Schema.Number]),
  error_description: Schema.optionalKey(Schema.String)
})
const decodeRefused = Schema.decodeUnknownOption(Refused)

export const problemOf = (answer: unknown): Problem | undefined => {
  const refused = Option.getOrUndefined(decodeRefused(answer))
  return refused && { code: String(refused.error), description: refused.error_description ?? "" }
}

/** The cause of a refusal, for whoever asked. */
export class Refusal extends Data.TaggedClass("Refusal")<Problem> {}

/** The method has worked too long within ten minutes. It is judged before a call, so that nothing has happened. */
export class OperatingLimit extends Data.TaggedClass("OperatingLimit") {}

interface Meaning {
  readonly says: RegExp
  readonly kind: UpstreamError["kind"]
  readonly advice?: Reason
  /** In place of that of the answer. Null: none, so that nothing is sent again. */
  readonly status?: number | null
}

/** Matched against the code, or the description where the code is empty. */
const meanings: ReadonlyArray<Meaning> = [
  { says: /^QUERY_LIMIT_EXCEEDED$/, kind: "RateLimited" },
  { says: /^OVERLOAD_LIMIT$/, kind: "Status", status: null, advice: bitrix24("bitrix24.overloaded") },
  { says: /^PORTAL_DELETED$/, kind: "Status", status: null, advice: bitrix24("bitrix24.portalDeleted") },
  {
    says: /^(?:NO_AUTH_FOUND|INVALID_CREDENTIALS)$/i,
    kind: "Unauthorized",
    advice: bitrix24("bitrix24.checkWebhook")
  },
  { says: /^(?:expired_token|invalid_token)$/i, kind: "Unauthorized", advice: bitrix24("bitrix24.checkApplication") },
  {
    says: /^(?:insufficient_scope|ACCESS_DENIED|user_access_error|allowed_only_intranet_user)$/i,
    kind: "Status",
    advice: bitrix24("bitrix24.noRight")
  },
  { says: /^ERROR_METHOD_NOT_FOUND$/i, kind: "Status", status: 405, advice: bitrix24("bitrix24.noMethod") },
  { says: /^NOT_FOUND$|^(?:Element |Item )?not found\.?$/i, kind: "Status", status: 404 }
]

/** The failure for a refusal with this status. */
export const refusal = (subject: Answer["subject"], status: number, { code, description }: Problem): UpstreamError => {
  const text = [code, description].filter((part) => part !== "").join(": ")
  const answered = bitrix24("bitrix24.refused", { status, body: foreignText(quote(subject, text)) })
  if (code === "OPERATION_TIME_LIMIT") {
    return failure(subject, "Status", answered, { status: 429, cause: new OperatingLimit() })
  }
  const found = meanings.find(({ says }) => says.test(code === "" ? description.trim() : code))
  const why =
    found?.advice === undefined ? answered : bitrix24("bitrix24.advised", { why: answered, advice: found.advice })
  const { kind = "Status", status: meant = status } = found ?? {}
  return failure(subject, kind, why, {
    ...(meant === null ? {} : { status: meant }),
    cause: new Refusal({ code, description })
  })
}

const decodeHead = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))

/** Judges an answer. A page of HTML is judged by its status alone, and a proxy's time to wait counts. */
export const inspect = ({ head, headers, status, subject }: Answer): UpstreamError | undefined => {
  if ("retry-after" in headers) return undefined
  const isError = status >= 400 || (status === 200 && /^\s*\{\s*"error"/.test(head))
  if (!isError) return undefined
  const problem = Option.getOrUndefined(Option.map(decodeHead(head), problemOf))
  return problem && refusal(subject, status, problem)
}

export const isOperatingLimit = ({ cause }: UpstreamError): boolean => cause instanceof OperatingLimit
