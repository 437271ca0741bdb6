/**
 * Looks once a minute whether jobs, entities and outside systems are well, and raises or clears their alerts. It judges by
 * what is stored, not by what it saw happen: a restart forgets nothing, and runs of other processes count too.
 */
import { Cause, DateTime, Duration, Effect, Layer, Semaphore, Stream } from "effect"
import * as ActionLog from "../actions/ActionLog.ts"
import { entityId } from "../config/Entity.ts"
import type { JobDeclaration } from "../config/Job.ts"
import { type Alert, type AlertKind, Alerts, alertKey } from "../observe/Alerts.ts"
import * as Metrics from "../observe/Metrics.ts"
import { Registry } from "../plugin/Registry.ts"
import { Vendors } from "../upstream/Vendors.ts"
import { overdue } from "./Freshness.ts"
import * as Watched from "./Watched.ts"

/** The first look comes after it too: by then the schedule has dealt with what came while no daemon was there. */
const pause = Duration.minutes(1)

/** One of them is enough for an alert. */
const mostUnknown = 20

/** A database that is away is somebody else's alert. */
const patience = Duration.minutes(5)

const start = Effect.gen(function* () {
  const { changes, current } = yield* Registry
  const { circuit, transitions } = yield* Vendors
  const alerts = yield* Alerts
  /** What gauges were set for. */
  const measured = new Set<string>()
  const aged = new Map<string, Metrics.EntityName>()

  /** Of the kinds that were looked at, what is not wrong is over, unless it cannot be told yet. */
  const settle = Effect.fnUntraced(function* (
    kinds: ReadonlyArray<AlertKind>,
    wrong: ReadonlyArray<Wrong>,
    unclear: ReadonlyArray<string> = []
  ) {
    for (const one of wrong) yield* alerts.raise(one)
    const kept = new Set([...wrong.map(({ kind, subject }) => alertKey(kind, subject)), ...unclear])
    for (const { key, kind, subject } of yield* alerts.open) {
      if (kinds.includes(kind) && !kept.has(key)) yield* alerts.clear(kind, subject)
    }
  })

  const lookAtCircuits = Effect.gen(function* () {
    const { declarations } = yield* current
    const wrong: Array<Wrong> = []
    for (const { name } of declarations) {
      const closed = (yield* circuit(name)) === "closed"
      measured.add(name)
      yield* Metrics.circuitStands(name, closed)
      if (!closed) wrong.push({ kind: "circuit_open", subject: name, message: circuitMessage(name) })
    }
    yield* settle(["circuit_open"], wrong)
  })

  /** A gauge of what is no longer declared would stand still for ever. */
  const forgetGone = Effect.gen(function* () {
    const { declarations, entities } = yield* current
    const [names, ids] = [new Set(declarations.map(({ name }) => name)), new Set(entities.map(entityId))]
    for (const name of measured) {
      if (names.has(name)) continue
      measured.delete(name)
      yield* Metrics.forgetConnector(name)
    }
    for (const [id, entity] of aged) {
      if (ids.has(id)) continue
      aged.delete(id)
      yield* Metrics.forgetEntity(entity)
    }
  })

  const lookAtDatabase = Effect.gen(function* () {
    const generation = yield* current
    const [watched, connections, unknown] = yield* Effect.all(
      [Watched.read(generation), Watched.connections, ActionLog.page({ status: "unknown" }, mostUnknown)],
      { concurrency: 3 }
    )
    for (const entity of generation.entities) {
      const freshAt = watched.entities.get(entityId(entity))?.freshAt ?? null
      if (freshAt === null) continue
      const name = { connector: entity.connector, entity: entity.name }
      aged.set(entityId(entity), name)
      yield* Metrics.entityAged(name, Duration.toSeconds(DateTime.distance(freshAt, watched.now)))
    }
    const jobs = generation.jobs.flatMap((job) => wrongWithJob(job, watched.jobs.get(job.name), watched.now) ?? [])
    const entities = [...watched.entities].flatMap(([id, entity]) => wrongWithEntity(id, entity))
    const running = [...watched.jobs].filter(([, { last }]) => last?.status === "running")
    yield* settle(
      ["job_failed", "entity_stale", "guard_held", "action_unknown"],
      [...jobs, ...entities, ...unknown.map(wrongWithAction)],
      running.map(([name]) => alertKey("job_failed", name))
    )
    if (connections !== undefined) yield* Metrics.databaseConnections(connections)
  }).pipe(Effect.timeout(patience))

  const turn = yield* Semaphore.make(1)
  const look = Effect.andThen(forgetGone, lookAtCircuits).pipe(
    Effect.andThen(lookAtDatabase),
    Effect.catchCause((cause) => Effect.logWarning("the look at jobs and entities failed", Cause.squash(cause))),
    turn.withPermit
  )
  yield* Stream.runForEach(transitions, () => lookAtCircuits).pipe(Effect.forkScoped({ startImmediately: true }))
  yield* Stream.runForEach(Stream.drop(changes, 1), () => look).pipe(Effect.forkScoped({ startImmediately: true }))
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep(pause), look)))
  yield* lookAtCircuits
})

/** Raises into `Alerts` as long as it lives. */
export const layer = Layer.effectDiscard(Effect.annotateLogs(start, { service: "Watch" }))

type Wrong = Pick<Alert, "kind" | "subject" | "message">

const circuitMessage = (name: string): string =>
  `The connector ${name} does not answer: its last calls all failed, and it is given time to recover.`

/** Manual runs count as well: what a person runs again and sees succeed is well. */
const wrongWithJob = (
  job: JobDeclaration,
  watched: Watched.WatchedJob | undefined,
  now: DateTime.Utc
): Wrong | undefined => {
  if (!job.enabled || watched === undefined) return undefined
  const wrong = (message: string): Wrong => ({ kind: "job_failed", subject: job.name, message })
  const { last, paused } = watched
  const forgotten = overdue(job, watched, now)
  if (forgotten !== null && !paused) {
    return wrong(`The job ${job.name} was due at ${at(forgotten)} and has not begun: the scheduler does not run.`)
  }
  if (last?.status !== "failed" && last?.status !== "missed") return undefined
  const what = last.status === "failed" ? "failed" : "was missed"
  const why = last.detail === null || last.detail === "" ? "" : `:\n${last.detail}`
  return wrong(`The job ${job.name} of ${at(last.scheduledAt)} ${what}${why}`)
}

const wrongWithEntity = (
  id: string,
  { expectedAt, freshAt, late, pending, reason }: Watched.WatchedEntity
): ReadonlyArray<Wrong> => {
  const wrong: Array<Wrong> = []
  if (late && expectedAt !== null) {
    const since = freshAt === null ? "it never had a good run" : `its last good run ended at ${at(freshAt)}`
    const message = `${id} is late: it was to be fresh after ${at(expectedAt)}, and ${since}.`
    wrong.push({ kind: "entity_stale", subject: id, message })
  }
  if (pending > 0) {
    const rows = pending === 1 ? "one delete waits" : `${pending} deletes wait`
    const message = `${id}: ${rows} for a decision${reason === null ? "" : `: ${reason}`}. Apply or drop them.`
    wrong.push({ kind: "guard_held", subject: id, message })
  }
  return wrong
}

const wrongWithAction = ({ action, createdAt, id, what }: ActionLog.Entry): Wrong => ({
  kind: "action_unknown",
  subject: action,
  message: `${action}: it is not known what became of "${what}" of ${at(createdAt)} (entry ${id}). Look there, then decide.`
})

const at = (time: DateTime.Utc): string => DateTime.formatIso(time).replace(/\.\d+Z$/, "Z")
