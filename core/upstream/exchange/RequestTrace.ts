/**
 * The last requests of a run, in case it fails. During the run a request is only remembered; the text is made when it
 * is needed. The bodies of logins are never kept.
 */
import { Cause, Clock, Context, DateTime, Effect, Exit, Option } from "effect"
import type { HttpClientRequest } from "effect/http"
import type { LastRequest } from "../../observe/LastRequest.ts"
import { reason, render } from "../../reason/Reason.ts"
import type { UpstreamError } from "../Source.ts"
import type { RequestLabel } from "./Failure.ts"
import { hiderOf } from "./HideCredentials.ts"

/**
 * Limits: requests kept, characters of an answer shown, and of an answer remembered. A secret is removed before the
 * text is cut.
 */
const maxCount = 10
const maxShown = 200
const maxHead = 4096

interface TracedRequest {
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
  readonly #seen: Array<TracedRequest> = []

  add(seen: TracedRequest): void {
    this.#seen.push(seen)
    if (this.#seen.length > maxCount) this.#seen.shift()
  }

  /** Oldest first. */
  get lastRequests(): ReadonlyArray<LastRequest> {
    return this.#seen.map(lastRequestOf)
  }
}

/** The trace of the current run, if there is one. */
export const CurrentRequestTrace = Context.Reference<RequestTrace | undefined>(
  "tributary/core/upstream/exchange/RequestTrace",
  {
    defaultValue: () => undefined
  }
)

/** Whether the answer itself is a secret. */
export const Confidential = Context.Reference<boolean>("tributary/core/upstream/exchange/Confidential", {
  defaultValue: () => false
})

/** Traces the requests of an effect as those of a run. */
export const withTrace = (trail: RequestTrace) => Effect.provideService(CurrentRequestTrace, trail)

/** Runs a login: the request is shown, its answer is not. */
export const confidential: <A, E, R>(login: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = Effect.provideService(
  Confidential,
  true
)

interface TracedAnswer {
  readonly status: number
  readonly head: string
}

/** Remembers one exchange, however it ended. */
export const watch = <A extends TracedAnswer, R>(
  exchanging: Effect.Effect<A, UpstreamError, R>,
  subject: RequestLabel,
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<A, UpstreamError, R> =>
  Effect.flatMap(CurrentRequestTrace, (trail) => {
    if (trail === undefined) return exchanging
    return Effect.flatMap(Clock.currentTimeMillis, (at) =>
      Effect.onExit(exchanging, (exit) =>
        Effect.map(Effect.zip(Clock.currentTimeMillis, Confidential), ([now, confidential]) => {
          const answer = Exit.isSuccess(exit) ? exit.value : undefined
          trail.add({
            subject,
            request,
            at,
            millis: now - at,
            status: answer?.status ?? null,
            head: confidential || subject.isPersonal === true ? "" : (answer?.head.slice(0, maxHead) ?? ""),
            error: Exit.isSuccess(exit) ? null : whyOf(exit.cause)
          })
        })
      )
    )
  })

/** The reason without the request, which is shown beside it. */
export const whyOf = (cause: Cause.Cause<UpstreamError>): string => {
  const error = Option.getOrUndefined(Cause.findErrorOption(cause))
  if (error === undefined) return render(reason("run.interrupted"))
  const { why } = error.reason.params
  return typeof why === "object" && "code" in why ? render(why) : error.message
}

const lastRequestOf = ({ at, error, head, millis, request, status, subject }: TracedRequest): LastRequest => {
  const hider = hiderOf(request, subject)
  const hide = (text: string) => hider(text, maxShown)
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
