/**
 * Reads that are asked for together become requests of up to 50 calls. Each caller gets the answer or the error of its own
 * call; a call that a batch did not answer, or refused for the time that its method has worked, is sent alone.
 */
import { Array as Arr, Effect, Request, RequestResolver, Result } from "effect"
import type { UpstreamError } from "../../../core/sdk.ts"
import type { CallAnswer } from "./Envelope.ts"
import type { Call, CallOptions, Portal } from "./Portal.ts"
import { isOperatingLimit } from "./Refusals.ts"

class Read extends Request.Class<{ readonly call: Call; readonly options: CallOptions }, CallAnswer, UpstreamError> {}

export type ReadCall = (call: Call, options?: CallOptions) => Effect.Effect<CallAnswer, UpstreamError>

export interface GatherOptions {
  readonly enabled: boolean
  /** At most 50. */
  readonly size: number
}

/** Turns of the event loop: reads that begin together ask within a few, and a test's clock may stand still. */
const turns = Effect.repeat(Effect.yieldNow, { times: 20 })

/** The batch as a whole was not accepted: the calls may be, one by one. */
const isBatchRefused = ({ kind, status = 0 }: UpstreamError): boolean =>
  kind === "Status" && status >= 400 && status < 500 && status !== 429

export const make = (portal: Portal, { enabled, size }: GatherOptions): ReadCall => {
  if (!enabled) return portal.call

  const alone = (entry: Request.Entry<Read>) =>
    Request.completeEffect(entry, portal.call(entry.request.call, entry.request.options))

  const together = Effect.fnUntraced(function* (entries: ReadonlyArray<Request.Entry<Read>>) {
    yield* Effect.logDebug(`one request for ${entries.length} calls`)
    const marks = entries.some(({ request }) => request.options.marks === true)
    const answers = yield* portal.batch(
      entries.map(({ request }) => request.call),
      { marks, onEvent: listenAll(entries) }
    )
    yield* Effect.forEach(
      Arr.zip(entries, answers),
      ([entry, answer]) => {
        if (Result.isSuccess(answer)) return Request.succeed(entry, answer.success)
        return isOperatingLimit(answer.failure) || answer.failure.kind === "Format"
          ? alone(entry)
          : Request.fail(entry, answer.failure)
      },
      { concurrency: "unbounded", discard: true }
    )
  })

  const resolver = RequestResolver.make<Read>((entries) =>
    entries.length === 1
      ? alone(entries[0])
      : together(entries).pipe(
          Effect.catchIf(isBatchRefused, () =>
            Effect.forEach(entries, alone, { concurrency: "unbounded", discard: true })
          )
        )
  ).pipe(RequestResolver.setDelayEffect(turns), RequestResolver.batchN(size))

  return (call, options = {}) => Effect.request(new Read({ call, options }), resolver)
}

/** The request and its bytes are counted for one caller; a wait is told to all. */
const listenAll =
  (entries: ReadonlyArray<Request.Entry<Read>>): NonNullable<CallOptions["onEvent"]> =>
  (event) => {
    const listeners = entries.flatMap(({ request }) => request.options.onEvent ?? [])
    return Effect.forEach(event._tag === "Waiting" ? listeners : listeners.slice(0, 1), (listen) => listen(event), {
      discard: true
    })
  }
