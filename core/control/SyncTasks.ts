/**
 * Syncs that nobody waits for, as tasks: their state survives the process. A daemon that stops or dies leaves its task to
 * the next one, which begins the sync again; rows that were loaded before are compared, not written twice. A lock on the
 * database keeps two processes from one task. Whoever stops a task ends its runs within seconds, in whichever process.
 */
import { randomUUID } from "node:crypto"
import { Context, DateTime, Deferred, Effect, Layer, Schedule } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import type { AccountRefused } from "../accounts/AccountRefused.ts"
import type { Task } from "../accounts/TaskRows.ts"
import * as TaskRows from "../accounts/TaskRows.ts"
import * as Tasks from "../accounts/Tasks.ts"
import type { Entity } from "../config/Entity.ts"
import type { Locks } from "../database/connection/Locks.ts"
import { tryLock } from "../database/connection/NamedLock.ts"
import type { Initiator } from "../observe/Initiator.ts"
import { accountsOf, bindAccounts } from "../plugin/AccountTargets.ts"
import { type Generation, Registry } from "../plugin/Registry.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import { failureOfDefect, logDefect, retryWhileAway } from "../sync/RunFailure.ts"
import type { RunResult } from "../sync/RunResult.ts"
import type { UnknownSelector } from "../sync/SelectEntities.ts"
import { Sync } from "../sync/Sync.ts"
import * as SyncRequest from "../sync/SyncRequest.ts"
import { BackgroundWork, type Stopping } from "./BackgroundWork.ts"
import * as SyncTask from "./SyncTask.ts"

/** What is synced, decided when it begins. */
export interface RequestedSync {
  readonly generation: Generation
  readonly selected: ReadonlyArray<Entity>
  readonly part: SyncRequest.RequestedPart
}

export type StartFailure = AccountRefused | SqlError.SqlError | Stopping | SyncRequest.WrongRequest | UnknownSelector

export class SyncTasks extends Context.Service<
  SyncTasks,
  {
    /** Begins a sync, and returns once it is stored. */
    readonly start: (request: SyncTask.SyncTaskRequest, initiator: Initiator) => Effect.Effect<Task, StartFailure>
    /** Begins those again that no process works on. */
    readonly resume: Effect.Effect<void, SqlError.SqlError>
  }
>()("tributary/core/control/SyncTasks") {
  static readonly layer = Layer.effect(
    SyncTasks,
    Effect.gen(function* () {
      const services = yield* Effect.context<Services>()
      const resume = Effect.provideContext(resumeAll, services)
      yield* resume.pipe(
        Effect.catch(({ message }) => Effect.logWarning(`the syncs that were begun are not known: ${message}`)),
        Effect.repeat(Schedule.spaced(takeOverEvery)),
        Effect.forkScoped
      )
      return SyncTasks.of({
        start: (request, initiator) => Effect.provideContext(start(request, initiator), services),
        resume
      })
    })
  )
}

type Services = BackgroundWork | Locks | Registry | SqlClient.SqlClient | Sync

/** How soon after the end of a process another one begins its syncs again. */
const takeOverEvery = "30 seconds"
/** How often progress is stored, and how soon a task notices that it was stopped. */
const storedEvery = "2 seconds"
/** A sync that the program never survives is not begun for ever. */
const mostTimes = 5

const lockOf = (id: string) => tryLock(`task ${id}`)

/** The entities and the part that are asked for now; options that do not go together, or select nothing, are refused. */
export const requested = Effect.fnUntraced(function* (request: SyncTask.SyncTaskRequest) {
  const generation = yield* Registry.now
  const part = yield* SyncRequest.partOf(request, SyncRequest.jsonSpelling)
  const selected = yield* SyncRequest.selectFor(generation, request, part)
  return { generation, part, selected } satisfies RequestedSync
})

const start = Effect.fn("SyncTasks.start")(function* (request: SyncTask.SyncTaskRequest, initiator: Initiator) {
  const { start: inBackground } = yield* BackgroundWork
  const wanted = yield* requested(request)
  const id = randomUUID()
  const all = yield* countTargets(wanted.selected)
  const progress: SyncTask.SyncTaskProgress = { done: 0, all, records: 0, times: 1 }
  const row = { id, kind: "sync", ...whose(wanted.selected), request, progress } as const
  const stored = yield* Deferred.make<void, SqlError.SqlError>()
  const work = Effect.gen(function* () {
    // Before any other process sees the task.
    yield* Deferred.into(Effect.andThen(lockOf(id), insert(row, initiator)), stored)
    yield* follow(id, wanted, request, initiator, progress)
  })
  yield* inBackground(logged(id, Effect.scoped(work)))
  yield* Deferred.await(stored)
  return yield* Tasks.read(id)
})

const insert = (row: TaskRows.NewTask, initiator: Initiator) =>
  Effect.flatMap(DateTime.now, (now) => TaskRows.insert(row, initiator, now))

/** The connector and the account of all entities; `*` and null if they have several. */
const whose = (selected: ReadonlyArray<Entity>) => {
  const [first] = selected
  const sameConnector = selected.every(({ connector }) => connector === first?.connector)
  const account = selected.every((one) => one.account?.id === first?.account?.id) ? first?.account : undefined
  return {
    connector: first !== undefined && sameConnector ? first.connector : "*",
    account: account?.id ?? null,
    owner: account?.owner ?? null,
    name: account?.name ?? null
  }
}

/** Accounts that cannot be read now fail in their runs. */
const countTargets = (selected: ReadonlyArray<Entity>) =>
  accountsOf(selected).pipe(
    Effect.map((accounts) => bindAccounts(selected, accounts).length),
    Effect.orElseSucceed(() => selected.length)
  )

/** Syncs until the runs have ended or somebody stops the task. */
const follow = Effect.fn("SyncTasks.follow")(function* (
  id: string,
  { generation, part, selected }: RequestedSync,
  { full, pastRejected, since }: SyncTask.SyncTaskRequest,
  initiator: Initiator,
  { all, times }: SyncTask.SyncTaskProgress
) {
  const sync = yield* Sync
  const { onEvent, progress } = SyncTask.observer(all, times)
  const runs = sync.run(selected, { ...initiator, ...part, full, pastRejected, since, generation, onEvent }).pipe(
    Effect.map(endOf),
    Effect.catchDefect((defect) => Effect.as(logDefect(defect), failed(failureOfDefect(defect).reason)))
  )
  const isStopped = Effect.map(
    Effect.orElseSucceed(TaskRows.advance(id, progress()), () => true),
    (runs) => !runs
  )
  const stopped = Effect.repeat(isStopped, { until: (stopped) => stopped, schedule: Schedule.spaced(storedEvery) })
  const end = yield* Effect.raceFirst(runs, Effect.as(stopped, undefined))
  if (end === undefined) return
  yield* retryWhileAway(TaskRows.advance(id, progress()))
  yield* retryWhileAway(finish(id, end))
})

const failed = (why: Reason): TaskRows.TaskEnd => ({ state: "failed", reason: why })

const endOf = (runs: ReadonlyArray<RunResult>): TaskRows.TaskEnd => {
  const why = SyncTask.failureOf(runs)
  return { ...(why === undefined ? { state: "done" } : failed(why)), result: SyncTask.resultOf(runs) }
}

const finish = (id: string, end: TaskRows.TaskEnd) =>
  Effect.flatMap(DateTime.now, (now) => TaskRows.finish(id, end, now))

const resumeAll = Effect.gen(function* () {
  const { start: inBackground } = yield* BackgroundWork
  const running = yield* TaskRows.running("sync")
  // A daemon that stops begins nothing.
  yield* Effect.forEach(running, ({ id }) => Effect.ignore(inBackground(logged(id, again(id)))), { discard: true })
})

/** Begins a task again, if no process works on it. */
const again = Effect.fnUntraced(function* (id: string) {
  if (!(yield* lockOf(id))) return
  const task = yield* Tasks.read(id)
  if (task.state !== "running") return
  const { times } = yield* SyncTask.decodeProgress(task.progress)
  if (times >= mostTimes) return yield* finish(id, failed(reason("sync.interrupted", { times })))
  const request = yield* SyncTask.decodeRequest(task.request)
  const wanted = yield* requested(request)
  const progress = { done: 0, all: yield* countTargets(wanted.selected), records: 0, times: times + 1 }
  yield* TaskRows.advance(id, progress)
  yield* follow(id, wanted, request, { trigger: task.trigger, actor: task.createdBy }, progress)
}, Effect.scoped)

/** What is selected no more fails the task; a database that is away leaves it to the next look. */
const logged = <R>(
  id: string,
  work: Effect.Effect<unknown, Exclude<StartFailure, Stopping>, R>
): Effect.Effect<void, never, R | SqlClient.SqlClient> =>
  work.pipe(
    Effect.catchTag(["UnknownSelector", "WrongRequest"], ({ reason: why }) => finish(id, failed(why))),
    Effect.catch(({ message }) => Effect.logWarning(`the task ${id} waits: ${message}`)),
    Effect.asVoid
  )
