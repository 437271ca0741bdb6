/** The daemon's own knowledge of its schedules: when the earliest acts, and what has to be read again. */
import { DateTime, Duration } from "effect"
import type { JobDeclaration } from "../config/JobDeclaration.ts"
import * as ScheduleStore from "./ScheduleStore.ts"

/** Less than a minute, so that a changed clock never makes a punctual fire late. */
const glance = Duration.seconds(20)
/** The maximal age of the cache, because other daemons change schedules too. */
const reread = Duration.hours(1)

/** A declared schedule and its last known state; `next` is `undefined` before the first read. */
interface Entry {
  readonly job: JobDeclaration
  readonly since: DateTime.Utc
  readonly next: DateTime.Utc | null | undefined
}

/** The time of a read, and the version of the declarations that it was for. */
interface Reading {
  readonly at: DateTime.Utc
  readonly version: number
}

export class ScheduleCache {
  readonly #entries = new Map<string, Entry>()
  #left: ReadonlyArray<ScheduleStore.Row> = []
  #version = 0
  #read: Reading | undefined
  #seenAt: DateTime.Utc | undefined

  /** Sets the declared schedules. A new one counts from now, unless the database knows better. */
  declare(jobs: ReadonlyArray<JobDeclaration>, now: DateTime.Utc): void {
    const enabled = new Map(jobs.filter((job) => job.enabled).map((job) => [job.name, job]))
    for (const name of this.#entries.keys()) if (!enabled.has(name)) this.#entries.delete(name)
    for (const [name, job] of enabled) {
      const before = this.#entries.get(name)
      const same =
        before !== undefined && ScheduleStore.isSameKey(ScheduleStore.keyOf(before.job), ScheduleStore.keyOf(job))
      this.#entries.set(name, same ? { ...before, job } : { job, since: now, next: undefined })
    }
    this.#version++
  }

  get version(): number {
    return this.#version
  }

  get entries(): ReadonlyArray<Entry> {
    return [...this.#entries.values()]
  }

  /** Earlier schedules of edited jobs: the fires that were due by then are still owed. */
  get left(): ReadonlyArray<ScheduleStore.Key> {
    return this.#left
  }

  job(name: string): JobDeclaration | undefined {
    return this.#entries.get(name)?.job
  }

  isCurrent(key: ScheduleStore.Key): boolean {
    const job = this.job(key.job)
    return job !== undefined && ScheduleStore.isSameKey(ScheduleStore.keyOf(job), key)
  }

  /** Whether it has to be read again before use. */
  isStale(now: DateTime.Utc): boolean {
    return this.#read === undefined || this.#isOld(now, this.#read)
  }

  /** Old also if the clock went back. */
  #isOld(now: DateTime.Utc, { at, version }: Reading): boolean {
    if (DateTime.isLessThan(now, this.#seenAt ?? at)) return true
    this.#seenAt = now
    return version !== this.#version || Duration.isGreaterThanOrEqualTo(DateTime.distance(at, now), reread)
  }

  /** Whether there is anything to do. */
  calls(now: DateTime.Utc): boolean {
    return this.isStale(now) || this.due(now).length > 0
  }

  /** Marks the cache as possibly outdated. */
  forget(): void {
    this.#read = undefined
  }

  /** `version` is that of the declarations when the read began. */
  wasRead(rows: ReadonlyArray<ScheduleStore.Row>, at: DateTime.Utc, version: number): void {
    for (const row of rows) this.#stands(row)
    this.#left = rows.filter((row) => !this.isCurrent(row) && this.job(row.job) !== undefined)
    this.#read = { at, version }
    this.#seenAt = at
  }

  settled(rows: ReadonlyArray<ScheduleStore.Row>): void {
    for (const row of rows) this.#stands(row)
    this.#left = this.#left.filter((left) => !rows.some((row) => ScheduleStore.isSameKey(row, left)))
  }

  #stands(row: ScheduleStore.Row): void {
    const entry = this.#entries.get(row.job)
    if (entry === undefined || !this.isCurrent(row)) return
    this.#entries.set(row.job, { job: entry.job, since: row.since, next: row.next })
  }

  /** Returns the due schedules. A `since` in the future comes from a fast clock. */
  due(now: DateTime.Utc): ReadonlyArray<ScheduleStore.Key> {
    return this.entries
      .filter(
        ({ next, since }) => (next != null && !DateTime.isGreaterThan(next, now)) || DateTime.isGreaterThan(since, now)
      )
      .map(({ job }) => ScheduleStore.keyOf(job))
  }

  pause(now: DateTime.Utc): Duration.Duration {
    const waits = this.entries.flatMap(({ next }) => (next == null ? [] : DateTime.distance(now, next)))
    return Duration.max(waits.reduce(Duration.min, glance), Duration.zero)
  }
}
