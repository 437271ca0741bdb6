/**
 * Rules for every answer of every route: security headers, a problem document for every error, no details of internal
 * errors. `X-Request-Id`, the request's own or a new one, is in every log line about it, also of the runs it starts. Bodies of requests are limited; other origins have no access.
 */
import { randomUUID } from "node:crypto"
import { STATUS_CODES } from "node:http"
import { ByteSize, Cause, Effect } from "effect"
import { HttpRouter, HttpServerError, HttpServerRequest, HttpServerResponse, ProblemDetails } from "effect/http"
import type { HttpDeclaration } from "../config/Declarations.ts"
import { BackgroundWork } from "../control/BackgroundWork.ts"
import * as Metrics from "../observe/Metrics.ts"
import * as ConsoleFiles from "./ConsoleFiles.ts"
import * as HostCheck from "./HostCheck.ts"
import { withoutSecrets } from "./Redaction.ts"

export const docsPath = "/docs"

const maxBodyBytes = ByteSize.kibibytes(64)

const securityHeaders = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY"
}

/** The page contains its script and its style. */
const docsPolicy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; frame-ancestors 'none'"

const docsHeaders = { ...securityHeaders, "content-security-policy": docsPolicy }
const pageHeaders = { ...securityHeaders, "content-security-policy": ConsoleFiles.contentSecurityPolicy }

const pathOf = ({ url }: HttpServerRequest.HttpServerRequest): string => url.split("?", 1)[0] ?? ""

const headersFor = (
  request: HttpServerRequest.HttpServerRequest,
  { headers, status }: HttpServerResponse.HttpServerResponse
) => {
  const path = pathOf(request)
  if (path === docsPath) return docsHeaders
  if (!ConsoleFiles.isPage(path)) return securityHeaders
  const cached = headers["cache-control"]
  return status < 400 && cached !== undefined ? { ...pageHeaders, "cache-control": cached } : pageHeaders
}

const details: Readonly<Record<number, string>> = {
  404: `There is nothing at this address; ${docsPath} tells what there is.`,
  413: `The body may have at most ${ByteSize.format(maxBodyBytes)}.`,
  421: "This daemon listens on its own machine alone and is not known by that name; `http: { hosts: [...] }` adds names.",
  415: "Send the body as application/json.",
  500: "Something unexpected went wrong; the log tells more."
}

/** Turns an undescribed error, which has no body or a line of text, into a problem document. */
const described = (response: HttpServerResponse.HttpServerResponse) => {
  const { body, headers, status } = response
  if (status < 400 || (body._tag !== "Empty" && body.contentType?.includes("json") === true)) return response
  const problem = { type: ProblemDetails.blankType, status, title: STATUS_CODES[status] ?? "Error" }
  const detail = details[status]
  return HttpServerResponse.setHeaders(
    ProblemDetails.toResponse(detail === undefined ? problem : { ...problem, detail }),
    headers.connection === undefined ? {} : { connection: headers.connection }
  )
}

const responseOf = Effect.fnUntraced(function* <E>(cause: Cause.Cause<E>) {
  // The client has disconnected, or the server is stopping.
  if (Cause.hasInterrupts(cause)) return yield* Effect.failCause(cause)
  const [response, rest] = yield* HttpServerError.causeResponse(cause)
  if (response.status >= 500) yield* Effect.logError("a request failed", Cause.squash(rest))
  return response
})

/** What other programs put into logs safely; anything else is replaced. */
const correlationId = ({ headers }: HttpServerRequest.HttpServerRequest): string => {
  const given = headers["x-request-id"]
  return given !== undefined && /^[\w.:+=/-]{1,128}$/.test(given) ? given : randomUUID()
}

const mannered = Effect.fnUntraced(function* <E, R>(
  answered: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>,
  isStopping: Effect.Effect<boolean>,
  isOurs: ReturnType<typeof HostCheck.check>
) {
  const request = yield* HttpServerRequest.HttpServerRequest
  const path = pathOf(request)
  const id = correlationId(request)
  const known = isOurs === undefined || isOurs(request.headers.host, path)
  const response = yield* (known ? answered : Effect.succeed(HttpServerResponse.empty({ status: 421 }))).pipe(
    Effect.provideService(HttpServerRequest.MaxBodySize, maxBodyBytes),
    Effect.catchCause(responseOf),
    Effect.map(described),
    Effect.map((answer) => (path.startsWith("/api/") ? withoutSecrets(answer) : answer)),
    Effect.annotateLogs({ correlation_id: id })
  )
  yield* Metrics.httpAnswered(request.method, response.status)
  const headers = { ...headersFor(request, response), "x-request-id": id }
  // During a stop, a kept-alive connection would be served for as long as other requests run.
  return HttpServerResponse.setHeaders(response, (yield* isStopping) ? { ...headers, connection: "close" } : headers)
})

export const layer = (declaration: Pick<HttpDeclaration, "host" | "hosts">) => {
  const isOurs = HostCheck.check(declaration)
  return HttpRouter.middleware(
    Effect.map(
      BackgroundWork,
      ({ isStopping }) =>
        (answered) =>
          mannered(answered, isStopping, isOurs)
    ),
    { global: true }
  )
}
