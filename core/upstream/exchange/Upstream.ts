/**
 * The one function for all HTTP to vendors. From the inside out: time and size limits on each attempt, the connector's
 * budget, waiting as long as the vendor asks, retries of what may be repeated, one outcome of all that for the circuit
 * breaker, and one fresh login when a session was refused. Effect's own client combinators provide the same parts, but
 * theirs end with the headers of an answer; here all of them see the beginning of the body too.
 */
import { Cause, Clock, DateTime, Duration, Effect, Exit, Option, type Redacted, Schedule, Scope } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { CircuitBreaker } from "effect/persistence"
import type { ConnectorDeclaration } from "../../config/Declarations.ts"
import * as Metrics from "../../observe/Metrics.ts"
import { reason } from "../../reason/Reason.ts"
import type { UpstreamError } from "../Source.ts"
import * as Budget from "./Budget.ts"
import type { Credential } from "./Credential.ts"
import { type Answer, exchange, wholeBody } from "./Exchange.ts"
import {
  failure,
  isTransient,
  isUnready,
  PersonalAnswers,
  type RequestLabel,
  redactor,
  requestLabelOf,
  statusFailure,
  withTries
} from "./Failure.ts"
import * as RequestLog from "./RequestLog.ts"
import * as RequestTrace from "./RequestTrace.ts"
import { endpointName, type VendorEndpoint } from "./VendorEndpoint.ts"
import { VendorState } from "./VendorState.ts"
import * as WireTrace from "./WireTrace.ts"

export interface SendOptions {
  /** Whether sending twice equals sending once; only such requests are repeated. Default: the method is GET. */
  readonly idempotent?: boolean
  /** Sent also while the circuit is open, and without effect on it: for what must be tried anyway, such as a logout. */
  readonly despiteCircuit?: boolean
  /** The charset of the answer, whatever it says itself; only a byte order mark has precedence. */
  readonly charset?: string | undefined
  /** 202 is no answer yet, and is asked for again as after a failure: what stands in it is not the list. Default: false. */
  readonly isAwaited?: boolean
  readonly onEvent?: Budget.Listener
}

export interface Upstream {
  /** The endpoint's name in failures. */
  readonly name: string
  readonly baseUrl: string
  /** Succeeds with an answer that is not an error; its body can be read while the scope is open. */
  readonly send: (
    request: HttpClientRequest.HttpClientRequest,
    options?: SendOptions
  ) => Effect.Effect<Answer, UpstreamError, Scope.Scope>
  /** The same upstream within the same budget, with the credential in every request. */
  readonly authorized: (credential: Effect.Effect<Credential, UpstreamError>) => Upstream
}

/** How a vendor counts requests and answers them, as its connector type declares. */
export interface VendorTraits {
  /** Default: `tributary`. */
  readonly userAgent?: string
  /** Headers that say how long to wait, in the forms of `Retry-After`, which has precedence. */
  readonly waitHeaders?: ReadonlyArray<string>
  /** How many requests of the rate a request counts as. Default: 1. */
  readonly cost?: (request: HttpClientRequest.HttpClientRequest) => number
  /** Slows the budget: how long nothing more is to be sent, by any answer, refusals included. */
  readonly observe?: (answer: Answer) => Duration.Duration | undefined
  /** Finds a vendor's own way to refuse: an error envelope in an answer of 200, or the real meaning of a refusal. */
  readonly inspect?: (answer: Answer) => UpstreamError | undefined
}

export interface Options extends VendorTraits, Pick<VendorEndpoint, "account" | "group"> {
  readonly declaration: Pick<ConnectorDeclaration, "name" | "limits" | "retry" | "proxy">
  readonly baseUrl: string
  /** Secrets that an answer might repeat, beside the credential. */
  readonly secrets?: ReadonlyArray<Redacted.Redacted>
}

const endpointOf = ({ account, declaration, group }: Options): VendorEndpoint => ({
  connector: declaration.name,
  ...(account === undefined ? {} : { account }),
  ...(group === undefined ? {} : { group })
})

/**
 * The outcome for the circuit: an unreachable vendor fails, a refusing one is up, and a malformed answer may come from
 * a proxy.
 */
const outcome = (exit: Exit.Exit<Answer, UpstreamError>): CircuitBreaker.Outcome => {
  if (Exit.isSuccess(exit)) return CircuitBreaker.success
  const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  if (error === undefined) return CircuitBreaker.ignored
  if (isUnready(error)) return CircuitBreaker.success
  if (isTransient(error)) return CircuitBreaker.failure()
  return error.kind === "Status" || error.kind === "Unauthorized" ? CircuitBreaker.success : CircuitBreaker.ignored
}

const circuitOpen = (subject: RequestLabel, error: CircuitBreaker.CircuitBreakerError): UpstreamError => {
  const retryAfter = error.reason._tag === "CircuitOpen" ? error.reason.retryAfter : undefined
  const why =
    retryAfter === undefined
      ? reason("request.circuitTrying")
      : reason("request.circuitOpen", { wait: Budget.waitText(retryAfter) })
  return failure(subject, "CircuitOpen", why, { retryAfter })
}

const retries = (delays: ReadonlyArray<Duration.Duration>, listen: Budget.Listener) =>
  Schedule.recurs(delays.length).pipe(
    Schedule.setInputType<UpstreamError>(),
    Schedule.modifyDelay(({ output }) => Effect.succeed(delays[output] ?? Duration.zero)),
    Schedule.jittered,
    Schedule.modifyDelay(({ duration, input }) =>
      Effect.succeed(Duration.max(duration, input.retryAfter ?? Duration.zero))
    ),
    // The schedule steps before it is decided whether the error is one to repeat.
    Schedule.tap(({ attempt, duration, input }) =>
      isTransient(input)
        ? Effect.andThen(
            listen({ _tag: "Waiting", why: "retry", millis: Duration.toMillis(duration) }),
            RequestLog.logRetry(input, attempt, delays.length + 1, duration)
          )
        : Effect.void
    )
  )

/** Repeats a request that may be sent twice. Waiting as requested costs no retry; a wait longer than any run is refused. */
const repeated = <A, R>(
  once: Effect.Effect<A, UpstreamError, R>,
  { limits, retry: { delays } }: Options["declaration"],
  listen: Budget.Listener
) => {
  const mayWait = ({ kind, retryAfter }: UpstreamError): boolean =>
    kind === "RateLimited" && (retryAfter === undefined || Duration.isLessThanOrEqualTo(retryAfter, limits.deadline))
  return once.pipe(
    Effect.retry({ while: mayWait }),
    Effect.retry({ schedule: retries(delays, listen), while: isTransient }),
    Effect.mapError((error) => withTries(error, delays.length + 1))
  )
}

/** Returns what fails for an answer that refuses, and slows the budget as the vendor asks. */
const judgement = (
  { inspect, observe = () => undefined, waitHeaders = [] }: VendorTraits,
  budget: Pick<Budget.Budget, "answered" | "pause">
) =>
  Effect.fnUntraced(function* (answer: Answer, isAwaited: boolean) {
    const pause = observe(answer)
    if (pause !== undefined) yield* budget.pause(pause)
    const refusal = inspect?.(answer)
    if (refusal !== undefined) return yield* refusal
    if (answer.status < 200 || answer.status > 299 || (isAwaited && answer.status === 202)) {
      return yield* statusFailure(answer, yield* Clock.currentTimeMillis, waitHeaders)
    }
    yield* budget.answered
    return answer
  })

export const make = Effect.fn("Upstream.make")(function* (
  options: Options
): Effect.fn.Return<Upstream, never, HttpClient.HttpClient | VendorState | Scope.Scope> {
  const { limits, proxy } = options.declaration
  const { cost = () => 1, userAgent = "tributary" } = options
  const endpoint = endpointOf(options)
  const name = endpointName(endpoint)
  const { accountLimits, breaker, budget: budgetOf, hold, route: setRoute, trialEnd } = yield* VendorState
  const currentRoute = yield* setRoute(endpoint.connector, yield* HttpClient.HttpClient, proxy)
  yield* hold(endpoint)
  const budget = yield* budgetOf(endpoint, options.declaration)
  const budgetOfAccount = yield* accountLimits(endpoint.connector, options.declaration)
  const count = Metrics.vendorCounters(endpoint)
  const timed = Metrics.vendorTimer(endpoint)

  const judge = judgement(options, budget)
  /** First the account's own place: who waits for it keeps no other account from a shared one. */
  const enter = Effect.fnUntraced(function* (
    account: string | undefined,
    ...entry: Parameters<Budget.Budget["enter"]>
  ) {
    const own = account === undefined ? undefined : yield* budgetOfAccount(account)
    if (own !== undefined) yield* own.enter(...entry)
    yield* budget.enter(...entry)
  })
  /** Whether a refused call is to ask again: it came while another one was trying, which has ended by now. */
  const afterTrial = (error: UpstreamError | CircuitBreaker.CircuitBreakerError) =>
    error._tag === "CircuitBreakerError" && error.reason._tag === "CircuitHalfOpen"
      ? Effect.map(Effect.timeoutOption(trialEnd(name), limits.deadline), Option.isSome)
      : Effect.succeed(false)

  /** One request in a scope of its own, which ends with it unless the rest of the body is still unread. */
  const attempt = Effect.fnUntraced(function* (
    plain: HttpClientRequest.HttpClientRequest,
    { account, apply }: Pick<Credential, "account" | "apply">,
    label: RequestLabel,
    listen: Budget.Listener,
    { charset, isAwaited = false }: SendOptions
  ) {
    const { client, proxy } = yield* currentRoute
    const subject = proxy === undefined ? label : { ...label, proxy }
    const sent = Effect.flatMap(DateTime.now, (now) => {
      const request = apply(plain, now)
      const exchanging = timed(exchange(client, request, subject, limits, listen, charset))
      return RequestTrace.watch(WireTrace.watch(exchanging, subject, request, plain), subject, request)
    })
    const scope = yield* Scope.fork(yield* Effect.scope)
    return yield* enter(account, subject, listen, cost(plain)).pipe(
      Effect.andThen(RequestLog.watch(sent, subject)),
      Effect.flatMap((answer) => judge(answer, isAwaited)),
      Effect.tapError((error) =>
        error.kind === "RateLimited"
          ? Effect.flatMap(budget.pause(error.retryAfter), (pause) => RequestLog.logPause(error, pause))
          : Effect.void
      ),
      Scope.provide(scope),
      Effect.onExit((exit) => (Exit.isSuccess(exit) && !exit.value.whole ? Effect.void : Scope.close(scope, exit)))
    )
  })

  const upstream = (credential: Effect.Effect<Credential | undefined, UpstreamError>): Upstream => {
    const secrets = options.secrets ?? []

    const send: Upstream["send"] = Effect.fn("Upstream.send")(function* (request, sendOptions = {}) {
      const { despiteCircuit = false, idempotent = request.method === "GET", onEvent } = sendOptions
      const listen: Budget.Listener =
        onEvent === undefined ? count : (event) => Effect.andThen(count(event), onEvent(event))
      const target = addressed(options.baseUrl, userAgent, request)

      const call = Effect.fnUntraced(function* (held: Credential | undefined) {
        const redact = redactor(held === undefined ? secrets : [...secrets, held.secret])
        const subject = requestLabelOf(name, request, redact, options.baseUrl, yield* PersonalAnswers)
        if (held !== undefined && new URL(target.url).origin !== new URL(options.baseUrl).origin) {
          return yield* failure(subject, "Declaration", reason("request.foreignHost"))
        }
        const once = attempt(target, held ?? unauthorized, subject, listen, sendOptions)
        const patient = idempotent ? repeated(once, options.declaration, listen) : once
        if (despiteCircuit) return yield* patient
        return yield* breaker.execute(patient, { key: name, classify: outcome }).pipe(
          Effect.retry({ while: afterTrial }),
          Effect.catchTag("CircuitBreakerError", (error) => Effect.fail(circuitOpen(subject, error)))
        )
      })

      // Outside the call: getting a credential may itself take a place in the budget and a call through the breaker.
      const held = yield* credential
      return yield* call(held).pipe(
        Effect.catchIf(
          (error) => error.kind === "Unauthorized" && held?.renew !== undefined,
          () => Effect.andThen(held?.renew ?? Effect.void, Effect.flatMap(credential, call))
        )
      )
    })

    return { name, baseUrl: options.baseUrl, send, authorized: upstream }
  }

  return upstream(Effect.succeed(undefined))
})

const unauthorized: Pick<Credential, "account" | "apply"> = { apply: (one) => one }

/** Absolute if the vendor named the address (the next page), else below the base URL. */
const addressed = (baseUrl: string, userAgent: string, request: HttpClientRequest.HttpClientRequest) =>
  HttpClientRequest.setHeaders(URL.canParse(request.url) ? request : HttpClientRequest.prependUrl(request, baseUrl), {
    "accept-encoding": "gzip, deflate, br",
    "user-agent": userAgent
  })

/** Reads a small answer as text. */
export const text = (
  upstream: Upstream,
  request: HttpClientRequest.HttpClientRequest,
  options?: SendOptions
): Effect.Effect<string, UpstreamError> =>
  upstream.send(request, options).pipe(
    Effect.flatMap(wholeBody),
    Effect.map((bytes) => new TextDecoder().decode(bytes)),
    Effect.scoped
  )
