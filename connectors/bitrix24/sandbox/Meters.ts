/** The portal's two limits: a bucket of requests, and the time that a method has worked within ten minutes. */
import { type PortalState, portalTime } from "./Model.ts"
import { Refused } from "./Refused.ts"

const minute = 60_000

/** Counts a request. */
export const enter = ({ bucket, switches }: PortalState, now: number): Refused | undefined => {
  const drained = ((now - bucket.at) / 1_000) * switches.drainPerSecond
  bucket.level = Math.max(0, bucket.level - drained)
  bucket.at = now
  if (bucket.level + 1 > switches.bucketSize) return new Refused(503, "QUERY_LIMIT_EXCEEDED", "Too many requests")
  bucket.level += 1
  return undefined
}

const worked = ({ operating }: PortalState, method: string, now: number) => {
  const kept = (operating.get(method) ?? []).filter(([at]) => now - at < 10 * minute)
  operating.set(method, kept)
  return kept
}

/** Judged before a call: the one that crosses the limit is still made. */
export const judge = (state: PortalState, method: string, now: number): Refused | undefined => {
  const seconds = worked(state, method, now).reduce((sum, [, one]) => sum + one, 0)
  return seconds < state.switches.operatingLimit
    ? undefined
    : new Refused(429, "OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.")
}

/** What a call has cost, as it stands in its answer; times are in seconds. */
export const work = (state: PortalState, method: string, now: number) => {
  const kept = worked(state, method, now)
  kept.push([now, state.switches.operatingPerCall])
  const [[oldest = now] = []] = kept
  return {
    start: now / 1_000,
    finish: now / 1_000,
    duration: state.switches.operatingPerCall,
    processing: 0,
    date_start: portalTime(now),
    date_finish: portalTime(now),
    operating_reset_at: Math.ceil((oldest + 10 * minute) / 1_000),
    operating: kept.reduce((sum, [, seconds]) => sum + seconds, 0)
  }
}
