/** What was read for accounts: lists of their rows that the connector's type offers, and what could not be read. */
import { Effect } from "effect"
import { AccountRefused } from "../accounts/AccountRefused.ts"
import type { AccountKey } from "../accounts/Accounts.ts"
import { bindAccount } from "../config/AccountEntity.ts"
import { targetOf } from "../config/RunTarget.ts"
import { latest } from "../database/audit/Audit.ts"
import { Registry } from "../plugin/Registry.ts"
import { entityFor, load, orIfNoTable } from "../plugin/StoredRows.ts"
import { type Reason, reason } from "../reason/Reason.ts"

/** A list of stored rows that the connector's type offers for an account. */
export interface OfferedList {
  readonly name: string
  readonly title: Reason
}

export interface ShownList extends OfferedList {
  readonly head: Reason
  readonly lines: ReadonlyArray<Reason>
}

/** An entity whose last run for an account failed. */
export interface FailedRead {
  readonly account: string
  readonly connector: string
  readonly entity: string
  readonly reason: Reason
  readonly at: Date
}

const found = Effect.fnUntraced(function* (connector: string) {
  const { entities, typeOf } = yield* Registry.now
  const { lists } = yield* load(typeOf(connector) ?? {})
  return lists.flatMap((one) => {
    const entity = entityFor(one, connector, entities)
    return entity === undefined ? [] : [{ ...one, entity }]
  })
})

/** The lists of a connector's accounts. */
export const offered = (connector: string) =>
  Effect.map(found(connector), (all) => all.map(({ name, title }): OfferedList => ({ name, title })))

/** One of these lists. */
export const rows = Effect.fn("AccountReport.rows")(function* (account: AccountKey, name: string) {
  const list = (yield* found(account.connector)).find((one) => one.name === name)
  if (list === undefined) return yield* new AccountRefused({ reason: reason("account.noList", { list: name }) })
  const { declaration } = yield* Registry.now
  const { timezone } = yield* Effect.orDie(declaration(account.connector))
  const nothing = { head: reason("account.notRead"), lines: [] }
  const shown = yield* orIfNoTable(list.read(list.entity, { account: account.id, timezone }), nothing)
  return { name, title: list.title, ...shown } satisfies ShownList
})

/** The entities whose last run for one of the accounts failed. */
export const failures = Effect.fn("AccountReport.failures")(function* (accounts: ReadonlyArray<AccountKey>) {
  const { entities } = yield* Registry.now
  const ofConnector = Map.groupBy(
    entities.filter((one) => one.perAccount === true),
    ({ connector }) => connector
  )
  const targets = accounts.flatMap((account) =>
    (ofConnector.get(account.connector) ?? []).map((entity) => targetOf(bindAccount(entity, account)))
  )
  return [...(yield* latest(targets)).values()].flatMap(
    ({ account, connector, entity, errorReason, started_at: at, status }): ReadonlyArray<FailedRead> =>
      status === "failed" && account !== null
        ? [{ account, connector, entity, reason: errorReason ?? reason("unsaid"), at }]
        : []
  )
})
