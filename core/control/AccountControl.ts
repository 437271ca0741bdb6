/** The part of the control port about accounts: who they are, and what a person can do with them. */
import { Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import * as AccountEvents from "../accounts/AccountEvents.ts"
import { AccountRefused } from "../accounts/AccountRefused.ts"
import { type Account, Accounts } from "../accounts/Accounts.ts"
import { AccountVendors } from "../accounts/AccountVendors.ts"
import { Authorizations } from "../accounts/Authorizations.ts"
import type { AccountSchedule } from "../accounts/ScheduleRows.ts"
import * as Schedules from "../accounts/Schedules.ts"
import type { Task } from "../accounts/TaskRows.ts"
import * as Tasks from "../accounts/Tasks.ts"
import { accountName } from "../config/Account.ts"
import type { Initiator } from "../observe/Initiator.ts"
import type { Registry } from "../plugin/Registry.ts"
import { reason } from "../reason/Reason.ts"
import type { FailedRead, OfferedList, ShownList } from "./AccountReport.ts"
import * as AccountReport from "./AccountReport.ts"
import { type StartFailure, SyncTasks } from "./SyncTasks.ts"

export type { AccountFailure } from "../accounts/AccountFailure.ts"
export { type AuthorizationProgress, decodeProgress } from "../accounts/Authorizations.ts"
export type { Account, AccountSchedule, FailedRead, OfferedList, ShownList, Task }

type Vault = Accounts["Service"]

/** Whose accounts somebody sees: all, or those of one owner. What is of others is as unknown as what is not there. */
export type Viewer = "all" | { readonly owner: string }

/** An account whose credentials are refused. */
export interface InvalidAccount extends Account {
  /** Names the refusal: the next one of the same account has another name. */
  readonly refusal: string
}

export interface AccountControl extends Pick<Vault, "pause" | "resume"> {
  /** The connectors that have accounts. */
  readonly connectors: AccountVendors["Service"]["names"]
  /** The accounts of those connectors. */
  readonly list: (viewer: Viewer) => ReturnType<Vault["list"]>
  /** Those of them that are invalid. */
  readonly invalid: Effect.Effect<ReadonlyArray<InvalidAccount>, SqlError.SqlError>
  readonly read: (id: string, viewer: Viewer) => ReturnType<Vault["read"]>
  /** Begins an authorization by a link and a code. */
  readonly authorize: Authorizations["Service"]["start"]
  readonly task: (id: string, viewer: Viewer) => Effect.Effect<Task, AccountRefused | SqlError.SqlError>
  /** Begins to sync all that is read for the account, as a task that goes on whatever becomes of its caller. */
  readonly sync: (account: Account, by: Initiator) => Effect.Effect<Task, StartFailure>
  /** The syncs of the account that run. */
  readonly syncs: (account: Account) => Effect.Effect<ReadonlyArray<Task>, SqlError.SqlError>
  /** Stops a task that runs. */
  readonly stop: (task: Task, by: Initiator) => Effect.Effect<void, AccountRefused | SqlError.SqlError>
  readonly lists: (account: Account) => Effect.Effect<ReadonlyArray<OfferedList>>
  readonly rows: (account: Account, list: string) => Effect.Effect<ShownList, AccountRefused | SqlError.SqlError>
  readonly schedules: (account: Account) => Effect.Effect<ReadonlyArray<AccountSchedule>, SqlError.SqlError>
  readonly schedule: (id: string, viewer: Viewer) => Effect.Effect<AccountSchedule, AccountRefused | SqlError.SqlError>
  /** Switches a schedule on or off. */
  readonly turnSchedule: (
    id: string,
    enabled: boolean,
    by: Initiator
  ) => Effect.Effect<AccountSchedule, AccountRefused | SqlError.SqlError>
  /** The entities whose last run for the account failed, and why. */
  readonly failures: (account: Account) => Effect.Effect<ReadonlyArray<FailedRead>, SqlError.SqlError>
}

const sees = (viewer: Viewer, { owner }: { readonly owner: string | null }): boolean =>
  viewer === "all" || viewer.owner === owner

/** More of one account wait for each other. */
const mostSyncs = 3

export const make = Effect.gen(function* () {
  const accounts = yield* Accounts
  const { start: authorize } = yield* Authorizations
  const { names: connectors } = yield* AccountVendors
  const { start } = yield* SyncTasks
  const services = yield* Effect.context<Registry | SqlClient.SqlClient>()
  const { pause, resume } = accounts
  const list = Effect.fnUntraced(function* (viewer: Viewer) {
    const names = yield* connectors
    return (yield* accounts.list()).filter((one) => names.includes(one.connector) && sees(viewer, one))
  })
  const invalid = Effect.gen(function* () {
    const found = (yield* list("all")).filter(({ status }) => status === "invalid")
    const refusals = found.length === 0 ? new Map<string, string>() : yield* AccountEvents.refusals()
    return found.map((account): InvalidAccount => ({ ...account, refusal: refusals.get(account.id) ?? "" }))
  })
  const read = Effect.fnUntraced(function* (id: string, viewer: Viewer) {
    const found = yield* accounts.read(id)
    return sees(viewer, found) ? found : yield* new AccountRefused({ reason: reason("account.unknownId", { id }) })
  })
  const task = Effect.fnUntraced(function* (id: string, viewer: Viewer) {
    const found = yield* Tasks.read(id)
    return sees(viewer, found) ? found : yield* new AccountRefused({ reason: reason("account.taskUnknown", { id }) })
  })
  const schedule = Effect.fnUntraced(function* (id: string, viewer: Viewer) {
    const found = yield* Schedules.read(id)
    if (sees(viewer, found.account)) return found
    return yield* new AccountRefused({ reason: reason("schedule.unknown", { id }) })
  })

  const provided = Effect.provideContext(services)

  return {
    authorize,
    connectors,
    failures: (account) => provided(AccountReport.failures([account])),
    invalid: provided(invalid),
    list,
    lists: ({ connector }) => provided(AccountReport.offered(connector)),
    pause,
    read,
    resume,
    rows: (account, list) => provided(AccountReport.rows(account, list)),
    stop: ({ id }, by) => provided(Tasks.stop(id, by)),
    sync: (account, by) => start({ selectors: [`${account.connector}.*@${accountName(account)}`] }, by),
    syncs: ({ id }) => provided(Tasks.list({ kind: "sync", account: id, state: "running" }, mostSyncs)),
    schedules: ({ id }) => provided(Schedules.list({ account: id })),
    schedule: (id, viewer) => provided(schedule(id, viewer)),
    task: (id, viewer) => provided(task(id, viewer)),
    turnSchedule: (id, enabled, by) => provided(Schedules.turn(id, enabled, by))
  } satisfies AccountControl
})
