/**
 * The last requests of a run, in case it fails. During the run a request is only remembered; the text is made when it
 * is needed. The bodies of logins are never kept.
 */
import { Cause, Clock, Context, DateTime, Effect, Exit, Option, Redacted } from "effect"
import type { HttpClientRequest } from "effect/http"
import type { LastRequest } from "../../observe/LastRequest.ts"
import { spelledPattern } from "../../observe/SecretPatterns.ts"
import { hidden } from "../../observe/Secrets.ts"
import { reason, render } from "../../reason/Reason.ts"
import type { UpstreamError } from "../Source.ts"
import { line, type RequestLabel } from "./Failure.ts"
import { secretNames } from "./NamedSecrets.ts"

/**
 * Limits: requests kept, characters of an answer shown, and of an answer remembered. A secret is removed before the
 * text is cut.
 */
const maxCount = 10
const told = 200
const remembered = 4096

interface Seen {
  readonly subject: RequestLabel
  /** The request with its credential, which an answer may repeat. */
  readonly request: HttpClientRequest.HttpClientRequest
  readonly at: number
  readonly millis: number
  readonly status: number | null
  readonly head: string
  readonly error: string | null
}

export class RequestTrace {
  readonly #seen: Array<Seen> = []

  add(seen: Seen): void {
    this.#seen.push(seen)
    if (this.#seen.length > maxCount) this.#seen.shift()
  }

  /** Oldest first. */
  get told(): ReadonlyArray<LastRequest> {
    return this.#seen.map(tell)
  }
}

export interface Watching {
  readonly trail: RequestTrace
  /** Whether the answer itself is a secret. */
  readonly confidential: boolean
}

/** The trace of the current run, if there is one. */
export const CurrentRequestTrace = Context.Reference<Watching | undefined>(
  "tributary/core/upstream/exchange/RequestTrace",
  {
    defaultValue: () => undefined
  }
)

/** Traces the requests of an effect as those of a run. */
export const within = (trail: RequestTrace) =>
  Effect.provideService(CurrentRequestTrace, { trail, confidential: false })

/** Runs a login: the request is shown, its answer is not. */
export const confidential = <A, E, R>(login: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(CurrentRequestTrace, (watching) =>
    watching === undefined
      ? login
      : Effect.provideService(login, CurrentRequestTrace, { trail: watching.trail, confidential: true })
  )

interface Answered {
  readonly status: number
  readonly head: string
}

/** Remembers one exchange, however it ended. */
export const watch = <A extends Answered, R>(
  exchanging: Effect.Effect<A, UpstreamError, R>,
  subject: RequestLabel,
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<A, UpstreamError, R> =>
  Effect.flatMap(CurrentRequestTrace, (watching) => {
    if (watching === undefined) return exchanging
    const { confidential, trail } = watching
    return Effect.flatMap(Clock.currentTimeMillis, (at) =>
      Effect.onExit(exchanging, (exit) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          const answer = Exit.isSuccess(exit) ? exit.value : undefined
          trail.add({
            subject,
            request,
            at,
            millis: now - at,
            status: answer?.status ?? null,
            head: confidential || subject.isPersonal === true ? "" : (answer?.head.slice(0, remembered) ?? ""),
            error: Exit.isSuccess(exit) ? null : whyOf(exit.cause)
          })
        })
      )
    )
  })

/** The reason without the request, which is shown beside it. */
const whyOf = (cause: Cause.Cause<UpstreamError>): string => {
  const error = Option.getOrUndefined(Cause.findErrorOption(cause))
  if (error === undefined) return render(reason("run.interrupted"))
  const { why } = error.reason.params
  return typeof why === "object" && "code" in why ? render(why) : error.message
}

const tell = ({ at, error, head, millis, request, status, subject }: Seen): LastRequest => {
  const shown = spelled(credentialsOf(request))
  const hide = (text: string) => line(shown === undefined ? text : text.replace(shown, hidden), subject.redact, told)
  return {
    at: DateTime.formatIso(DateTime.makeUnsafe(at)),
    method: subject.method,
    path: hide(subject.url),
    status,
    ms: Math.round(millis),
    head: hide(head),
    error: error === null ? null : hide(error)
  }
}

const isSecret = (name: string): boolean => secretNames.some((pattern) => pattern.test(name))

/**
 * The credentials of the request: everything under the name of a secret, including values written into the declaration
 * as plain text.
 */
const credentialsOf = ({ headers, url, urlParams }: HttpClientRequest.HttpClientRequest): ReadonlyArray<string> => {
  const query = URL.canParse(url) ? [...new URL(url).searchParams] : []
  const given = [...Object.entries(headers), ...query, ...urlParams.params].flatMap(([name, value]) =>
    isSecret(name) ? (Redacted.isRedacted(value) ? String(Redacted.value(value)) : String(value)) : []
  )
  return given.flatMap(proofsIn).filter((value) => value.length > 3)
}

/** An answer may also repeat only the token of `Bearer abc`, or the password of Basic authorization. */
const proofsIn = (value: string): ReadonlyArray<string> => {
  const [, scheme = "", proof] = /^(\S+)\s+(\S.*)$/.exec(value) ?? []
  if (proof === undefined) return [value]
  const plain = scheme.toLowerCase() === "basic" ? Buffer.from(proof, "base64").toString() : ""
  return [value, proof, plain.slice(plain.indexOf(":") + 1)]
}

const spelled = (values: ReadonlyArray<string>): RegExp | undefined =>
  values.length === 0 ? undefined : new RegExp(values.map(spelledPattern).join("|"), "g")
