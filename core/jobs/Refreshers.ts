/**
 * What promises fresh rows of a target: the jobs that select its entity and the schedules of its account, or, where it has
 * neither, those of the entity whose records lead to it.
 */
import { Effect } from "effect"
import * as DueSchedules from "../accounts/DueSchedules.ts"
import type { AccountSchedule } from "../accounts/ScheduleRows.ts"
import { bindAccount } from "../config/AccountEntity.ts"
import { type Entity, entityId } from "../config/Entity.ts"
import type { JobDeclaration } from "../config/JobDeclaration.ts"
import { type RunTarget, targetOf } from "../config/RunTarget.ts"
import { type DeclaredJobs, jobsOf } from "./Freshness.ts"

export interface Refreshers {
  readonly jobs: ReadonlyArray<JobDeclaration>
  readonly schedules: ReadonlyArray<AccountSchedule>
  /** The target whose runs refresh it: itself, or the one that leads to it. */
  readonly by: RunTarget
}

export const find = Effect.fn("Refreshers.find")(function* (declared: DeclaredJobs, entities: ReadonlyArray<Entity>) {
  const jobs = yield* jobsOf(declared)
  const connectors = new Set(entities.flatMap(({ connector, perAccount }) => (perAccount === true ? connector : [])))
  const schedules = connectors.size === 0 ? [] : yield* DueSchedules.inForce([...connectors])
  const byAccount = Map.groupBy(schedules, ({ account }) => account.id)

  const ownOf = (target: RunTarget): Refreshers => {
    const { account, entity } = target
    const own = account === null ? [] : (byAccount.get(account) ?? [])
    return {
      jobs: jobs.get(entityId(entity)) ?? [],
      schedules: own.filter(({ entities }) => entities === null || entities.includes(entity.name)),
      by: target
    }
  }
  return (target: RunTarget): Refreshers => {
    const own = ownOf(target)
    const leader = own.jobs.length + own.schedules.length > 0 ? undefined : leaderOf(declared, target.entity)
    return leader === undefined ? own : ownOf(targetOf(leader))
  }
})

/** The entity, of the same account, whose records say which records of this one have changed. */
const leaderOf = ({ entities }: DeclaredJobs, { account, connector, name }: Entity): Entity | undefined => {
  const leader = entities.find((one) => one.connector === connector && one.leads?.to === name)
  return leader === undefined || account === undefined ? leader : bindAccount(leader, account)
}
