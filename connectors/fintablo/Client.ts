/**
 * FinTablo with its token, and its way to refuse: a status inside the body, whatever HTTP says, sometimes in an array.
 */

import { Channel, Effect, Option, Schema } from "effect"
import { HttpClientRequest } from "effect/http"
import {
  type Answer,
  type ConnectorSettings,
  failure,
  fromClearJson,
  quoteBody,
  reason,
  records,
  Upstream,
  type UpstreamError
} from "../../core/sdk.ts"
import type { Config } from "./Config.ts"
import { fintablo } from "./reasons.ts"

/** The place of every list of this vendor. */
export const listFormat = { format: "json", records: "/items" } as const

export const make = Effect.fn("Fintablo.make")(function* (declaration: ConnectorSettings<Config>) {
  const { baseUrl, token } = declaration.config
  const anonymous = yield* Upstream.make({ declaration, baseUrl, inspect })
  const upstream = anonymous.authorized(
    Effect.succeed({ apply: (request) => HttpClientRequest.bearerToken(request, token), secret: token })
  )

  const probe = upstream.send(HttpClientRequest.get("/v1/moneybag-group")).pipe(
    Effect.flatMap((answer) =>
      Channel.runFold(
        records(listFormat, answer),
        () => 0,
        (count, batch) => count + batch.length
      )
    ),
    Effect.scoped,
    Effect.map((count) => `the token is accepted; ${count} moneybag groups`)
  )

  return { upstream, probe }
})

const Verdict = Schema.Struct({ status: Schema.Int, statusText: Schema.optionalKey(Schema.String) })
const decodeVerdict = Schema.decodeUnknownOption(fromClearJson(Schema.Union([Verdict, Schema.NonEmptyArray(Verdict)])))

/** Refusals are short; the head of a long list is not a complete JSON document, and so not a refusal. */
const verdictOf = ({ head }: Answer): typeof Verdict.Type | undefined => {
  const found = Option.getOrUndefined(decodeVerdict(head))
  return found === undefined || "status" in found ? found : found[0]
}

const isFine = (status: number): boolean => status >= 200 && status < 300

const kindOf = (status: number): UpstreamError["kind"] => {
  if (status === 401 || status === 403) return "Unauthorized"
  return status === 429 ? "RateLimited" : "Status"
}

const isRedirect = (status: number): boolean => status >= 300 && status < 400

const inspect = (answer: Answer): UpstreamError | undefined => {
  const { headers, subject } = answer
  // The engine judges a redirect, and an answer that may name a time to wait, because it knows the time.
  if (isRedirect(answer.status) || answer.status === 429 || answer.status === 503) return undefined
  const verdict = verdictOf(answer)
  const inBody = verdict?.status ?? answer.status
  if (isFine(answer.status) && isFine(inBody)) return undefined
  const status = isFine(answer.status) ? inBody : answer.status
  const params = { status: answer.status, body: quoteBody(subject, verdict?.statusText ?? answer.head) }
  const answered =
    inBody === answer.status ? reason("request.answered", params) : fintablo("fintablo.inBody", { ...params, inBody })
  const why = kindOf(status) === "Unauthorized" ? fintablo("fintablo.checkToken", { why: answered }) : answered
  const { "x-request-id": id } = headers
  const named = id === undefined ? why : fintablo("fintablo.request", { why, id })
  return failure(subject, kindOf(status), named, { status })
}
