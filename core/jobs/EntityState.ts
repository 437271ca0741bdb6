/**
 * The state of entities, computed once for everything that shows or judges it: the command line, the API with the
 * console, the bot, `/health`, alerts and metrics. It combines the audit, the pending deletes, the fields of the source
 * the jobs of the live declarations and the schedules of accounts. Circuits belong to endpoints, not to entities: `VendorState` has them.
 */
import { Array as Arr, DateTime, Duration, Effect, Order } from "effect"
import type { Entity } from "../config/Entity.ts"
import { type RunTarget, targetId, targetOf } from "../config/RunTarget.ts"
import { type AuditedRun, latest } from "../database/audit/Audit.ts"
import * as EntityFacts from "../database/audit/EntityFacts.ts"
import { type AccountsByConnector, accountsOf, bindAccounts, invalidAccountsOf } from "../plugin/AccountTargets.ts"
import { type Reason, storedReason } from "../reason/Reason.ts"
import { dueTime } from "./DueClock.ts"
import { type DeclaredJobs, type EntityHistory, type Freshness, freshnessOf } from "./Freshness.ts"
import * as HealthQueries from "./HealthQueries.ts"
import * as Refreshers from "./Refreshers.ts"

/** In order of urgency; an entity is in the first of them that applies. */
export const states = ["failed", "late", "withheld", "warning", "never", "fresh"] as const
export type State = (typeof states)[number]

/** The facts that show whether an entity is well. */
export interface EntityHealth extends Freshness, EntityHistory {
  readonly target: RunTarget
  readonly state: State
  /** The last run that has ended; skipped runs and refused plans do not count. `state` is judged by it. */
  readonly ended: { readonly status: "ok" | "warning" | "failed"; readonly at: DateTime.Utc } | null
  /** The reason of its failure, if it failed. */
  readonly failure: Reason | null
  /** The start of the read that moved its cursor last, of several cursors the oldest; null: it has none. */
  readonly cursorAt: DateTime.Utc | null
  /** The number of rows whose delete waits for a decision. */
  readonly pending: number
  /** The reason of the latest pending delete. */
  readonly pendingReason: Reason | null
  /** Undeclared fields that are new in its source and still news, and declared columns that vanished from it. */
  readonly appeared: ReadonlyArray<string>
  readonly vanished: ReadonlyArray<string>
  /** How many of its accounts are in each state, if it stands for all of them: then its state is the most urgent one. */
  readonly accounts?: Readonly<Partial<Record<State, number>>>
}

export interface EntityState extends EntityHealth {
  /** Rows in its scope; null: there is no table yet. */
  readonly rows: number | null
  /** The last run, which may be in progress; skipped runs and refused plans do not count. */
  readonly last: AuditedRun | null
  /** The last such runs, oldest first. */
  readonly past: ReadonlyArray<EntityFacts.PastRun>
}

/** How many runs of an entity are shown with it. */
export const recentRuns = 20

/** Returns the health of entities by target id, and the jobs by name, at the time by which fires are due. */
export const health = Effect.fn("EntityState.health")(function* (
  declared: DeclaredJobs,
  entities: ReadonlyArray<Entity> = declared.entities
) {
  const now = yield* dueTime
  const { accounts, invalid } = yield* accountsIn(entities)
  const refreshersOf = yield* Refreshers.find(declared, entities)
  const shown = entities.flatMap((entity) => targetsOf(entity, accounts))
  const targets = new Map([...shown, ...shown.map((one) => refreshersOf(one).by)].map((one) => [targetId(one), one]))
  const isScheduled = (target: RunTarget) => refreshersOf(target).jobs.length > 0
  const [jobs, found] = yield* Effect.all(
    [HealthQueries.jobs(declared.jobs, now), EntityFacts.health([...targets.values()], isScheduled)],
    { concurrency: 2 }
  )
  const facts = new Map(found.map((row) => [row.id, row]))
  const healthOf = (target: RunTarget): EntityHealth => {
    const known = facts.get(targetId(target))
    const refreshers = refreshersOf(target)
    const by = facts.get(targetId(refreshers.by))
    const history = {
      freshAt: known?.fresh_at == null ? null : DateTime.max(known.fresh_at, by?.fresh_at ?? known.fresh_at),
      firstByJob: by?.first_by_job ?? null
    }
    const judged = {
      ...freshnessOf(refreshers, (job) => jobs.get(job), history, now),
      ended:
        known?.status == null || known.finished_at === null ? null : { status: known.status, at: known.finished_at },
      pending: known?.pending ?? 0
    }
    return {
      target,
      state: target.account !== null && invalid.has(target.account) ? "failed" : stateOf(judged),
      ...judged,
      ...history,
      cursorAt: target.entity.incremental === undefined ? null : (known?.cursor_at ?? null),
      failure: known?.error == null ? null : storedReason(known.error_reason, known.error),
      pendingReason: known?.reason == null ? null : storedReason(known.reasons?.[0], known.reason),
      appeared: Object.entries(known?.appeared ?? {}).flatMap(([name, since]) => (isNews(since, now) ? [name] : [])),
      vanished: Object.keys(known?.vanished ?? {})
    }
  }
  const judged = entities.map((entity) => {
    const target = targetOf(entity)
    const each = Arr.map(targetsOf(entity, accounts), healthOf)
    return [targetId(target), each[0].target.account === target.account ? each[0] : ofAccounts(target, each)] as const
  })
  return { now, jobs, entities: new Map(judged) }
})

/** The accounts that are to be read, and those among them that cannot be: their rows grow old. */
const accountsIn = Effect.fnUntraced(function* (entities: ReadonlyArray<Entity>) {
  const [active, invalid] = [yield* accountsOf(entities), yield* invalidAccountsOf(entities)]
  const accounts = new Map([...active].map(([name, those]) => [name, [...those, ...(invalid.get(name) ?? [])]]))
  return { accounts, invalid: new Set([...invalid.values()].flat().map(({ id }) => id)) }
})

/** The targets of an entity: one for each account of its connector, or itself. */
const targetsOf = (entity: Entity, accounts: AccountsByConnector): Arr.NonEmptyReadonlyArray<RunTarget> => {
  const bound = bindAccounts([entity], accounts)
  return Arr.map(Arr.isReadonlyArrayNonEmpty(bound) ? bound : Arr.of(entity), targetOf)
}

/** Returns the state of entities in their order, each with its last `past` runs. */
export const read = Effect.fn("EntityState.read")(function* (
  declared: DeclaredJobs,
  past: number,
  entities: ReadonlyArray<Entity> = declared.entities
) {
  const { accounts } = yield* accountsIn(entities)
  const targets = entities.flatMap((entity) => targetsOf(entity, accounts))
  const [judged, contents, runs] = yield* Effect.all(
    [health(declared, entities), EntityFacts.contents(entities.map(targetOf), past), latest(targets)],
    { concurrency: 3 }
  )
  return entities.flatMap((entity): ReadonlyArray<EntityState> => {
    const id = targetId(targetOf(entity))
    const one = judged.entities.get(id)
    const { past = [], rows = null } = contents.get(id) ?? {}
    const ran = targetsOf(entity, accounts).flatMap((target) => runs.get(targetId(target)) ?? [])
    const [last = null] = ran.toSorted((left, right) => Number(right.id - left.id))
    return one === undefined ? [] : [{ ...one, rows: rows === null ? null : Number(rows), last, past }]
  })
})

/** The most urgent of the accounts decides, and the one whose rows are the oldest. */
const ofAccounts = (target: RunTarget, each: Arr.NonEmptyReadonlyArray<EntityHealth>): EntityHealth => {
  const [worst] = Arr.sortWith(each, ({ state }) => states.indexOf(state), Order.Number)
  const fresh = each.flatMap(({ freshAt }) => freshAt ?? [])
  const counts = [...Map.groupBy(each, ({ state }) => state)].map(([state, those]) => [state, those.length] as const)
  return {
    ...worst,
    target,
    freshAt: fresh.length < each.length ? null : fresh.reduce((one, other) => DateTime.min(one, other)),
    cursorAt: each.flatMap(({ cursorAt }) => cursorAt ?? []).reduce<DateTime.Utc | null>(older, null),
    pending: each.reduce((sum, { pending }) => sum + pending, 0),
    appeared: [...new Set(each.flatMap(({ appeared }) => appeared))],
    vanished: [...new Set(each.flatMap(({ vanished }) => vanished))],
    accounts: Object.fromEntries(counts)
  }
}

const older = (one: DateTime.Utc | null, other: DateTime.Utc): DateTime.Utc =>
  one === null ? other : DateTime.min(one, other)

const stateOf = ({ ended, late, pending }: Pick<EntityHealth, "ended" | "late" | "pending">): State => {
  if (ended?.status === "failed") return "failed"
  if (late) return "late"
  if (pending > 0) return "withheld"
  if (ended === null) return "never"
  return ended.status === "warning" ? "warning" : "fresh"
}

/** The time for which an undeclared field is news; afterwards it counts as known. */
const newsFor = Duration.days(7)

const isNews = (since: DateTime.Utc, now: DateTime.Utc): boolean =>
  DateTime.isGreaterThan(DateTime.addDuration(since, newsFor), now)
