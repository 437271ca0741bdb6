/** The accounts of connectors; never their credentials. */
import { DateTime } from "effect"
import type { RemovedAccount } from "../../../accounts/AccountEvents.ts"
import type { Account, AccountStatus } from "../../../accounts/Accounts.ts"
import { accountName } from "../../../config/Account.ts"
import { render as renderReason } from "../../../reason/Reason.ts"
import { moment } from "../terminal/Format.ts"
import { asTyped } from "../terminal/Prose.ts"
import type { Tone, View } from "../terminal/Style.ts"
import * as Table from "../terminal/Table.ts"

const tones: Readonly<Record<AccountStatus, Tone>> = { active: "good", paused: "dim", invalid: "bad" }

const at = (time: DateTime.Utc | null, now: DateTime.Zoned): string => (time === null ? "" : moment(time, now))

const columns = (now: DateTime.Zoned): ReadonlyArray<Table.Column<Account>> => [
  { title: "connector", value: ({ connector }) => connector },
  { title: "account", value: (account) => ({ text: accountName(account), tone: "strong" }), min: 12, keep: "ends" },
  { title: "status", value: ({ status }) => ({ text: status, tone: tones[status] }) },
  { title: "belongs to", value: ({ belongsTo }) => belongsTo, min: 8, optional: true },
  { title: "refreshed", value: ({ refreshedAt }) => at(refreshedAt, now), optional: true },
  { title: "expires", value: ({ expiresAt }) => at(expiresAt, now), optional: true },
  { title: "used", value: ({ lastUsedAt }) => at(lastUsedAt, now), optional: true }
]

export const render = (accounts: ReadonlyArray<Account>, now: DateTime.Zoned, view: View): string =>
  accounts.length === 0
    ? asTyped("There is no account. `tributary accounts add CONNECTOR NAME` adds one.", view)
    : Table.render(
        {
          columns: columns(now),
          rows: accounts,
          note: ({ reason }) => (reason === null ? [] : [{ text: renderReason(reason), tone: "bad" }])
        },
        view
      )

/** The same for `--json`: times as texts, the reason also as a sentence. */
export const document = ({ reason, ...account }: Account) => ({
  ...account,
  reason: reason === null ? null : renderReason(reason),
  expiresAt: account.expiresAt && DateTime.formatIso(account.expiresAt),
  refreshedAt: account.refreshedAt && DateTime.formatIso(account.refreshedAt),
  lastUsedAt: account.lastUsedAt && DateTime.formatIso(account.lastUsedAt),
  createdAt: DateTime.formatIso(account.createdAt)
})

const removedColumns = (now: DateTime.Zoned): ReadonlyArray<Table.Column<RemovedAccount>> => [
  { title: "id", value: ({ id }) => id, min: 36 },
  { title: "connector", value: ({ connector }) => connector },
  { title: "account", value: (account) => accountName(account), min: 12, keep: "ends" },
  { title: "removed", value: ({ removedAt }) => at(removedAt, now), optional: true },
  { title: "by", value: ({ removedBy }) => ({ text: removedBy ?? "", tone: "dim" }), optional: true }
]

export const renderRemoved = (accounts: ReadonlyArray<RemovedAccount>, now: DateTime.Zoned, view: View): string =>
  accounts.length === 0
    ? "Of no removed account there are rows to purge."
    : Table.render({ columns: removedColumns(now), rows: accounts }, view)

export const removedDocument = ({ removedAt, ...account }: RemovedAccount) => ({
  ...account,
  removedAt: DateTime.formatIso(removedAt)
})
