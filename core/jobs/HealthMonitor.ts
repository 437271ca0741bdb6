/**
 * Checks once a minute whether jobs, entities and outside systems are well, and raises or clears their alerts. It
 * judges by stored data and not by events, so a restart forgets nothing and runs of other processes count too.
 */
import { Cause, DateTime, Duration, Effect, Layer, Semaphore, Stream } from "effect"
import * as ActionLog from "../actions/ActionLog.ts"
import { entityId } from "../config/Entity.ts"
import type { JobDeclaration } from "../config/JobDeclaration.ts"
import { targetColumns } from "../config/RunTarget.ts"
import { type AlertInput, type AlertKind, Alerts, alertKey } from "../observe/Alerts.ts"
import * as Metrics from "../observe/Metrics.ts"
import { hasAccounts } from "../plugin/OwnAccount.ts"
import { Registry } from "../plugin/Registry.ts"
import { type Reason, reason, timeOf } from "../reason/Reason.ts"
import { endpointName, type VendorEndpoint } from "../upstream/exchange/VendorEndpoint.ts"
import { VendorState } from "../upstream/exchange/VendorState.ts"
import * as AccountHealth from "./AccountHealth.ts"
import type * as AlertGroups from "./AlertGroups.ts"
import * as CursorAlerts from "./CursorAlerts.ts"
import * as EntityState from "./EntityState.ts"
import { overdueFire } from "./Freshness.ts"
import * as HealthQueries from "./HealthQueries.ts"
import { entityAlerts, isCoveredElsewhere } from "./Outages.ts"
import * as RowAlerts from "./RowAlerts.ts"

/** The first check also waits: by then the scheduler has handled the fires of the daemon's absence. */
const pause = Duration.minutes(1)

/** Large tables are searched for them. */
const rowsEvery = Duration.minutes(15)

/** Another alert reports a database that is away. */
const timeout = Duration.minutes(5)

const start = Effect.gen(function* () {
  const { changes, current } = yield* Registry
  const { circuits, transitions } = yield* VendorState
  const alerts = yield* Alerts
  /** The endpoints and entities that have a gauge. */
  const measured = new Map<string, Metrics.EndpointName>()
  const aged = new Map<string, Metrics.EntityName>()
  const counted = new Set<string>()
  let fallen: AlertGroups.Grouped = new Map()
  let seen: AlertGroups.Grouped = new Map()
  let seenAt: DateTime.Utc | undefined

  const lookAtCircuits = Effect.gen(function* () {
    const { declarations } = yield* current
    const states = yield* circuits(declarations.map(({ name }) => name))
    const open = states.flatMap(({ circuit, endpoint }) => (circuit === "closed" ? [] : endpoint))
    const measurable = new Map(states.map(({ endpoint }) => [measureOf(endpoint), endpoint]))
    for (const [measure, endpoint] of measurable) {
      measured.set(measure, endpoint)
      yield* Metrics.circuitsOpen(endpoint, open.filter((one) => measureOf(one) === measure).length)
    }
    // A gauge of what is gone would stand still for ever.
    for (const [measure, endpoint] of measured) {
      if (measurable.has(measure)) continue
      measured.delete(measure)
      yield* Metrics.forgetEndpoint(endpoint)
    }
    yield* settle(alerts, ["circuit_open"], open.map(circuitOpen))
  })

  /** Removes the gauges of undeclared connectors and entities, which would keep their value for ever. */
  const forgetGone = Effect.gen(function* () {
    const ids = new Set((yield* current).entities.map(entityId))
    for (const [id, entity] of aged) {
      if (ids.has(id)) continue
      aged.delete(id)
      yield* Metrics.forgetEntity(entity)
    }
  })

  const lookAtAccounts = Effect.gen(function* () {
    const { declarations, typeOf } = yield* current
    const names = declarations.flatMap((declared) =>
      hasAccounts(typeOf(declared.name), declared) ? [declared.name] : []
    )
    for (const gone of counted) {
      if (names.includes(gone)) continue
      counted.delete(gone)
      yield* Metrics.forgetAccounts(gone)
    }
    const { counts, invalid } = names.length === 0 ? { counts: [], invalid: [] } : yield* AccountHealth.read(names)
    for (const name of names) {
      counted.add(name)
      const own = new Map(
        counts.flatMap((one) => (one.connector === name ? [[one.status, one.accounts] as const] : []))
      )
      yield* Metrics.accountsCounted(name, (state) => own.get(state) ?? 0)
    }
    const judged = AccountHealth.judge(fallen, invalid)
    fallen = judged.grouped
    yield* settle(alerts, ["account_invalid"], judged.alerts)
  })

  /** Between two looks the alerts stay as they are. */
  const lookAtRows = Effect.gen(function* () {
    const now = yield* DateTime.now
    if (seenAt !== undefined && DateTime.isLessThan(now, DateTime.addDuration(seenAt, rowsEvery))) return
    const judged = RowAlerts.judge(seen, yield* RowAlerts.read(yield* current))
    seen = judged.grouped
    seenAt = now
    yield* settle(alerts, ["rows_found"], judged.alerts)
  })

  const lookAtDatabase = Effect.gen(function* () {
    yield* lookAtAccounts
    yield* lookAtRows
    const generation = yield* current
    yield* settle(alerts, ["cursor_old"], yield* CursorAlerts.read(generation.entities))
    const [watched, connections, unknown] = yield* Effect.all(
      [EntityState.health(generation), HealthQueries.connections, ActionLog.unknown],
      { concurrency: 3 }
    )
    const ageOf = (at: DateTime.Utc) => Duration.toSeconds(DateTime.distance(at, watched.now))
    for (const { cursorAt, freshAt, target } of watched.entities.values()) {
      const name = targetColumns(target)
      if (freshAt !== null || cursorAt !== null) aged.set(entityId(target.entity), name)
      if (freshAt !== null) yield* Metrics.entityAged(name, ageOf(freshAt))
      yield* cursorAt === null ? Metrics.forgetCursor(name) : Metrics.cursorAged(name, ageOf(cursorAt))
    }
    const jobs = generation.jobs.flatMap((job) => wrongWithJob(job, watched.jobs.get(job.name), watched.now) ?? [])
    const running = [...watched.jobs].filter(([, { last }]) => last?.status === "running")
    yield* settle(
      alerts,
      ["job_failed", "entity_stale", "guard_held", "fields_changed", "action_unknown"],
      [...jobs, ...entityAlerts(watched.entities, yield* alerts.open), ...unknown.map(wrongWithAction)],
      running.map(([name]) => alertKey("job_failed", name))
    )
    if (connections !== undefined) yield* Metrics.databaseConnections(connections)
  }).pipe(Effect.timeout(timeout))

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

/** Raises into `Alerts` while the layer lives. */
export const layer = Layer.effectDiscard(Effect.annotateLogs(start, { service: "HealthMonitor" }))

/** Raises what is wrong, and clears the other alerts of the checked kinds, except those that cannot be judged yet. */
const settle = Effect.fnUntraced(function* (
  alerts: Alerts["Service"],
  kinds: ReadonlyArray<AlertKind>,
  wrong: ReadonlyArray<AlertInput>,
  unclear: ReadonlyArray<string> = []
) {
  for (const one of wrong) yield* alerts.raise(one)
  const active = new Set([...wrong.map(({ key, kind, subject }) => key ?? alertKey(kind, subject)), ...unclear])
  for (const alert of yield* alerts.open) {
    if (!kinds.includes(alert.kind) || active.has(alert.key)) continue
    yield* isCoveredElsewhere(alert, wrong) ? alerts.merge(alert.key) : alerts.clear(alert.key)
  }
})

/** Accounts are measured together. */
const measureOf = ({ connector, group }: VendorEndpoint): string =>
  endpointName(group === undefined ? { connector } : { connector, group })

const circuitOpen = (endpoint: VendorEndpoint): AlertInput => {
  const name = endpointName(endpoint)
  return { kind: "circuit_open", subject: name, reason: reason("alert.circuit", { connector: name }) }
}

/** Manual runs count too: if a person repeats a run and it succeeds, the job is well. */
const wrongWithJob = (
  job: JobDeclaration,
  watched: HealthQueries.WatchedJob | undefined,
  now: DateTime.Utc
): AlertInput | undefined => {
  const { enabled, name } = job
  if (!enabled || watched === undefined) return undefined
  const wrong = (why: Reason): AlertInput => ({ kind: "job_failed", subject: name, reason: why })
  const { last, paused } = watched
  const forgotten = overdueFire(job, watched, now)
  if (forgotten !== null && !paused) {
    return wrong(reason("alert.jobForgotten", { job: name, at: timeOf(forgotten) }))
  }
  if (last?.status !== "failed" && last?.status !== "missed") return undefined
  const whys = last.reasons.length === 0 ? [reason("unsaid")] : last.reasons
  const code = last.status === "failed" ? "alert.jobFailed" : "alert.jobMissed"
  return wrong(reason(code, { job: name, at: timeOf(last.scheduledAt), whys }))
}

const wrongWithAction = ({ action, createdAt, id, whatReason: what }: ActionLog.Entry): AlertInput => ({
  kind: "action_unknown",
  subject: action,
  reason: reason("alert.actionUnknown", { action, what, at: timeOf(createdAt), entry: id })
})
