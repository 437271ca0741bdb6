/** The portal's two limits: a bucket of requests, and the time that a method has worked for one caller within ten minutes. */
import type { Called } from "./Called.ts"
import { type PortalState, portalTime } from "./Model.ts"
import { Refused } from "./Refused.ts"

const minute = 60_000
const counted = 10

/** Counts a request. */
export const enter = ({ bucket, switches }: PortalState, now: number): Refused | undefined => {
  const drained = ((now - bucket.at) / 1_000) * switches.drainPerSecond
  bucket.level = Math.max(0, bucket.level - drained)
  bucket.at = now
  if (bucket.level + 1 > switches.bucketSize) return new Refused(503, "QUERY_LIMIT_EXCEEDED", "Too many requests")
  bucket.level += 1
  return undefined
}

/** Seconds by minute, of those that count. */
const worked = ({ caller, now, state }: Called, method: string): Map<number, number> => {
  const key = `${caller} ${method.toLowerCase()}`
  const all = state.operating.get(key) ?? new Map<number, number>()
  state.operating.set(key, all)
  for (const at of all.keys()) if (Math.floor(now / minute) - at >= counted) all.delete(at)
  return all
}

const sumOf = (all: ReadonlyMap<number, number>): number => all.values().reduce((sum, seconds) => sum + seconds, 0)

/** Judged before a call: the one that crosses the limit is still made. */
export const judge = (called: Called, method: string): Refused | undefined =>
  sumOf(worked(called, method)) < called.state.switches.operatingLimit
    ? undefined
    : new Refused(429, "OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.")

export const timeOf = (now: number, duration = 0) => ({
  start: now / 1_000,
  finish: now / 1_000 + duration,
  duration,
  processing: duration,
  date_start: portalTime(now),
  date_finish: portalTime(now + duration * 1_000)
})

/** What a call has cost, as it stands in its answer; times are in seconds. Some portals do not count it. */
export const work = (called: Called, method: string) => {
  const { now, state } = called
  const { countsOperating, operatingPerCall } = state.switches
  if (!countsOperating) return timeOf(now)
  const all = worked(called, method)
  const current = Math.floor(now / minute)
  all.set(current, (all.get(current) ?? 0) + operatingPerCall)
  const oldest = Math.min(...all.keys())
  return {
    ...timeOf(now),
    operating_reset_at: ((oldest + counted) * minute) / 1_000,
    operating: sumOf(all)
  }
}
