/**
 * How failed exchanges are reported. Every `UpstreamError` is made here, so each names connector, method and path, says
 * what to do, and holds no secret: known secrets are removed from every text, parameters that carry keys are blanked.
 */
import { Context, type Duration, Redacted } from "effect"
import { Headers, type HttpClientError, type HttpClientRequest, UrlParams } from "effect/http"
import { redact, redactedText } from "../../observe/Secrets.ts"
import { foreignText, type Reason, reason } from "../../reason/Reason.ts"
import { UpstreamError, type UpstreamErrorKind } from "../Source.ts"
import { secretNames, withoutNamed } from "./NamedSecrets.ts"

/** How failures name one request. */
export interface RequestLabel {
  /** `crm: GET /deals?page=2` */
  readonly name: string
  readonly method: string
  /** The whole URL below the base URL, with its query, without secrets. */
  readonly url: string
  readonly redact: (text: string) => string
  /** Whether answers hold personal data, so that no text of them may be shown. */
  readonly isPersonal?: boolean
  /** Host and port of the proxy through which it is sent. */
  readonly proxy?: string
}

/** Set for reads whose records hold personal data. */
export const PersonalAnswers = Context.Reference<boolean>("tributary/core/upstream/PersonalAnswers", {
  defaultValue: () => false
})

/**
 * Removes secrets from a text: those of the configuration, the given ones as they are and URL-encoded, and anything
 * else that looks like a secret.
 */
export const redactor = (secrets: ReadonlyArray<Redacted.Redacted>): ((text: string) => string) => {
  // A shorter one would match harmless words, and its blank would reveal more than it hides.
  const known = secrets.map(Redacted.value).filter((secret) => secret.length > 3)
  const written = known.flatMap((secret) => [secret, encodeURIComponent(secret)])
  return (text) => withoutNamed(written.reduce((rest, secret) => rest.replaceAll(secret, redactedText), redact(text)))
}

export const readableUrl = (url: string): string => {
  try {
    return decodeURI(url)
  } catch {
    return url
  }
}

/** An address may be a secret as a whole, so only the part below `baseUrl` is shown. */
const pathOf = (url: string, baseUrl: string | undefined): string => {
  if (baseUrl !== undefined && url.startsWith(baseUrl)) return url.slice(baseUrl.replace(/\/$/, "").length)
  return URL.canParse(url) ? url.slice(new URL(url).origin.length) : url
}

const urlOf = ({ url, urlParams }: HttpClientRequest.HttpClientRequest, baseUrl: string | undefined): string => {
  const path = pathOf(url, baseUrl)
  const query = UrlParams.redact(urlParams, secretNames).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : redactedText}`
  )
  return [readableUrl(UrlParams.redactUrl(path, secretNames)), query.join("&")]
    .filter((part) => part !== "")
    .join(path.includes("?") ? "&" : "?")
}

/** Labels `request` without its credential, so that the credential is never named. */
export const requestLabelOf = (
  connector: string,
  request: HttpClientRequest.HttpClientRequest,
  redact: (text: string) => string,
  baseUrl?: string,
  isPersonal = false
): RequestLabel => {
  const { method } = request
  const url = redact(urlOf(request, baseUrl))
  return { name: `${connector}: ${method} ${cut(printable(url), 160)}`, method, url, redact, isPersonal }
}

/** Replaces characters that PostgreSQL refuses or that move a cursor; they do not belong in a message. */
const printable = (text: string): string => text.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}]/gu, "\ufffd")

/** Cuts between two characters, never through one. */
const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most).replace(/[\ud800-\udbff]$/, "")}…` : text

/**
 * The beginning of a text on one line. Redacted before it is cut, because half a secret at the end would not be
 * recognised.
 */
export const excerptLine = (text: string, redact: (text: string) => string, most: number): string =>
  cut(printable(redact(text).replaceAll(/\s+/g, " ").trim()), most)

/** The beginning of an answer, on one line, fit for a message; of an answer with personal data, no text. */
export const quote = (subject: RequestLabel, text: string): string =>
  subject.isPersonal === true ? "«…»" : `«${excerptLine(text, subject.redact, 200)}»`

/** The same as a reason; an empty text has a reason, too. */
export const excerptOf = (subject: RequestLabel, text: string): Reason =>
  text.trim() === "" ? reason("answer.nothing") : quoted(subject, text)

/** The same for the body of an error answer. */
export const quoteBody = (subject: RequestLabel, text: string): Reason =>
  text.trim() === "" ? reason("answer.empty") : quoted(subject, text)

const quoted = (subject: RequestLabel, text: string): Reason =>
  subject.isPersonal === true ? reason("answer.personal") : foreignText(quote(subject, text))

export const failure = (
  subject: RequestLabel,
  kind: UpstreamErrorKind,
  why: Reason,
  more: Pick<UpstreamError, "status" | "retryAfter" | "cause"> = {}
): UpstreamError =>
  new UpstreamError({ kind, reason: reason("request.failed", { request: subject.name, why }), ...more })

const cutOff = reason("net.cutOff")
const unknownAuthority = reason("net.unknownAuthority")

const advice: Readonly<Record<string, Reason>> = {
  ECONNRESET: cutOff,
  EPIPE: cutOff,
  UND_ERR_SOCKET: cutOff,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: cutOff,
  HPE_INVALID_EOF_STATE: cutOff,
  ECONNREFUSED: reason("net.refused"),
  ENOTFOUND: reason("net.unknownHost"),
  EAI_AGAIN: reason("net.lookup"),
  UND_ERR_CONNECT_TIMEOUT: reason("net.noConnection"),
  DEPTH_ZERO_SELF_SIGNED_CERT: reason("net.selfSigned"),
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  CERT_HAS_EXPIRED: reason("net.expired"),
  ERR_SSL_WRONG_VERSION_NUMBER: reason("net.noTls")
}

const codeOf = (cause: unknown): string | undefined =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined

/** The reason of the innermost cause: undici says "terminated" and keeps the reason below. */
const innermost = (cause: unknown, redact: (text: string) => string): Reason => {
  if (!(cause instanceof Error)) return reason("net.broke")
  const known = advice[codeOf(cause) ?? ""]
  if (known !== undefined) return known
  return cause.cause instanceof Error ? innermost(cause.cause, redact) : foreignText(redact(cause.message))
}

/**
 * The failure for a missing or interrupted answer. The cause kept is the socket's, never the request, which carries the
 * credential.
 */
export const unreachable = (subject: RequestLabel, error: HttpClientError.HttpClientError): UpstreamError => {
  if (error.reason._tag === "InvalidUrlError" || error.reason._tag === "EncodeError") {
    return failure(subject, "Declaration", reason("request.unsendable"))
  }
  const { cause } = error
  const status = proxyStatus(cause)
  if (subject.proxy !== undefined && status !== undefined) {
    // A proxy that does not reach the host may reach it later; one that refuses will refuse again.
    const kind = status >= 500 ? "Unreachable" : "Declaration"
    return failure(subject, kind, reason("net.proxyAnswered", { proxy: subject.proxy, status }), { cause })
  }
  return failure(subject, "Unreachable", throughProxy(subject, innermost(cause, subject.redact)), { cause })
}

/** Names the proxy, since either the way to it or the way behind it may be at fault. */
export const throughProxy = ({ proxy }: RequestLabel, why: Reason): Reason =>
  proxy === undefined ? why : reason("net.throughProxy", { why, proxy })

/** The proxy's answer to CONNECT, which undici reports only as text. */
const proxyStatus = (cause: unknown): number | undefined => {
  if (!(cause instanceof Error)) return undefined
  const [, status] = /^Proxy response \((\d{3})\)/.exec(cause.message) ?? []
  return status === undefined ? proxyStatus(cause.cause) : Number(status)
}

/** How long the answer asks to wait: either form of `Retry-After`, or else of the first of `own` headers that is there. */
const retryAfterOf = (
  headers: Headers.Headers,
  now: number,
  own: ReadonlyArray<string>
): Duration.Duration | undefined => {
  const header = ["retry-after", ...own].map((name) => headers[name.toLowerCase()]).find((text) => text !== undefined)
  if (header === undefined) return undefined
  const parsed = Headers.parseRetryAfter(header)
  return parsed._tag === "Success" ? Headers.retryAfterDelay(parsed.success, now) : undefined
}

/** The failure for an answer whose status is an error. */
export const statusFailure = (
  answer: {
    readonly subject: RequestLabel
    readonly status: number
    readonly headers: Headers.Headers
    readonly head: string
  },
  now: number,
  waitHeaders: ReadonlyArray<string> = []
): UpstreamError => {
  const { subject, status, headers } = answer
  const answered = { status, body: quoteBody(subject, answer.head) }
  const retryAfter = retryAfterOf(headers, now, waitHeaders)
  if (status === 429 || (status === 503 && retryAfter !== undefined)) {
    return failure(subject, "RateLimited", reason("request.rateLimited", answered), { status, retryAfter })
  }
  if (status === 401 || status === 403) {
    return failure(subject, "Unauthorized", reason("request.unauthorized", answered), { status })
  }
  if (status === 304) return failure(subject, "Status", reason("request.notModified", { status }), { status })
  if (status >= 300 && status < 400) {
    const { location = "" } = headers
    const why =
      location.trim() === ""
        ? reason("request.redirectedNowhere", { status })
        : reason("request.redirected", { status, location: quote(subject, UrlParams.redactUrl(location, secretNames)) })
    return failure(subject, "Status", why, { status })
  }
  if (status === 202) return failure(subject, "Status", reason("request.unready", answered), { status, retryAfter })
  return failure(subject, "Status", reason("request.answered", answered), { status })
}

/** Adds the number of tries to the last failure. */
export const withTries = (error: UpstreamError, tries: number): UpstreamError =>
  tries > 1 && isTransient(error)
    ? new UpstreamError({ ...error, reason: reason("request.tried", { why: error.reason, count: tries }) })
    : error

/** Whether the source accepted the request and works on the answer. */
export const isUnready = ({ kind, status }: UpstreamError): boolean => kind === "Status" && status === 202

/** Whether the same read may succeed when it is repeated. */
export const isTransient = (error: UpstreamError): boolean => {
  const { kind, status = 0 } = error
  if (kind === "Unreachable" || kind === "Timeout" || isUnready(error)) return true
  return kind === "Status" && (status >= 500 || status === 408 || status === 425)
}
