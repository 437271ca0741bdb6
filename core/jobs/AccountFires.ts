/**
 * Fires the schedules of accounts. The queue stands in the database, before any run begins: of each connector as many schedules
 * run at once as it may send requests, and the next one is claimed when one of them has ended. So an account that is slow or
 * fails delays no other, and several daemons share the queue.
 */
import { Cause, DateTime, Duration, Effect, FiberSet, Queue, Stream } from "effect"
import type { SqlClient } from "effect/sql"
import { AccountVendors } from "../accounts/AccountVendors.ts"
import { fireAfter } from "../accounts/Cadence.ts"
import type { DueSchedule } from "../accounts/DueSchedules.ts"
import * as DueSchedules from "../accounts/DueSchedules.ts"
import { bindAccount } from "../config/AccountEntity.ts"
import type { Locks } from "../database/connection/Locks.ts"
import { tryLock } from "../database/connection/NamedLock.ts"
import { type Generation, Registry } from "../plugin/Registry.ts"
import { combineReasons, foreignText, reason } from "../reason/Reason.ts"
import type { RunResult } from "../sync/RunResult.ts"
import { Sync } from "../sync/Sync.ts"
import { DueClock } from "./DueClock.ts"

/** How soon a schedule fires that somebody adds by another process. */
const glance = Duration.seconds(20)
/** Another daemon may have claimed at this moment what was due. */
const shortest = Duration.millis(100)
const afterError = Duration.seconds(10)

export const start = Effect.fn("AccountFires.start")(function* (runs: FiberSet.FiberSet<void>) {
  const clock = new DueClock()
  const running = new Map<string, DueSchedule>()
  const woken = yield* Queue.sliding<void>(1)
  const { changes } = yield* Registry
  yield* changes.pipe(
    Stream.runForEach(() => Queue.offer(woken, undefined)),
    Effect.forkScoped({ startImmediately: true })
  )
  const launch = (schedule: DueSchedule) =>
    Effect.suspend(() => {
      running.set(schedule.id, schedule)
      const end = Effect.suspend(() => {
        running.delete(schedule.id)
        return Queue.offer(woken, undefined)
      })
      return FiberSet.run(runs, Effect.ensuring(run(schedule), end))
    })
  yield* turn(clock, running, launch).pipe(
    Effect.catchCause((cause) =>
      Effect.as(Effect.logWarning("the schedules of accounts try again soon", Cause.squash(cause)), afterError)
    ),
    Effect.flatMap((pause) => Effect.raceFirst(Effect.sleep(pause), Queue.take(woken))),
    Effect.forever,
    Effect.annotateLogs({ service: "AccountFires" }),
    Effect.forkScoped
  )
})

type Running = ReadonlyMap<string, DueSchedule>

/** Launches what is due as far as there is room, and returns the rest until the next turn. */
const turn = Effect.fnUntraced(function* (
  clock: DueClock,
  running: Running,
  launch: (schedule: DueSchedule) => Effect.Effect<unknown, never, Locks | Sync | Registry | SqlClient.SqlClient>
) {
  const names = yield* (yield* AccountVendors).names
  // A reload may bring some.
  if (names.length === 0) return Duration.infinity
  const registry = yield* Registry.now
  const now = yield* clock.measured
  const room = new Map(names.map((name) => [name, roomOf(name, registry, running)]))
  for (const [name, most] of room) {
    if (most <= 0) continue
    for (const schedule of yield* claim(name, now, running, most)) yield* launch(schedule)
  }
  // Where there is no room, an end calls.
  const free = names.filter((name) => roomOf(name, registry, running) > 0)
  const next = yield* DueSchedules.nextFire(free, [...running.keys()])
  return next === null ? glance : Duration.min(glance, Duration.max(DateTime.distance(now, next), shortest))
})

const roomOf = (connector: string, { declarations }: Generation, running: Running): number => {
  const most = declarations.find(({ name }) => name === connector)?.limits.concurrency ?? 0
  return most - [...running.values()].filter((schedule) => schedule.connector === connector).length
}

const claim = Effect.fnUntraced(function* (connector: string, now: DateTime.Utc, running: Running, most: number) {
  const due = yield* DueSchedules.due(connector, now, [...running.keys()], most)
  if (due.length === 0) return []
  const fires = due.map((schedule) => ({ schedule, next: fireAfter(schedule.cadence, schedule.nextFire, now) }))
  const claimed = yield* DueSchedules.claim(fires, now)
  return due.filter(({ id }) => claimed.has(id))
})

/**
 * Syncs the entities of one account; whatever happens is stored with the schedule. A fire is passed over while an earlier one
 * is under way on another daemon.
 */
const run = Effect.fn("AccountFires.run")(
  function* (schedule: DueSchedule) {
    if (!(yield* tryLock(`schedule ${schedule.id}`))) return
    const [registry, sync] = [yield* Registry.now, yield* Sync]
    const { account, connector, entities } = schedule
    const selected = registry.entities.filter(
      (one) =>
        one.connector === connector && one.perAccount === true && (entities === null || entities.includes(one.name))
    )
    const bound = selected.map((entity) => bindAccount(entity, account))
    const results = yield* sync.run(bound, { trigger: "schedule", actor: null, generation: registry })
    const ended = selected.length === 0 ? { success: false, why: reason("schedule.noEntities") } : endOf(results)
    yield* DueSchedules.finish(schedule.id, ended, yield* DateTime.now)
  },
  Effect.scoped,
  Effect.catchCause((cause) => Effect.logError("a schedule of an account ended unexpectedly", Cause.squash(cause)))
)

/** A warning has loaded what there was; a run that was skipped, because another one was under way, has loaded nothing. */
const endOf = (results: ReadonlyArray<RunResult>): DueSchedules.RunEnd => {
  const failed = results.filter(({ status }) => status === "failed")
  const whys = failed.map(({ error, errorReason }) => errorReason ?? foreignText(error ?? ""))
  return {
    success: results.every(({ status }) => status === "ok" || status === "warning"),
    why: whys.length === 0 ? undefined : combineReasons(whys)
  }
}
