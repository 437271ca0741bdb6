/** Histories of daemons that share a database, and the records that a perfect clerk would make of their fires. */
import { DateTime, Duration, Effect, type Latch } from "effect"
import type { JobDeclaration } from "../../core/config/JobDeclaration.ts"
import { Schedule } from "../../core/config/Schedule.ts"
import { type Draw, draw } from "../../core/plugin/SandboxDraw.ts"
import { job } from "../jobs/fixtures.ts"
import { type Answers, entity } from "../support/source.ts"

export const daemons = ["one", "two"] as const
export type Daemon = (typeof daemons)[number]

/** Schedules by the name of the job; a job without an entry is not declared. */
export type File = Readonly<Record<string, string>>

export type Event =
  | { readonly _tag: "Elapse"; readonly seconds: number }
  /** The machine of both sleeps: time passes that no timer counts. */
  | { readonly _tag: "Sleep"; readonly seconds: number }
  /** Sets its clock ahead of the true time, or behind it. */
  | { readonly _tag: "Skew"; readonly daemon: Daemon; readonly seconds: number }
  /** Starts it; with the same file as before it is a restart. */
  | { readonly _tag: "Start"; readonly daemon: Daemon; readonly file: File }
  /** Stops it by a signal, amid the fires due meanwhile. */
  | { readonly _tag: "Stop"; readonly daemon: Daemon; readonly seconds: number }
  /** Kills it amid the fires due meanwhile. */
  | { readonly _tag: "Kill"; readonly daemon: Daemon; readonly seconds: number }
  | { readonly _tag: "Reload"; readonly daemon: Daemon; readonly file: File }
  | { readonly _tag: "Pause" | "Resume"; readonly job: string }
  /** The database becomes unreachable for it, and comes back. */
  | { readonly _tag: "Away"; readonly daemon: Daemon; readonly seconds: number }

function sync(name: string): JobDeclaration["steps"][number] {
  return { _tag: "Sync", selectors: [`fake.${name}`] }
}

const patterns = ["*/20 * * * *", "0 * * * *", "30 */2 * * *", "5 */6 * * *"] as const

const rules: Readonly<Record<string, Partial<JobDeclaration>>> = {
  once: { misfire: { grace: Duration.minutes(30), policy: "once" } },
  skip: { misfire: { grace: Duration.zero, policy: "skip" } },
  late: { misfire: { grace: Duration.minutes(90), policy: "once" }, jitter: Duration.minutes(5) },
  /** Its run ends within the grace of a stopping daemon. */
  brief: { misfire: { grace: Duration.minutes(30), policy: "once" }, steps: [sync("brief")] },
  /** Its run takes longer than the grace. */
  slow: { misfire: { grace: Duration.minutes(30), policy: "once" }, steps: [sync("slow")] }
}
export const names = ["once", "skip", "late", "brief", "slow"] as const

/** The entities that the jobs sync, and what their reads wait for. */
export const entities = [entity("brief"), entity("slow")]
export interface Gates {
  readonly brief: Latch.Latch
  readonly slow: Latch.Latch
}
export const answersBehind =
  (gates: Gates): Answers =>
  ({ name }) => ({ records: [{ id: 1 }], before: name === "slow" ? gates.slow.await : gates.brief.await })

export const declare = (file: File): ReadonlyArray<JobDeclaration> =>
  Object.entries(file).map(([name, pattern]) =>
    job(name, { steps: [], ...rules[name], schedule: new Schedule(pattern, "UTC"), hash: pattern })
  )

export interface History {
  readonly seed: number
  readonly events: ReadonlyArray<Event>
  /** The maximal distance of two clocks in it, in milliseconds. */
  readonly apart: number
  /** How far the clock of the database is ahead of the true time, in milliseconds; negative: behind it. */
  readonly database: number
}

const fileOf = (random: Draw): File =>
  Object.fromEntries(names.flatMap((name) => (random.chance(0.7) ? [[name, random.pick(patterns)]] : [])))

/** The maximal skew in seconds. */
const mostSkew = 420

/** Draws a time in seconds, up to some hours and often about that of the next fire. */
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
    const isSkewed = random.chance(0.5)
    const database = isSkewed ? random.int(-mostSkew, mostSkew) * 1_000 : 0
    while (events.length < count) {
      const daemon = random.pick(daemons)
      if (!alive.has(daemon)) {
        // The longer it is away, the more the other daemon does meanwhile.
        if (alive.size > 0 && random.chance(0.6)) {
          add({ _tag: "Elapse", seconds: span(random) })
          continue
        }
        const before = files.get(daemon)
        const file = before !== undefined && random.chance(0.6) ? before : fileOf(random)
        add({ _tag: "Start", daemon, file })
      } else {
        const seconds = span(random)
        const name = random.pick(names)
        const skew: Event = { _tag: "Skew", daemon, seconds: random.int(-mostSkew, mostSkew) }
        add(
          random.pick<Event>([
            { _tag: "Stop", daemon, seconds },
            { _tag: "Kill", daemon, seconds },
            { _tag: "Reload", daemon, file: fileOf(random) },
            { _tag: "Reload", daemon, file: fileOf(random) },
            { _tag: random.pick(["Pause", "Resume"] as const), job: name },
            { _tag: "Away", daemon, seconds },
            { _tag: "Sleep", seconds },
            ...(isSkewed ? [skew, skew] : [])
          ])
        )
      }
      if (random.chance(0.8)) add({ _tag: "Elapse", seconds: span(random) })
    }
    // At the end both run, with their last files, long enough for everything that is owed.
    for (const daemon of daemons) {
      if (alive.has(daemon)) add({ _tag: "Stop", daemon, seconds: 0 })
      add({ _tag: "Start", daemon, file: files.get(daemon) ?? {} })
    }
    add({ _tag: "Elapse", seconds: 600 })
    return { seed, events, apart: isSkewed ? 2 * mostSkew * 1_000 : 0, database }
  })

/** A schedule in the database, and its fires after `since` that have ended. */
export interface Stored {
  readonly job: string
  readonly pattern: string
  readonly since: Date
  readonly next_fire: Date | null
  readonly declared_by: ReadonlyArray<string>
  readonly ended: ReadonlyArray<Date>
}

interface Row {
  readonly job: string
  readonly schedule: Schedule
  readonly by: Set<Daemon>
  since: number
}

const millis = (duration: Duration.Duration | undefined) => (duration === undefined ? 0 : Duration.toMillis(duration))
const timeOf = (at: number) => DateTime.makeUnsafe(at)

/** The clerk: the fires that must be recorded by now, and those that may be. */
export class Clerk {
  readonly must = new Set<string>()
  readonly may = new Set<string>()
  readonly #rows = new Map<string, Row>()
  readonly #there = new Set<Daemon>()
  /** Schedules that a reload takes away. Until it is done, which takes a while, they go on. */
  readonly #leaving: Array<{ readonly row: Row; readonly daemon: Daemon }> = []
  readonly #clock: (daemon: Daemon) => number
  readonly #apart: number

  /** `clock` is the time by which a daemon's fires are due; `apart` is the maximal distance of two daemons' clocks. */
  constructor(clock: (daemon: Daemon) => number, apart: number) {
    this.#clock = clock
    this.#apart = apart
  }

  static readonly fire = (job: string, at: number) => `${job} ${new Date(at).toISOString()}`

  /**
   * Whether a due fire has not ended. A slow daemon sets a schedule back behind fires that a faster one has handled: if
   * it then leaves, the others pass them only with their own next fire.
   */
  static owes({ ended, job, next_fire, pattern, since }: Stored, at: number): boolean {
    if (next_fire === null || next_fire.getTime() > at) return false
    const found = new Set(ended.map((fire) => Clerk.fire(job, fire.getTime())))
    const fires = new Schedule(pattern, "UTC").between(timeOf(since.getTime()), timeOf(at), 500)
    return fires.some((fire) => !found.has(Clerk.fire(job, DateTime.toEpochMillis(fire))))
  }

  declares(daemon: Daemon, file: File): void {
    const at = this.#clock(daemon)
    this.#there.add(daemon)
    for (const [key, row] of this.#rows) {
      const pattern = file[row.job]
      if (!row.by.has(daemon) || pattern === row.schedule.pattern) continue
      // Due fires of the job's earlier schedule are still handled; a removed job owes nothing.
      this.#mayBe(row, at)
      this.#leaving.push({ row: { ...row }, daemon })
      if (pattern !== undefined) this.#mustBe(row, at)
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

  /** Fires before the resume, while nobody ran, are not made up for. */
  resumed(job: string, by: Daemon): void {
    const at = this.#clock(by)
    for (const row of this.#rows.values()) {
      if (row.job !== job) continue
      this.#mayBe(row, at)
      row.since = Math.max(row.since, at)
    }
  }

  /** All running daemons have handled their due fires, each by its own clock. */
  settled(): void {
    for (const { daemon, row } of this.#leaving.splice(0)) this.#mayBe(row, this.#clock(daemon))
    for (const row of this.#rows.values()) {
      const clocks = [...row.by].map((daemon) => this.#clock(daemon))
      this.#mayBe(row, Math.max(...clocks))
      const there = [...row.by].filter((daemon) => this.#there.has(daemon))
      if (there.length === 0) continue
      const at = Math.max(...there.map((daemon) => this.#clock(daemon)))
      const until = at - millis(rules[row.job]?.jitter)
      this.#mustBe(row, until)
      row.since = Math.max(row.since, until)
    }
  }

  #mustBe(row: Row, until: number): void {
    this.#note(row, row.since, until, this.must)
  }

  /** A fire that is past for one daemon is still in the future for a slower clock. */
  #mayBe(row: Row, until: number): void {
    this.#note(row, row.since - this.#apart, until, this.may)
  }

  #note({ job, schedule }: Row, since: number, until: number, into: Set<string>): void {
    if (until <= since) return
    for (const at of schedule.between(timeOf(since), timeOf(until), 500)) {
      into.add(Clerk.fire(job, DateTime.toEpochMillis(at)))
    }
  }
}

/** Returns how late a fire may run. */
export const patienceOf = (name: string): number => {
  const { jitter, misfire } = rules[name] ?? {}
  const grace = misfire?.policy === "once" ? millis(misfire.grace) : 0
  return Math.max(grace, 60_000) + millis(jitter)
}
