/**
 * How long the main thread works before everybody else has a turn, in its own time on the processor: on a machine that is
 * busy with other things a piece of work takes longer, and is no larger. Collections are not counted.
 */
import { PerformanceObserver } from "node:perf_hooks"
import { cpuMillis } from "../support/cpuTime.ts"

export interface Turns {
  /** Milliseconds, the longest since the last `reset`. */
  readonly longest: () => number
  readonly reset: () => void
  readonly stop: () => void
}

export const watchTurns = (): Turns => {
  let collected = 0
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) collected += duration
  })
  observer.observe({ entryTypes: ["gc"] })
  let [worked, gone, longest] = [cpuMillis(), 0, 0]
  const timer = setInterval(() => {
    const now = cpuMillis()
    const [took, swept] = [now - worked, collected - gone]
    worked = now
    gone = collected
    longest = Math.max(longest, took - swept)
  }, 1)
  return {
    longest: () => Math.round(longest),
    reset: () => {
      longest = 0
    },
    stop: () => {
      clearInterval(timer)
      observer.disconnect()
    }
  }
}
