/** What Google's refusals mean, in a sentence that says what to do. */

import { Option, Schema } from "effect"
import { said as inWords } from "../../core/reason/Reason.ts"
import type { Answer } from "../../core/upstream/Exchange.ts"
import { failure, quote } from "../../core/upstream/Failure.ts"
import type { UpstreamError } from "../../core/upstream/Source.ts"

const ApiError = Schema.Struct({
  error: Schema.Struct({
    message: Schema.String,
    details: Schema.optionalKey(Schema.Array(Schema.Struct({ reason: Schema.optionalKey(Schema.String) })))
  })
})
const TokenError = Schema.Struct({ error: Schema.String, error_description: Schema.optionalKey(Schema.String) })
const decodeError = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Union([ApiError, TokenError])))

interface Remedy {
  readonly status: number
  /** Found in the message and the reasons. */
  readonly says: RegExp
  /** `email` is the service account. */
  readonly remedy: (email: string) => string
}

const clock = "the clock of this machine is wrong: set it by NTP"

const tokenRemedies: ReadonlyArray<Remedy> = [
  { status: 400, says: /short-lived token|reasonable timeframe/i, remedy: () => clock },
  {
    status: 400,
    says: /Invalid JWT Signature/i,
    remedy: (email) =>
      `privateKey is not, or no longer, a key of ${email}: make a new key for it in the Google Cloud console`
  },
  {
    status: 400,
    says: /account not found|invalid_client/i,
    remedy: (email) => `there is no service account ${email}, or it is disabled: check \`email\``
  }
]

const apiRemedies: ReadonlyArray<Remedy> = [
  {
    status: 400,
    says: /^Unable to parse range/,
    remedy: () =>
      "there is no such tab, or this is no A1 notation: check `range`, or `sheet` of an export, against the titles of the tabs"
  },
  {
    status: 400,
    says: /exceeds grid limits/,
    remedy: () => "`range` begins outside of the tab: rows or columns were deleted"
  },
  {
    status: 400,
    says: /not supported for this document/,
    remedy: () => "this is an Office file: in Google Sheets choose File, Save as Google Sheets, and name the new id"
  },
  {
    status: 400,
    says: /protected cell or object/,
    remedy: (email) => `the cells are protected: under Data, Protected sheets and ranges, let ${email} edit them`
  },
  {
    status: 400,
    says: /above the limit of \d+ cells/,
    remedy: () => "the spreadsheet is full: delete tabs, or rows and columns that nobody uses"
  },
  {
    status: 403,
    says: /SERVICE_DISABLED|has not been used in project|is disabled/,
    remedy: () => "enable the Google Sheets API in the Google Cloud project of the service account"
  },
  {
    status: 403,
    says: /ACCESS_TOKEN_SCOPE_INSUFFICIENT/,
    remedy: () => "the access token does not cover this call"
  },
  {
    status: 403,
    says: /^/,
    remedy: (email) => `share the spreadsheet with ${email} (Viewer is enough to read, an export needs Editor)`
  },
  {
    status: 404,
    says: /^/,
    remedy: () => "there is no such spreadsheet: `spreadsheet` is what stands between /d/ and /edit in its address"
  }
]

/** Other refusals are judged by the engine: a 401 asks for a fresh token, a 429 and a 503 to wait. */
export const refusalOf =
  (email: string) =>
  (answer: Answer): UpstreamError | undefined => {
    const { status, subject } = answer
    if (status < 400 || status === 401 || status === 429 || status === 503) return undefined
    const refused = Option.getOrUndefined(decodeError(answer.head))
    if (refused === undefined) return undefined
    const isToken = typeof refused.error === "string"
    const said = sayingOf(refused)
    const found = (isToken ? tokenRemedies : apiRemedies).find(
      (known) => known.status === status && known.says.test(said)
    )
    const remedy = found === undefined ? "" : `; ${found.remedy(email)}`
    const kind = isToken && status < 500 ? "Unauthorized" : "Status"
    return failure(subject, kind, inWords(`answered ${status}: ${quote(subject, said)}${remedy}`), { status })
  }

const sayingOf = (refused: typeof ApiError.Type | typeof TokenError.Type): string => {
  const { error } = refused
  if (typeof error === "string")
    return "error_description" in refused ? `${error}: ${refused.error_description}` : error
  const reasons = (error.details ?? []).flatMap(({ reason = "" }) => (reason === "" ? [] : [reason]))
  return [error.message, ...reasons].join(" ")
}
