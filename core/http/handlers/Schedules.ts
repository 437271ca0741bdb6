import { type Duration, Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import type { AccountRefused } from "../../accounts/AccountRefused.ts"
import { Accounts } from "../../accounts/Accounts.ts"
import type { ScheduleFilter } from "../../accounts/ScheduleRows.ts"
import * as Schedules from "../../accounts/Schedules.ts"
import { Api } from "../Api.ts"
import { AccountConflict, Missing } from "../ApiErrors.ts"
import { fromDatabase, readDatabase } from "../Background.ts"
import { Caller } from "../Caller.ts"
import { scheduleOf } from "../ScheduleResponses.ts"

export const list = Effect.fnUntraced(function* (filter: ScheduleFilter) {
  return { schedules: (yield* Schedules.list(filter)).map(scheduleOf) }
}, readDatabase)

const missing = ({ message }: AccountRefused) => Effect.fail(new Missing({ detail: message }))
const one = Effect.fnUntraced(
  function* (id: string) {
    return scheduleOf(yield* Schedules.read(id))
  },
  Effect.catchTag("AccountRefused", missing),
  readDatabase
)

const conflict = ({ message }: AccountRefused) => Effect.fail(new AccountConflict({ detail: message }))

interface Wanted {
  readonly account: string
  readonly entities?: ReadonlyArray<string>
  readonly every?: Duration.Duration
  readonly cron?: string
}

export const add = Effect.fnUntraced(
  function* ({ account: id, cron, entities = [], every }: Wanted) {
    const [accounts, caller] = [yield* Accounts, yield* Caller]
    const account = yield* Effect.catchTag(accounts.read(id), "AccountRefused", missing)
    return scheduleOf(yield* Schedules.add(account, { cron, entities, every }, caller))
  },
  Effect.catchTag("AccountRefused", conflict),
  fromDatabase
)

/** A schedule is unknown, or there is nothing to refuse. */
const change = (
  act: (
    id: string,
    caller: Caller["Service"]
  ) => ReturnType<typeof Schedules.remove> | ReturnType<typeof Schedules.turn>
) =>
  Effect.fnUntraced(
    function* (id: string) {
      return scheduleOf(yield* act(id, yield* Caller))
    },
    Effect.catchTag("AccountRefused", missing),
    fromDatabase
  )

export const remove = change(Schedules.remove)

export const turned = (enabled: boolean) => change((id, caller) => Schedules.turn(id, enabled, caller))
const [enable, disable] = [turned(true), turned(false)]

export const layer = HttpApiBuilder.group(Api, "schedules", (handlers) =>
  handlers.handleAll({
    schedules: ({ query }) => list(query),
    addSchedule: ({ payload }) => add(payload),
    schedule: ({ params }) => one(params.id),
    enableSchedule: ({ params }) => enable(params.id),
    disableSchedule: ({ params }) => disable(params.id),
    removeSchedule: ({ params }) => remove(params.id)
  })
)
