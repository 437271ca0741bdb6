/**
 * The fire times of a job: a cron pattern in a time zone. If the clock change in spring skips a fixed time, it fires
 * right after the gap; if autumn repeats it, it fires once. A pattern of intervals (`*`, `/`) follows the local clock.
 */
import { Cron } from "croner"
import { DateTime } from "effect"
import { foreignText, type Reason, reason } from "../reason/Reason.ts"

export class Schedule {
  readonly pattern: string
  readonly timezone: string
  readonly #cron: Cron

  /** Throws if the pattern is invalid; patterns of the configuration were checked by `scheduleProblem`. */
  constructor(pattern: string, timezone: string) {
    this.pattern = pattern
    this.timezone = timezone
    this.#cron = new Cron(pattern, { timezone, mode: "5-or-6-parts", fixedTimeRule: "no-wildcard" })
  }

  /** The first fire after a moment; `null` if there is none. */
  next(after: DateTime.Utc): DateTime.Utc | null {
    const found = this.#cron.nextRun(DateTime.toDateUtc(after))
    return found === null ? null : DateTime.fromDateUnsafe(found)
  }

  /** The fires after `after`, up to and including `until`, oldest first; if there are more than `limit`, the newest. */
  between(after: DateTime.Utc, until: DateTime.Utc, limit: number): ReadonlyArray<DateTime.Utc> {
    const fires: Array<DateTime.Utc> = []
    // croner counts whole seconds and excludes the reference.
    let reference = DateTime.toDateUtc(DateTime.add(until, { seconds: 1 }))
    while (fires.length < limit) {
      const [found] = this.#cron.previousRuns(1, reference)
      if (found === undefined) break
      reference = found
      const fire = DateTime.fromDateUnsafe(found)
      if (!DateTime.isGreaterThan(fire, after)) break
      if (!DateTime.isGreaterThan(fire, until)) fires.push(fire)
    }
    return fires.toReversed()
  }
}

const example = '"0 7 * * *"'

/** The fault of a pattern; `undefined` if it is valid. */
export const scheduleProblem = (pattern: string): Reason | undefined => {
  // croner accepts a date, for a job that runs once.
  if (/\d:\d/.test(pattern)) return reason("job.notTime", { example })
  try {
    return new Schedule(pattern, "UTC").next(DateTime.makeUnsafe(0)) === null ? reason("job.never") : undefined
  } catch (error) {
    const text = error instanceof Error ? error.message.replace(/^CronPattern: /, "") : String(error)
    return reason("job.noPattern", { example, why: foreignText(text) })
  }
}
