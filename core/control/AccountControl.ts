/** The part of the control port about accounts: who they are, and what a person can do with them. */
import { Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import type { AccountRefused } from "../accounts/AccountRefused.ts"
import { type Account, Accounts } from "../accounts/Accounts.ts"
import { AccountVendors } from "../accounts/AccountVendors.ts"
import { Authorizations } from "../accounts/Authorizations.ts"
import type { AccountSchedule } from "../accounts/ScheduleRows.ts"
import * as Schedules from "../accounts/Schedules.ts"
import type { Initiator } from "../observe/Initiator.ts"
import type { Registry } from "../plugin/Registry.ts"
import type { FailedRead, OfferedList, ShownList } from "./AccountReport.ts"
import * as AccountReport from "./AccountReport.ts"

export type { AccountFailure } from "../accounts/AccountFailure.ts"
export { type AuthorizationProgress, decodeProgress } from "../accounts/Authorizations.ts"
export type { Task } from "../accounts/TaskRows.ts"
export type { Account, AccountSchedule, FailedRead, OfferedList, ShownList }

type Vault = Accounts["Service"]
type Tasks = Authorizations["Service"]

export interface AccountControl extends Pick<Vault, "pause" | "read" | "resume"> {
  /** The connectors that have accounts. */
  readonly connectors: AccountVendors["Service"]["names"]
  /** All accounts of those connectors. */
  readonly list: ReturnType<Vault["list"]>
  /** Begins an authorization by a link and a code. */
  readonly authorize: Tasks["start"]
  readonly task: Tasks["read"]
  readonly lists: (account: Account) => Effect.Effect<ReadonlyArray<OfferedList>>
  readonly rows: (account: Account, list: string) => Effect.Effect<ShownList, AccountRefused | SqlError.SqlError>
  readonly schedules: (account: Account) => Effect.Effect<ReadonlyArray<AccountSchedule>, SqlError.SqlError>
  /** Switches a schedule on or off. */
  readonly turnSchedule: (
    id: string,
    enabled: boolean,
    by: Initiator
  ) => Effect.Effect<AccountSchedule, AccountRefused | SqlError.SqlError>
  /** The entities whose last run for the account failed, and why. */
  readonly failures: (account: Account) => Effect.Effect<ReadonlyArray<FailedRead>, SqlError.SqlError>
}

export const make = Effect.gen(function* () {
  const accounts = yield* Accounts
  const { read: task, start: authorize } = yield* Authorizations
  const { names: connectors } = yield* AccountVendors
  const services = yield* Effect.context<Registry | SqlClient.SqlClient>()
  const { pause, read, resume } = accounts
  const list = Effect.flatMap(connectors, (names) =>
    Effect.map(accounts.list(), (all) => all.filter(({ connector }) => names.includes(connector)))
  )

  const provided = Effect.provideContext(services)

  return {
    authorize,
    connectors,
    failures: (account) => provided(AccountReport.failures([account])),
    list,
    lists: ({ connector }) => provided(AccountReport.offered(connector)),
    pause,
    read,
    resume,
    rows: (account, list) => provided(AccountReport.rows(account, list)),
    schedules: ({ id }) => provided(Schedules.list({ account: id })),
    task,
    turnSchedule: (id, enabled, by) => provided(Schedules.turn(id, enabled, by))
  } satisfies AccountControl
})
