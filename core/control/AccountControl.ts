/** The part of the control port about accounts: who they are, and what a person can do with them. */
import { Effect } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { AccountRefused } from "../accounts/AccountRefused.ts"
import { type Account, Accounts } from "../accounts/Accounts.ts"
import { AccountVendors } from "../accounts/AccountVendors.ts"
import { Authorizations } from "../accounts/Authorizations.ts"
import type { AccountSchedule } from "../accounts/ScheduleRows.ts"
import * as Schedules from "../accounts/Schedules.ts"
import { bindAccount } from "../config/AccountEntity.ts"
import { targetOf } from "../config/RunTarget.ts"
import { latest } from "../database/audit/Audit.ts"
import type { Initiator } from "../observe/Initiator.ts"
import { Registry } from "../plugin/Registry.ts"
import { entityFor, load, orIfNoTable } from "../plugin/StoredRows.ts"
import { type Reason, reason } from "../reason/Reason.ts"

export type { AccountFailure } from "../accounts/AccountFailure.ts"
export { type AuthorizationProgress, decodeProgress } from "../accounts/Authorizations.ts"
export type { Task } from "../accounts/TaskRows.ts"
export type { Account, AccountSchedule }

type Vault = Accounts["Service"]
type Tasks = Authorizations["Service"]

/** A list of stored rows that the connector's type offers for an account. */
export interface OfferedList {
  readonly name: string
  readonly title: Reason
}

export interface ShownList extends OfferedList {
  readonly head: Reason
  readonly lines: ReadonlyArray<Reason>
}

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
  readonly failures: (
    account: Account
  ) => Effect.Effect<ReadonlyArray<{ readonly entity: string; readonly reason: Reason }>, SqlError.SqlError>
}

export const make = Effect.gen(function* () {
  const accounts = yield* Accounts
  const { read: task, start: authorize } = yield* Authorizations
  const { names: connectors } = yield* AccountVendors
  const { current } = yield* Registry
  const sql = yield* SqlClient.SqlClient
  const { pause, read, resume } = accounts
  const list = Effect.flatMap(connectors, (names) =>
    Effect.map(accounts.list(), (all) => all.filter(({ connector }) => names.includes(connector)))
  )

  const provided = Effect.provideService(SqlClient.SqlClient, sql)

  const offered = Effect.fnUntraced(function* ({ connector }: Account) {
    const { entities, typeOf } = yield* current
    const { lists } = yield* load(typeOf(connector) ?? {})
    return lists.flatMap((one) => {
      const entity = entityFor(one, connector, entities)
      return entity === undefined ? [] : [{ ...one, entity }]
    })
  })

  const rows = Effect.fn("AccountControl.rows")(
    function* (account: Account, name: string) {
      const found = (yield* offered(account)).find((one) => one.name === name)
      if (found === undefined) return yield* new AccountRefused({ reason: reason("account.noList", { list: name }) })
      const { timezone } = yield* Effect.orDie(Effect.flatMap(current, (one) => one.declaration(account.connector)))
      const nothing = { head: reason("account.notRead"), lines: [] }
      const shown = yield* orIfNoTable(found.read(found.entity, { account: account.id, timezone }), nothing)
      return { name, title: found.title, ...shown }
    },
    Effect.provideService(SqlClient.SqlClient, sql)
  )

  const failures = Effect.fn("AccountControl.failures")(
    function* (account: Account) {
      const { entities } = yield* current
      const own = entities.filter((one) => one.connector === account.connector && one.perAccount === true)
      const runs = yield* latest(own.map((entity) => targetOf(bindAccount(entity, account))))
      return [...runs.values()].flatMap(({ entity, errorReason, status }) =>
        status === "failed" ? [{ entity, reason: errorReason ?? reason("unsaid") }] : []
      )
    },
    Effect.provideService(SqlClient.SqlClient, sql)
  )

  return {
    authorize,
    connectors,
    failures,
    list,
    lists: (account) => Effect.map(offered(account), (all) => all.map(({ name, title }) => ({ name, title }))),
    pause,
    read,
    resume,
    rows,
    schedules: ({ id }) => provided(Schedules.list({ account: id })),
    task,
    turnSchedule: (id, enabled, by) => provided(Schedules.turn(id, enabled, by))
  } satisfies AccountControl
})
