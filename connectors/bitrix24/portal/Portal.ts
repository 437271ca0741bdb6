/**
 * Calls of a portal's methods, alone or up to 50 in one request. A call that was refused before it began (too many requests,
 * too long at work) is sent again whatever it does; others only if they change nothing.
 */
import { Effect, Result, Schedule } from "effect"
import { HttpClientRequest } from "effect/http"
import { failure, type Upstream, type UpstreamError } from "../../../core/sdk.ts"
import { bitrix24 } from "../reasons.ts"
import { type CallAnswer, decodeAnswer, partsOf } from "./Envelope.ts"
import type { Listener, OperatingMeter } from "./OperatingMeter.ts"
import { type Params, queryOf } from "./Query.ts"
import { isOperatingLimit, problemOf, refusal } from "./Refusals.ts"

export interface Call {
  readonly method: string
  readonly params?: Params
}

export interface CallOptions {
  /** Whether calling twice equals calling once. Default: true. */
  readonly idempotent?: boolean
  /** The parameters are personal and stay out of the address. Default: false. */
  readonly isPersonal?: boolean
  /** Numbers that a double would change are marked in the answer. */
  readonly marks?: boolean
  readonly onEvent?: Listener
}

export interface Portal {
  readonly call: (call: Call, options?: CallOptions) => Effect.Effect<CallAnswer, UpstreamError>
  /**
   * One request for these calls, which change nothing and come one after the other; their results are in the same order. Values
   * may refer to earlier results (`resultOf`). Fails when the request as a whole does.
   */
  readonly batch: (
    calls: ReadonlyArray<Call>,
    options?: CallOptions
  ) => Effect.Effect<ReadonlyArray<Result.Result<CallAnswer, UpstreamError>>, UpstreamError>
}

/** PHP would make a list of a map whose names are numbers. */
const nameOf = (at: number): string => `c${at}`

/** Refers to a place in the result of an earlier call of a batch: `[items][49][id]`. */
export const resultOf = (at: number, place: string): string => `$result[${nameOf(at)}]${place}`

/** A portal that is asked for less, or time that passes, ends such a refusal; a run's deadline ends the waiting. */
const limitRetries = Schedule.recurs(20)

export const make = (upstream: Upstream.Upstream, meter: OperatingMeter): Portal => {
  const send = (request: HttpClientRequest.HttpClientRequest, options: CallOptions) => {
    const { idempotent = true, marks = false, onEvent } = options
    return upstream.send(request, { idempotent, ...(onEvent === undefined ? {} : { onEvent }) }).pipe(
      Effect.flatMap((answer) =>
        Effect.map(decodeAnswer(answer, marks), (answered) => ({ answered, subject: answer.subject }))
      ),
      Effect.scoped,
      // The engine repeats only what may be sent twice.
      Effect.retry({
        schedule: limitRetries,
        while: ({ kind, status }) => !idempotent && kind === "RateLimited" && status !== undefined
      })
    )
  }

  const call: Portal["call"] = Effect.fn("Portal.call")(function* ({ method, params = {} }, options = {}) {
    const listen = options.onEvent ?? (() => Effect.void)
    const request = requestOf(method, params, options)
    const { answered } = yield* Effect.andThen(meter.awaitTurn([method], listen), send(request, options)).pipe(
      Effect.tapError((error) => (isOperatingLimit(error) ? meter.refused(method) : Effect.void)),
      Effect.retry({ schedule: limitRetries, while: isOperatingLimit })
    )
    yield* meter.record(method, answered.time)
    return answered
  })

  const batch: Portal["batch"] = Effect.fn("Portal.batch")(function* (calls, options = {}) {
    yield* meter.awaitTurn(
      calls.map(({ method }) => method),
      options.onEvent ?? (() => Effect.void)
    )
    const cmd = Object.fromEntries(
      calls.map(({ method, params = {} }, at) => [nameOf(at), `${method}?${queryOf(params)}`])
    )
    const { answered, subject } = yield* send(post("batch", { halt: 0, cmd }), options)
    const part = partsOf(answered)
    return yield* Effect.forEach(
      calls,
      Effect.fnUntraced(function* ({ method }, at) {
        const { answer, error } = part(nameOf(at))
        if (answer !== undefined) {
          yield* meter.record(method, answer.time)
          return Result.succeed(answer)
        }
        if (error === undefined) return Result.fail(unanswered(subject, method))
        const refused = refusal(subject, 400, problemOf(error) ?? noProblem)
        if (isOperatingLimit(refused)) yield* meter.refused(method)
        return Result.fail(refused)
      })
    )
  })

  return { call, batch }
}

const post = (method: string, body: unknown) =>
  HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(`/${method}`), body)

/** Servers and proxies refuse longer addresses. */
const maxQuery = 4_000

/** What changes nothing is a GET, whose address tells what was asked. */
const requestOf = (method: string, params: Params, { idempotent = true, isPersonal = false }: CallOptions) => {
  const query = queryOf(params)
  return idempotent && !isPersonal && query.length <= maxQuery
    ? HttpClientRequest.get(query === "" ? `/${method}` : `/${method}?${query}`)
    : post(method, params)
}

const noProblem = { code: "", description: "" }

const unanswered = (subject: Parameters<typeof failure>[0], method: string): UpstreamError =>
  failure(subject, "Format", bitrix24("bitrix24.unanswered", { method }))
