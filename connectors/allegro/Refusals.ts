/** What Allegro means by its refusals. Errors of the API are lists, those of the authorization are one code of OAuth. */
import { Data, Duration, Option, Schema } from "effect"
import {
  type Answer,
  failure,
  fromClearJson,
  quoteBody,
  type Reason,
  spanOf,
  type UpstreamError
} from "../../core/sdk.ts"
import { allegro } from "./reasons.ts"

/** Allegro blocks an application that is over its limit for a minute and does not say so in a header. */
const block = Duration.minutes(1)

/** Undefined where the answer itself says how long to wait: the engine reads that. */
const overLimit = ({ headers, status, subject }: Answer): UpstreamError | undefined =>
  "retry-after" in headers
    ? undefined
    : failure(subject, "RateLimited", allegro("allegro.limit", { status, wait: spanOf(block) }), {
        status,
        retryAfter: block
      })

/** The number by which Allegro's support finds the request. */
const traced = (why: Reason, { headers }: Answer): Reason => {
  const { "trace-id": id } = headers
  return id === undefined ? why : allegro("allegro.traced", { why, id })
}

const tooManyOrders = /exceed maximal result size/

const isErrorList = ({ head }: Answer): boolean => head.trimStart().startsWith("{")

/** The right that a path needs, of those that the connector is made for. */
const rightOf = (url: string): string | undefined => {
  const { pathname } = new URL(url)
  if (pathname.endsWith("/me")) return "allegro:api:profile:read"
  return pathname.includes("/order/") ? "allegro:api:orders:read" : undefined
}

const lacking = ({ url }: Answer, answered: { readonly status: number; readonly body: Reason }): Reason => {
  const right = rightOf(url)
  return right === undefined
    ? allegro("allegro.anotherScope", answered)
    : allegro("allegro.scope", { ...answered, right })
}

/** The cause of a refusal that another authorization mends, with more rights. */
export class MissingRight extends Data.TaggedClass("MissingRight") {}

interface Meaning {
  readonly kind: "Status" | "Unauthorized"
  readonly why: Reason
  readonly cause?: MissingRight
}

const meaningOf = (answer: Answer): Meaning | undefined => {
  const { head, status, subject } = answer
  const answered = { status, body: quoteBody(subject, head) }
  if (status === 401) return { kind: "Unauthorized", why: allegro("allegro.token", answered) }
  if (status === 403) {
    return isErrorList(answer)
      ? { kind: "Status", why: lacking(answer, answered), cause: new MissingRight() }
      : { kind: "Status", why: allegro("allegro.blocked", answered) }
  }
  return status === 422 && tooManyOrders.test(head)
    ? { kind: "Status", why: allegro("allegro.tooMany", answered) }
    : undefined
}

/** Judges an answer of the API. */
export const inspect = (answer: Answer): UpstreamError | undefined => {
  if (answer.status === 429) return overLimit(answer)
  const meaning = meaningOf(answer)
  if (meaning === undefined) return undefined
  const { cause, kind, why } = meaning
  return failure(answer.subject, kind, traced(why, answer), { status: answer.status, cause })
}

/** The code of a refused authorization, as the cause of the failure. Its description is left out: it repeats tokens. */
export class OAuthRefusal extends Data.TaggedClass("OAuthRefusal")<{ readonly code: string }> {}

const AuthError = Schema.Struct({ error: Schema.String.check(Schema.isPattern(/^[a-z_]{1,40}$/)) })
const decodeAuthError = Schema.decodeUnknownOption(fromClearJson(AuthError))

/** Judges an answer of the authorization, never in words of it. */
export const inspectAuth = (answer: Answer): UpstreamError | undefined => {
  const { head, status, subject } = answer
  if (status === 429) return overLimit(answer)
  if (status !== 400 && status !== 401 && status !== 403) return undefined
  const refused = Option.getOrUndefined(decodeAuthError(head))
  if (refused === undefined && status === 403) {
    return failure(subject, "Status", allegro("allegro.blocked", { status, body: quoteBody(subject, head) }), {
      status
    })
  }
  const { error: code = "" } = refused ?? {}
  if (status === 401 && code !== "invalid_token") {
    return failure(subject, "Unauthorized", allegro("allegro.badClient", { status }), { status })
  }
  if (refused === undefined) return undefined
  const why = allegro("allegro.authorization", { status, code })
  return failure(subject, "Status", why, { status, cause: new OAuthRefusal({ code }) })
}

export const codeOf = ({ cause }: UpstreamError): string | undefined =>
  cause instanceof OAuthRefusal ? cause.code : undefined
