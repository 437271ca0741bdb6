/**
 * How many accounts are in each state, and the alerts about those whose credentials are refused: what falls at the same time is
 * one alert for each connector.
 */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { AccountStatus } from "../accounts/AccountRows.ts"
import { accountName } from "../config/Account.ts"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import { json } from "../database/tables/StorableText.ts"
import type { AlertInput } from "../observe/Alerts.ts"
import { isReason, reason } from "../reason/Reason.ts"
import * as AlertGroups from "./AlertGroups.ts"
import { someOf } from "./NameList.ts"

const InvalidAccount = Schema.Struct({
  id: Schema.String,
  connector: Schema.String,
  owner: Schema.String,
  name: Schema.String,
  reason: Schema.Unknown
})
export type InvalidAccount = typeof InvalidAccount.Type

const decodeInvalid = decodeOwn(InvalidAccount)
const decodeCounts = decodeOwn(Schema.Struct({ connector: Schema.String, status: AccountStatus, accounts: Schema.Int }))

/** The accounts of these connectors. */
export const read = Effect.fn("AccountHealth.read")(function* (connectors: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  const those = sql`connector in (select jsonb_array_elements_text(${json(connectors)}::jsonb))`
  const counts = yield* sql`
    select connector, status, count(*)::integer as accounts from tributary.account where ${those} group by 1, 2`
  const invalid = yield* sql`
    select id, connector, owner, name, reason from tributary.account where ${those} and status = 'invalid'
    order by connector, owner, name`
  return { counts: yield* decodeCounts(counts), invalid: yield* decodeInvalid(invalid) }
})

/** The alerts, and what the next look needs. */
export const judge = (before: AlertGroups.Grouped, invalid: ReadonlyArray<InvalidAccount>) => {
  const wrong = invalid.map((account) => ({ ...account, subject: account.connector }))
  const { grouped, groups } = AlertGroups.group("account_invalid", before, wrong)
  return { alerts: groups.flatMap(([key, accounts]) => alertOf(key, accounts)), grouped }
}

const alertOf = (key: string, accounts: ReadonlyArray<InvalidAccount>): ReadonlyArray<AlertInput> =>
  accounts.slice(0, 1).map((first) => {
    const { connector } = first
    const why = isReason(first.reason) ? first.reason : reason("unsaid")
    const names = accounts.map(accountName)
    const words =
      accounts.length === 1
        ? reason("alert.accountInvalid", { connector, account: names.join(), why })
        : reason("alert.accountsInvalid", { connector, count: names.length, accounts: someOf(names), why })
    return { key, kind: "account_invalid", subject: connector, reason: words }
  })
