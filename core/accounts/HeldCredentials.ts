/**
 * The credentials for the next request of an account: opened when asked for and kept nowhere, refreshed before they end, and
 * once more after the vendor refused them.
 */
import { DateTime, Duration, Effect, Option } from "effect"
import type { SqlError } from "effect/sql"
import { accountName } from "../config/Account.ts"
import { sqlReason } from "../database/connection/SqlReason.ts"
import type { CredentialsRefused, Customer } from "../plugin/AccountType.ts"
import { type Reason, reason, render } from "../reason/Reason.ts"
import { UpstreamError, type UpstreamErrorKind } from "../upstream/Source.ts"
import type { AccountUnusable } from "./AccountRefused.ts"
import type { AccountKey, StoredAccount } from "./AccountRows.ts"
import * as AccountRows from "./AccountRows.ts"
import type { VaultError } from "./MasterKeys.ts"
import type { AccountVendor } from "./Refresh.ts"
import * as Refresh from "./Refresh.ts"
import { openCredentials, withoutCredentials } from "./SealedCredentials.ts"

type Refreshed = Effect.Success<typeof Refresh.make>

/** Credentials that still work are used if the vendor takes longer to replace them; the refresh goes on. */
const patience = Duration.seconds(10)

/** Whether it is time for new ones, or the answer to an earlier request is missing and still to be had. */
export const isDue = (account: StoredAccount, { operations, traits }: AccountVendor, now: DateTime.Utc): boolean => {
  const { expiresAt, refreshAskedAt } = account
  if (operations.refresh === undefined) return false
  if (
    expiresAt !== null &&
    DateTime.isLessThanOrEqualTo(DateTime.subtractDuration(expiresAt, traits.refreshBefore), now)
  ) {
    return true
  }
  return refreshAskedAt !== null && DateTime.isLessThan(now, DateTime.addDuration(refreshAskedAt, traits.refreshGrace))
}

const works = ({ expiresAt }: StoredAccount, now: DateTime.Utc): boolean =>
  expiresAt === null || DateTime.isLessThan(now, expiresAt)

/** The account with credentials that work, whatever its status. */
export const fresh = Effect.fnUntraced(function* (refreshed: Refreshed, account: StoredAccount, vendor: AccountVendor) {
  const now = yield* DateTime.now
  if (!isDue(account, vendor, now)) return account
  const next = refreshed(account, vendor, account.generation)
  if (!works(account, now)) return yield* next
  return yield* next.pipe(
    Effect.timeoutOption(patience),
    Effect.map(Option.getOrElse(() => account)),
    Effect.catchTag("UpstreamError", (error) =>
      Effect.as(
        Effect.logWarning(`the credentials of ${accountName(account)} are not refreshed yet`, render(error.reason)),
        account
      )
    )
  )
})

/** The credentials for a request, with the row they are of. A paused account still ends what it has begun. */
export const held = (refreshed: Refreshed, account: AccountKey, vendor: AccountVendor) =>
  Effect.gen(function* () {
    const used = yield* AccountRows.use(account, yield* DateTime.now)
    const stored = Option.isSome(used) ? used.value : yield* Refresh.existing(account)
    if (stored.status === "invalid") return yield* Refresh.refusedFor(stored)
    const current = yield* fresh(refreshed, stored, vendor)
    return { current, credentials: yield* openCredentials(current) }
  }).pipe(
    Effect.mapError((error) => upstreamError(account, error)),
    Effect.withSpan("HeldCredentials.held")
  )

/** Gets other credentials after a refusal, or finds that there are none to be had; the next request shows which. */
export const renew = (refreshed: Refreshed, current: StoredAccount, vendor: AccountVendor) =>
  Effect.ignore(
    vendor.operations.refresh === undefined
      ? checked(refreshed, current, vendor)
      : refreshed(current, vendor, current.generation)
  )

interface Checked {
  readonly held: StoredAccount
  /** Absent: other credentials were stored meanwhile. */
  readonly customer?: Customer
}

/**
 * Asks the vendor whether it accepts the credentials, after a refusal once more with refreshed ones; if it does not, the account
 * is invalid.
 */
export const checked = Effect.fnUntraced(function* (
  refreshed: Refreshed,
  current: StoredAccount,
  { operations, traits }: AccountVendor
) {
  const ask = (account: StoredAccount) =>
    openCredentials(account).pipe(
      Effect.flatMap((credentials) => Effect.mapError(operations.verify(credentials), withoutCredentials(credentials))),
      Effect.map((customer): Checked => ({ held: account, customer }))
    )
  const askFinally = (account: StoredAccount) =>
    Effect.catchTag(ask(account), "CredentialsRefused", (refused) =>
      Effect.map(Refresh.invalidate(account, refused), (newer): Checked => ({ held: newer }))
    )
  if (operations.refresh === undefined) return yield* askFinally(current)
  return yield* Effect.catchTag(ask(current), "CredentialsRefused", () =>
    Effect.flatMap(refreshed(current, { operations, traits }, current.generation), askFinally)
  )
})

type Failure = AccountUnusable | CredentialsRefused | UpstreamError | VaultError | SqlError.SqlError

const upstreamError = (account: AccountKey, error: Failure): UpstreamError => {
  if (error._tag === "UpstreamError") return error
  const failed = (kind: UpstreamErrorKind, why: Reason) => new UpstreamError({ kind, reason: why, cause: error })
  const unreadable = (why: Reason) => reason("account.unreadable", { account: accountName(account), why })
  if (error._tag === "SqlError") return failed("Unreachable", unreadable(sqlReason(error)))
  return error._tag === "VaultError"
    ? failed("Declaration", unreadable(error.reason))
    : failed("Unauthorized", error.reason)
}
