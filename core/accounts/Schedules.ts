/** What people do with schedules of accounts: each syncs entities of one account, at intervals or by a cron pattern. */
import { DateTime, Duration, Effect, Option, Random } from "effect"
import { accountName } from "../config/Account.ts"
import { withKnownNames } from "../config/Nearest.ts"
import { scheduleProblem } from "../config/Schedule.ts"
import type { Initiator } from "../observe/Initiator.ts"
import { Registry } from "../plugin/Registry.ts"
import { reason } from "../reason/Reason.ts"
import { AccountRefused } from "./AccountRefused.ts"
import type { AccountKey } from "./AccountRows.ts"
import { type Cadence, firstFire, periodOf } from "./Cadence.ts"
import * as ScheduleRows from "./ScheduleRows.ts"
import { isUuid } from "./Uuid.ts"

export interface WantedSchedule {
  /** Names of entities of the account's connector; null: all. */
  readonly entities: ReadonlyArray<string> | null
  /** One of both. */
  readonly every: Duration.Duration | undefined
  readonly cron: string | undefined
}

const shortest = Duration.minutes(1)

const refused = (why: AccountRefused["reason"]) => new AccountRefused({ reason: why })

const cadenceOf = Effect.fnUntraced(function* ({ cron, every }: WantedSchedule, timezone: string) {
  if ((cron === undefined) === (every === undefined)) return yield* refused(reason("schedule.oneOf"))
  if (every !== undefined) {
    if (Duration.isLessThan(every, shortest)) return yield* refused(reason("schedule.tooOften"))
    return { _tag: "Every", every } satisfies Cadence
  }
  const problem = cron === undefined ? undefined : scheduleProblem(cron)
  if (problem !== undefined) return yield* refused(problem)
  return { _tag: "Cron", pattern: cron ?? "", timezone } satisfies Cadence
})

/** Entities that a later edit of the files takes away are passed over. */
const checkEntities = Effect.fnUntraced(function* (connector: string, names: ReadonlyArray<string>) {
  const { entities } = yield* Registry.now
  const known = entities.flatMap((one) => (one.connector === connector && one.perAccount === true ? [one.name] : []))
  for (const name of names) {
    if (known.includes(name)) continue
    const why = withKnownNames(reason("entity.unknown", { name: `${connector}.${name}` }), name, known)
    return yield* refused(why)
  }
})

export const add = Effect.fn("Schedules.add")(function* (
  account: AccountKey,
  wanted: WantedSchedule,
  initiator: Initiator
) {
  const { connector } = account
  const { declaration } = yield* Registry.now
  const { timezone } = yield* Effect.mapError(declaration(connector), ({ reason }) => refused(reason))
  const entities = wanted.entities === null || wanted.entities.length === 0 ? null : [...new Set(wanted.entities)]
  yield* checkEntities(connector, entities ?? [])
  const cadence = yield* cadenceOf(wanted, timezone)
  const at = yield* DateTime.now
  const nextFire = firstFire(cadence, at, yield* Random.next)
  const added = { account: account.id, connector, entities, cadence, timezone, nextFire, period: periodOf(cadence, at) }
  const stored = yield* ScheduleRows.insert(added, { event: "schedule added", initiator, at })
  if (Option.isSome(stored)) return stored.value
  return yield* refused(reason("account.unknown", { connector, account: accountName(account) }))
})

export const list = ScheduleRows.list

export const read = Effect.fn("Schedules.read")(function* (id: string) {
  const [found] = isUuid(id) ? yield* ScheduleRows.list({ id }) : []
  return found ?? (yield* refused(reason("schedule.unknown", { id })))
})

/** Switches one on or off; doing so twice is doing it once. */
export const turn = Effect.fn("Schedules.turn")(function* (id: string, enabled: boolean, initiator: Initiator) {
  const found = yield* read(id)
  if (found.enabled === enabled) return found
  const at = yield* DateTime.now
  // What was due while it was off is not made up for.
  const nextFire = enabled ? firstFire(found.cadence, at, yield* Random.next) : found.nextFire
  const event = enabled ? "schedule switched on" : "schedule switched off"
  const turned = yield* ScheduleRows.turn(found, enabled, nextFire, { event, initiator, at })
  return Option.isSome(turned) ? turned.value : yield* read(id)
})

export const remove = Effect.fn("Schedules.remove")(function* (id: string, initiator: Initiator) {
  const found = yield* read(id)
  const at = yield* DateTime.now
  const removed = yield* ScheduleRows.remove(found, { event: "schedule removed", initiator, at })
  return Option.isSome(removed) ? removed.value : yield* refused(reason("schedule.unknown", { id }))
})
