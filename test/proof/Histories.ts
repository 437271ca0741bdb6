/** Histories of daemons that share a database, and what a perfect clerk would have written down of their jobs' fires. */
import { DateTime, Duration, Effect } from "effect"
import type { JobDeclaration } from "../../core/config/Job.ts"
import { Schedule } from "../../core/config/Schedule.ts"
import { type Draw, draw } from "../../core/plugin/SandboxDraw.ts"
import { job } from "../jobs/World.ts"

export const daemons = ["one", "two"] as const
export type Daemon = (typeof daemons)[number]

/** By the name of the job; one that is not in it is not declared. */
export type File = Readonly<Record<string, string>>

export type Event =
  /** Time passes, or the machine slept. */
  | { readonly _tag: "Elapse"; readonly seconds: number }
  /** Also with what it was before: a restart. */
  | { readonly _tag: "Start"; readonly daemon: Daemon; readonly file: File }
  | { readonly _tag: "Stop"; readonly daemon: Daemon }
  /** In the middle of what comes due meanwhile. */
  | { readonly _tag: "Kill"; readonly daemon: Daemon; readonly seconds: number }
  | { readonly _tag: "Reload"; readonly daemon: Daemon; readonly file: File }
  | { readonly _tag: "Pause" | "Resume"; readonly job: string }
  /** The database is out of its reach, and comes back. */
  | { readonly _tag: "Away"; readonly daemon: Daemon; readonly seconds: number }

const patterns = ["*/20 * * * *", "0 * * * *", "30 */2 * * *", "5 */6 * * *"] as const

const rules: Readonly<Record<string, Partial<JobDeclaration>>> = {
  once: { misfire: { grace: Duration.minutes(30), policy: "once" } },
  skip: { misfire: { grace: Duration.zero, policy: "skip" } },
  late: { misfire: { grace: Duration.minutes(90), policy: "once" }, jitter: Duration.minutes(5) }
}
export const names = Object.keys(rules)

export const declare = (file: File): ReadonlyArray<JobDeclaration> =>
  Object.entries(file).map(([name, pattern]) =>
    job(name, { ...rules[name], steps: [], schedule: new Schedule(pattern, "UTC"), hash: pattern })
  )

export interface History {
  readonly seed: number
  readonly events: ReadonlyArray<Event>
}

const fileOf = (random: Draw): File =>
  Object.fromEntries(names.flatMap((name) => (random.chance(0.7) ? [[name, random.pick(patterns)]] : [])))

/** Seconds to some hours, often to about the next fire. */
const span = (random: Draw) =>
  random.pick([random.int(1, 90), random.int(60, 3_600), random.int(60, 3_600), random.int(3_600, 15_000)])

export const historyOf = (seed: number): Effect.Effect<History> =>
  Effect.map(draw(seed), (random) => {
    const alive = new Map<Daemon, File>()
    const files = new Map<Daemon, File>()
    const events: Array<Event> = []
    const add = (event: Event) => {
      events.push(event)
      if (event._tag === "Start" || event._tag === "Reload") {
        alive.set(event.daemon, event.file)
        files.set(event.daemon, event.file)
      }
      if (event._tag === "Stop" || event._tag === "Kill") alive.delete(event.daemon)
    }
    const count = random.int(8, 16)
    while (events.length < count) {
      const daemon = random.pick(daemons)
      if (!alive.has(daemon)) {
        // The longer it is away, the more the other one does meanwhile.
        if (alive.size > 0 && random.chance(0.6)) {
          add({ _tag: "Elapse", seconds: span(random) })
          continue
        }
        const before = files.get(daemon)
        const file = before !== undefined && random.chance(0.6) ? before : fileOf(random)
        add({ _tag: "Start", daemon, file })
      } else {
        const seconds = span(random)
        const name = random.pick(["once", "skip", "late"])
        add(
          random.pick<Event>([
            { _tag: "Stop", daemon },
            { _tag: "Kill", daemon, seconds },
            { _tag: "Reload", daemon, file: fileOf(random) },
            { _tag: "Reload", daemon, file: fileOf(random) },
            { _tag: random.pick(["Pause", "Resume"] as const), job: name },
            { _tag: "Away", daemon, seconds }
          ])
        )
      }
      if (random.chance(0.8)) add({ _tag: "Elapse", seconds: span(random) })
    }
    // In the end both are there, with what they were last, long enough for everything that is owed.
    for (const daemon of daemons) {
      if (alive.has(daemon)) add({ _tag: "Stop", daemon })
      add({ _tag: "Start", daemon, file: files.get(daemon) ?? {} })
    }
    add({ _tag: "Elapse", seconds: 600 })
    return { seed, events }
  })

interface Row {
  readonly job: string
  readonly schedule: Schedule
  readonly by: Set<Daemon>
  since: number
}

const millis = (duration: Duration.Duration | undefined) => (duration === undefined ? 0 : Duration.toMillis(duration))
const timeOf = (at: number) => DateTime.makeUnsafe(at)

/** The clerk: which fires must be in the books by now, and which may be. */
export class Clerk {
  readonly must = new Set<string>()
  readonly may = new Set<string>()
  readonly #rows = new Map<string, Row>()
  readonly #there = new Set<Daemon>()

  static readonly fire = (job: string, at: number) => `${job} ${new Date(at).toISOString()}`

  declares(daemon: Daemon, file: File, at: number): void {
    this.#there.add(daemon)
    for (const [key, row] of this.#rows) {
      const pattern = file[row.job]
      if (!row.by.has(daemon) || pattern === row.schedule.pattern) continue
      // What was due of another time of the same job is still done; of a job that is gone nothing is owed.
      this.#note(row, at, pattern === undefined ? this.may : this.must)
      row.by.delete(daemon)
      if (row.by.size === 0) this.#rows.delete(key)
      else if (pattern !== undefined) row.since = Math.max(row.since, at)
    }
    for (const [job, pattern] of Object.entries(file)) {
      const row = this.#rows.get(`${job} ${pattern}`)
      if (row !== undefined) row.by.add(daemon)
      else {
        const schedule = new Schedule(pattern, "UTC")
        this.#rows.set(`${job} ${pattern}`, { job, schedule, by: new Set([daemon]), since: at })
      }
    }
  }

  leaves(daemon: Daemon): void {
    this.#there.delete(daemon)
  }

  returns(daemon: Daemon): void {
    this.#there.add(daemon)
  }

  /** What came before, with nobody there, is not made up for. */
  resumed(job: string, at: number): void {
    for (const row of this.#rows.values()) {
      if (row.job !== job) continue
      this.#note(row, at, this.may)
      row.since = Math.max(row.since, at)
    }
  }

  /** Until now, all who are there have done what there was to do. */
  settled(at: number): void {
    for (const row of this.#rows.values()) {
      this.#note(row, at, this.may)
      if (![...row.by].some((daemon) => this.#there.has(daemon))) continue
      const until = at - millis(rules[row.job]?.jitter)
      this.#note(row, until, this.must)
      row.since = Math.max(row.since, until)
    }
  }

  #note(row: Row, until: number, into: Set<string>): void {
    if (until <= row.since) return
    for (const at of row.schedule.between(timeOf(row.since), timeOf(until), 500)) {
      into.add(Clerk.fire(row.job, DateTime.toEpochMillis(at)))
    }
  }
}

/** How late a fire may run. */
export const patienceOf = (name: string): number => {
  const { jitter, misfire } = rules[name] ?? {}
  const grace = misfire?.policy === "once" ? millis(misfire.grace) : 0
  return Math.max(grace, 60_000) + millis(jitter)
}
