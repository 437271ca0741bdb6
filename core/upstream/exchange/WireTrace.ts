/**
 * Each request and answer as it is exchanged, for a person who watches one command. None of it holds a secret: known
 * ones and those that are recognised by name are removed, what a credential adds to a request is hidden whatever
 * its name, and neither logins nor answers with personal data show a body.
 */
import { Clock, Context, Effect, Exit } from "effect"
import { type HttpClientRequest, UrlParams } from "effect/http"
import { redactedText } from "../../observe/Secrets.ts"
import type { UpstreamError } from "../Source.ts"
import { type RequestLabel, readableUrl } from "./Failure.ts"
import { hiderOf, isSecret } from "./HideCredentials.ts"
import { secretNames } from "./NamedSecrets.ts"
import { Confidential, whyOf } from "./RequestTrace.ts"

export type Fields = ReadonlyArray<readonly [name: string, value: string]>

/** `body`: the first characters on one line. `number`: counted from 1, it joins an answer to its request. */
export type WireMessage = {
  readonly number: number
  readonly method: string
  readonly address: string
  readonly headers: Fields
  readonly body: string
} & (
  | { readonly _tag: "Request" }
  | {
      readonly _tag: "Answer"
      readonly status: number
      readonly ms: number
      /** Bytes of the body after decompression; `isWhole`: there are no more. */
      readonly bytes: number
      readonly isWhole: boolean
    }
  | { readonly _tag: "Failure"; readonly ms: number; readonly error: string }
)

export class WireTrace {
  #count = 0
  readonly tell: (exchanged: WireMessage) => Effect.Effect<void>

  constructor(tell: WireTrace["tell"]) {
    this.tell = tell
  }

  next(): number {
    this.#count += 1
    return this.#count
  }
}

/** The trace of the current command, if somebody watches. */
export const CurrentWireTrace = Context.Reference<WireTrace | undefined>("tributary/core/upstream/exchange/WireTrace", {
  defaultValue: () => undefined
})

const bodyLength = 500
const valueLength = 300

interface TracedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly head: string
  readonly arrived: number
  readonly whole: boolean
}

type Request = HttpClientRequest.HttpClientRequest

/** Tells of one exchange, before and after it. `plain`: the request without its credential. */
export const watch = <A extends TracedAnswer, R>(
  exchanging: Effect.Effect<A, UpstreamError, R>,
  subject: RequestLabel,
  request: Request,
  plain: Request
): Effect.Effect<A, UpstreamError, R> =>
  Effect.flatMap(CurrentWireTrace, (trace) =>
    trace === undefined ? exchanging : traced(trace, exchanging, subject, request, plain)
  )

const traced = Effect.fnUntraced(function* <A extends TracedAnswer, R>(
  trace: WireTrace,
  exchanging: Effect.Effect<A, UpstreamError, R>,
  subject: RequestLabel,
  request: Request,
  plain: Request
) {
  const hide = hiderOf(request, subject)
  const isConfidential = yield* Confidential
  const of = { number: trace.next(), method: request.method, address: hide(addressOf(request, plain), 2_000) }
  const shownOf = (headers: Readonly<Record<string, string>>, isAdded: (name: string) => boolean): Fields =>
    Object.entries(headers).map(([name, value]) => [
      name,
      isSecret(name) || isAdded(name) ? redactedText : hide(value, valueLength)
    ])
  const isAdded = (name: string) => plain.headers[name] !== request.headers[name]
  const body = isConfidential && request.body._tag !== "Empty" ? login : hide(bodyOf(request, plain), bodyLength)
  yield* trace.tell({ _tag: "Request", ...of, headers: shownOf(request.headers, isAdded), body })
  const at = yield* Clock.currentTimeMillis
  return yield* Effect.onExit(exchanging, (exit) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const ms = Math.round(now - at)
      if (Exit.isFailure(exit)) {
        return trace.tell({
          _tag: "Failure",
          ...of,
          headers: [],
          body: "",
          ms,
          error: hide(whyOf(exit.cause), valueLength)
        })
      }
      const { arrived, head, headers, status, whole } = exit.value
      const shown = isConfidential ? login : subject.isPersonal === true ? personal : hide(head, bodyLength)
      // A session may be opened by any header of a login's answer.
      const answerHeaders = shownOf(headers, (name) => isConfidential && !harmlessHeaders.has(name))
      return trace.tell({
        _tag: "Answer",
        ...of,
        headers: answerHeaders,
        body: shown,
        status,
        ms,
        bytes: arrived,
        isWhole: whole
      })
    })
  )
})

const login = "(of a login: not shown)"
const personal = "(holds personal data that is dropped or hashed: not shown)"

const harmlessHeaders = new Set(["content-type", "content-length", "content-encoding", "date", "server", "connection"])

/** The whole address with its parameters; of those that the credential adds, the names. */
const addressOf = (request: Request, plain: Request): string => {
  const given = new Map(plain.urlParams.params.map(([name, value]) => [name, String(value)]))
  const parameters = UrlParams.redact(request.urlParams, secretNames).map(([name, value]) =>
    typeof value === "string" && given.get(name) !== undefined ? `${name}=${value}` : `${name}=${redactedText}`
  )
  const url = readableUrl(UrlParams.redactUrl(plain.url, secretNames))
  return parameters.length === 0 ? url : `${url}${url.includes("?") ? "&" : "?"}${parameters.join("&")}`
}

const bodyOf = ({ body }: Request, plain: Request): string => {
  if (body !== plain.body) return redactedText
  return body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : body._tag === "Empty" ? "" : "(a stream)"
}
