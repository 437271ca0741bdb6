/** The meaning of Google's refusals, in a sentence that says what to do. */

import { Option, Schema } from "effect"
import {
  type Answer,
  failure,
  fromClearJson,
  quoteBody,
  type Reason,
  reason,
  type UpstreamError
} from "../../core/sdk.ts"
import { gsheet } from "./reasons.ts"

const ApiError = Schema.Struct({
  error: Schema.Struct({
    message: Schema.String,
    details: Schema.optionalKey(Schema.Array(Schema.Struct({ reason: Schema.optionalKey(Schema.String) })))
  })
})
const TokenError = Schema.Struct({ error: Schema.String, error_description: Schema.optionalKey(Schema.String) })
const decodeError = Schema.decodeUnknownOption(fromClearJson(Schema.Union([ApiError, TokenError])))

interface Remedy {
  readonly status: number
  /** Matched against the message and the reasons. */
  readonly says: RegExp
  /** `email` is the service account. */
  readonly remedy: (email: string) => Reason
}

const tokenRemedies: ReadonlyArray<Remedy> = [
  { status: 400, says: /short-lived token|reasonable timeframe/i, remedy: () => gsheet("gsheet.clock") },
  {
    status: 400,
    says: /Invalid JWT Signature/i,
    remedy: (email) => gsheet("gsheet.otherKey", { email })
  },
  {
    status: 400,
    says: /account not found|invalid_client/i,
    remedy: (email) => gsheet("gsheet.noAccount", { email })
  }
]

const apiRemedies: ReadonlyArray<Remedy> = [
  {
    status: 400,
    says: /^Unable to parse range/,
    remedy: () => gsheet("gsheet.noTab")
  },
  {
    status: 400,
    says: /exceeds grid limits/,
    remedy: () => gsheet("gsheet.outside")
  },
  {
    status: 400,
    says: /not supported for this document/,
    remedy: () => gsheet("gsheet.office")
  },
  {
    status: 400,
    says: /protected cell or object/,
    remedy: (email) => gsheet("gsheet.protected", { email })
  },
  {
    status: 400,
    says: /above the limit of \d+ cells/,
    remedy: () => gsheet("gsheet.full")
  },
  {
    status: 403,
    says: /SERVICE_DISABLED|has not been used in project|is disabled/,
    remedy: () => gsheet("gsheet.apiOff")
  },
  {
    status: 403,
    says: /ACCESS_TOKEN_SCOPE_INSUFFICIENT/,
    remedy: () => gsheet("gsheet.scope")
  },
  {
    status: 403,
    says: /^/,
    remedy: (email) => gsheet("gsheet.share", { email })
  },
  {
    status: 404,
    says: /^/,
    remedy: () => gsheet("gsheet.noSpreadsheet")
  }
]

/** Other refusals are handled by the engine: a 401 renews the token, a 429 and a 503 wait. */
export const refusalOf =
  (email: string) =>
  (answer: Answer): UpstreamError | undefined => {
    const { status, subject } = answer
    if (status < 400 || status === 401 || status === 429 || status === 503) return undefined
    const refused = Option.getOrUndefined(decodeError(answer.head))
    if (refused === undefined) return undefined
    const isToken = typeof refused.error === "string"
    const message = messageOf(refused)
    const found = (isToken ? tokenRemedies : apiRemedies).find(
      (known) => known.status === status && known.says.test(message)
    )
    const answered = reason("request.answered", { status, body: quoteBody(subject, message) })
    const why =
      found === undefined ? answered : gsheet("gsheet.remedied", { why: answered, remedy: found.remedy(email) })
    const kind = isToken && status < 500 ? "Unauthorized" : "Status"
    return failure(subject, kind, why, { status })
  }

const messageOf = (refused: typeof ApiError.Type | typeof TokenError.Type): string => {
  const { error } = refused
  if (typeof error === "string")
    return "error_description" in refused ? `${error}: ${refused.error_description}` : error
  const reasons = (error.details ?? []).flatMap(({ reason = "" }) => (reason === "" ? [] : [reason]))
  return [error.message, ...reasons].join(" ")
}
