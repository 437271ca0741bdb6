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

export type NamedCalls = Readonly<Record<string, Call>>

export interface Portal {
  readonly call: (call: Call, options?: CallOptions) => Effect.Effect<CallAnswer, UpstreamError>
  /**
   * One request for these calls, which change nothing and come one after the other. Values may refer to earlier results, as
   * in `$result[name][items][0][id]`. Fails when the request as a whole does.
   */
  readonly batch: (
    calls: NamedCalls,
    options?: CallOptions
  ) => Effect.Effect<(name: string) => Result.Result<CallAnswer, UpstreamError>, UpstreamError>
}

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
    const methods = Object.values(calls).map(({ method }) => method)
    yield* meter.awaitTurn(methods, options.onEvent ?? (() => Effect.void))
    const cmd = Object.fromEntries(
      Object.entries(calls).map(([name, { method, params = {} }]) => [name, `${method}?${queryOf(params)}`])
    )
    const { answered, subject } = yield* send(post("batch", { halt: 0, cmd }), options)
    const part = partsOf(answered)
    const results = new Map<string, Result.Result<CallAnswer, UpstreamError>>()
    for (const [name, { method }] of Object.entries(calls)) {
      const { answer, error } = part(name)
      if (answer !== undefined) yield* meter.record(method, answer.time)
      const failed = error === undefined ? undefined : refusal(subject, 400, problemOf(error) ?? noProblem)
      if (failed !== undefined && isOperatingLimit(failed)) yield* meter.refused(method)
      results.set(
        name,
        answer === undefined ? Result.fail(failed ?? unanswered(subject, method)) : Result.succeed(answer)
      )
    }
    return (name) => results.get(name) ?? Result.fail(unanswered(subject, name))
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
