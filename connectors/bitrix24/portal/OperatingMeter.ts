/**
 * How long each method has worked for the webhook within ten minutes, which Bitrix24 limits. It tells this in its answers
 * and names no time to wait when it refuses: a method that is near the limit waits until some of its time counts no more.
 */
import { Clock, Duration, Effect } from "effect"
import type { ReadEvent } from "../../../core/sdk.ts"
import type { CallTime } from "./Envelope.ts"

export type Listener = (event: ReadEvent) => Effect.Effect<void>

export interface OperatingMeter {
  /** Waits until none of the methods is near its limit. */
  readonly awaitTurn: (methods: Iterable<string>, listen: Listener) => Effect.Effect<void>
  readonly record: (method: string, time: CallTime | undefined) => Effect.Effect<void>
  /** The method was refused. */
  readonly refused: (method: string) => Effect.Effect<void>
}

/** A call costs up to some seconds, and several may be under way. */
const safeShare = 0.9
/** Times are counted by the minute. */
const shortestWait = 1_000
const unknownWait = 60_000

export const make = (limit: Duration.Duration | false): OperatingMeter => {
  const most = limit === false ? Number.POSITIVE_INFINITY : Duration.toSeconds(limit) * safeShare
  /** When a method may be called again, and when some of its time is free, in milliseconds. */
  const closedUntil = new Map<string, number>()
  const freeAt = new Map<string, number>()

  const awaitTurn: OperatingMeter["awaitTurn"] = Effect.fnUntraced(function* (methods, listen) {
    const names = [...new Set(methods)]
    while (true) {
      const now = yield* Clock.currentTimeMillis
      const millis = Math.max(...names.map((name) => closedUntil.get(name) ?? now)) - now
      if (millis <= 0) return
      yield* listen({ _tag: "Waiting", why: "vendor", millis })
      yield* Effect.sleep(millis)
    }
  })

  const record: OperatingMeter["record"] = (method, time) =>
    time === undefined
      ? Effect.void
      : Effect.map(Clock.currentTimeMillis, (now) => {
          const free = now + Math.max(time.freeIn * 1_000, shortestWait)
          freeAt.set(method, free)
          if (time.operating >= most) closedUntil.set(method, free)
        })

  const refused: OperatingMeter["refused"] = (method) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      const free = freeAt.get(method) ?? 0
      closedUntil.set(method, free > now ? free : now + unknownWait)
    })

  return { awaitTurn, record, refused }
}
