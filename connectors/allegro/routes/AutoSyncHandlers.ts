/** Answers `sync/activate`, `deactivate` and `active` from the schedules of accounts. */
import { Duration, Effect } from "effect"
import { type Account, durationText, RouteConnector, ScheduleHandlers } from "../../../core/sdk-http.ts"
import type { ActiveSync } from "./AutoSyncs.ts"
import { accountsOf } from "./UserAccounts.ts"

type Schedule = Effect.Success<ReturnType<typeof ScheduleHandlers.list>>["schedules"][number]

const statusOf = ({ accountStatus, enabled }: Schedule): (typeof ActiveSync.Type)["status"] => {
  if (!enabled) return "inactive"
  return accountStatus === "active" ? "active" : "resting"
}

const activeOf = (schedule: Schedule): typeof ActiveSync.Type => {
  const [user_id = "", account = ""] = schedule.accountName.split("/")
  return {
    ...{ schedule_id: schedule.id, user_id, token_id: schedule.account, account, entities: schedule.entities },
    interval: schedule.every ?? schedule.cron ?? "",
    status: statusOf(schedule),
    ...{ last_run: schedule.lastRun, last_success: schedule.lastSuccess, next_run: schedule.nextFire },
    error: schedule.error
  }
}

/** New events, and the orders that they name. */
const entities = ["order_event"]
const usual = Duration.minutes(3)

const isOurs = (schedule: Schedule): boolean => schedule.entities?.join() === entities.join()

interface Wanted {
  readonly user_id: string
  readonly account?: string
  readonly interval?: Duration.Duration
}

const turnOn = ScheduleHandlers.turned(true)
const turnOff = ScheduleHandlers.turned(false)

const chosen = (connector: string, { account, user_id: user }: Wanted) =>
  accountsOf(connector, { user, ...(account === undefined ? {} : { account }) })

/** The schedule that the account has for its events is switched on; with another interval it is replaced. */
const activate = (connector: string) =>
  Effect.fnUntraced(function* (wanted: Wanted) {
    const one = Effect.fnUntraced(function* ({ id }: Account) {
      const { schedules } = yield* ScheduleHandlers.list({ connector, account: id })
      const { interval } = wanted
      const kept = schedules.find(
        (schedule) => isOurs(schedule) && (interval === undefined || isEvery(schedule, interval))
      )
      yield* Effect.forEach(
        schedules.filter((schedule) => isOurs(schedule) && schedule !== kept),
        (schedule) => ScheduleHandlers.remove(schedule.id)
      )
      if (kept !== undefined) return activeOf(yield* turnOn(kept.id))
      return activeOf(yield* ScheduleHandlers.add({ account: id, entities, every: interval ?? usual }))
    })
    return { schedules: yield* Effect.forEach(yield* chosen(connector, wanted), one) }
  })

const isEvery = ({ every }: Schedule, interval: Duration.Duration): boolean => every === durationText(interval)

const deactivate = (connector: string) =>
  Effect.fnUntraced(function* (wanted: Wanted) {
    const one = Effect.fnUntraced(function* ({ id }: Account) {
      const { schedules } = yield* ScheduleHandlers.list({ connector, account: id })
      return yield* Effect.forEach(schedules, (schedule) => turnOff(schedule.id))
    })
    const turned = yield* Effect.forEach(yield* chosen(connector, wanted), one)
    return { schedules: turned.flat().map(activeOf) }
  })

const active = (connector: string) =>
  Effect.map(ScheduleHandlers.list({ connector }), ({ schedules }) => ({
    schedules: schedules.filter(({ enabled }) => enabled).map(activeOf)
  }))

export const makeAutoSyncHandlers = Effect.map(RouteConnector, (connector) => ({
  activate: activate(connector),
  deactivate: deactivate(connector),
  active: active(connector)
}))
