/**
 * Refreshes the credentials of accounts: one request to the vendor for all callers of all processes, and the answer is stored
 * before it is used. That the vendor is being asked is stored before the request, so that an answer which was lost, with its
 * connection or with this process, is asked for again with the same credentials while the vendor repeats it.
 */
import { DateTime, Duration, Effect, Fiber, FiberMap, Option, Schedule } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import { accountName } from "../config/Account.ts"
import type { Locks } from "../database/connection/Locks.ts"
import { tryLock } from "../database/connection/NamedLock.ts"
import type { Initiator } from "../observe/Initiator.ts"
import { type AccountOperations, type AccountTraits, CredentialsRefused, type Grant } from "../plugin/AccountType.ts"
import { reason, spanOf, timeOf } from "../reason/Reason.ts"
import { isTransient } from "../upstream/exchange/Failure.ts"
import { UpstreamError } from "../upstream/Source.ts"
import { AccountUnusable } from "./AccountRefused.ts"
import type { AccountKey, StoredAccount } from "./AccountRows.ts"
import * as AccountRows from "./AccountRows.ts"
import { MasterKeys, type VaultError } from "./MasterKeys.ts"
import type { Seal } from "./Seal.ts"
import { openCredentials, sealGrant, withoutCredentials } from "./SealedCredentials.ts"
import { stored } from "./StoreAnswer.ts"

/** What the vault asks a vendor, and how its credentials behave. */
export interface AccountVendor {
  readonly operations: AccountOperations
  readonly traits: Pick<AccountTraits, "refreshBefore" | "refreshGrace">
}

export type RefreshError = AccountUnusable | UpstreamError | VaultError | SqlError.SqlError

/** The initiator of what happens by itself. */
export const vault = { trigger: "vault", actor: null } as const

const poll = Duration.millis(200)
/** Longer than a vendor is asked for the same answer. */
const longestWait = Duration.minutes(3)

/**
 * Returns the refresh of the credentials of one generation. It goes on when nobody waits for it any more, because the vendor
 * may have answered already; it ends with the scope.
 */
export const make = Effect.gen(function* () {
  const flights = yield* FiberMap.make<string, StoredAccount, RefreshError>()
  const services = yield* Effect.context<SqlClient.SqlClient | Locks | Seal | MasterKeys>()
  return Effect.fn("Refresh.from")(function* (
    account: AccountKey,
    vendor: AccountVendor,
    generation: bigint,
    initiator: Initiator = vault
  ) {
    const key = `${account.id} ${generation}`
    const begin = FiberMap.run(
      flights,
      key,
      Effect.provideContext(refreshed(account, vendor, generation, initiator), services)
    )
    const flight = yield* Effect.suspend(() =>
      Option.match(FiberMap.getUnsafe(flights, key), { onSome: Effect.succeed, onNone: () => begin })
    )
    return yield* Fiber.join(flight)
  })
})

/** Takes the turn of this process among all, and refreshes unless another process has. */
const refreshed = (account: AccountKey, vendor: AccountVendor, generation: bigint, initiator: Initiator) => {
  const turn = Effect.gen(function* () {
    if (!(yield* tryLock(`account ${account.id}`))) return Option.none<StoredAccount>()
    const stored = yield* existing(account)
    return Option.some(stored.generation === generation ? yield* refresh(stored, vendor, initiator) : stored)
  }).pipe(Effect.scoped)
  const times = Math.ceil(Duration.toMillis(longestWait) / Duration.toMillis(poll))
  return turn.pipe(
    Effect.repeat({ until: Option.isSome, schedule: Schedule.spaced(poll).pipe(Schedule.upTo({ times })) }),
    Effect.flatMap(Effect.fromOption),
    Effect.catchTag("NoSuchElementError", () =>
      Effect.fail(
        new UpstreamError({
          kind: "Timeout",
          reason: reason("account.refreshBusy", {
            account: accountName(account),
            limit: spanOf(longestWait)
          })
        })
      )
    )
  )
}

export const existing = Effect.fnUntraced(function* (account: AccountKey) {
  const found = yield* AccountRows.read(account.id)
  return yield* Effect.mapError(
    Effect.fromOption(found),
    () => new AccountUnusable({ reason: reason("account.removed", { account: accountName(account) }) })
  )
})

const refresh = Effect.fn("Refresh.refresh")(function* (
  account: StoredAccount,
  vendor: AccountVendor,
  initiator: Initiator
) {
  const { operations, traits } = vendor
  const request = operations.refresh
  if (request === undefined) {
    return yield* new AccountUnusable({ reason: reason("account.notRefreshed", { connector: account.connector }) })
  }
  const credentials = yield* openCredentials(account)
  // What could not be sealed afterwards is not asked for.
  yield* (yield* MasterKeys).current
  const now = yield* DateTime.now
  const before = account.refreshAskedAt
  // The vendor no longer repeats the answer to an earlier request, or has never got it: this one is the first again.
  const isRepeated = before !== null && DateTime.isLessThan(now, DateTime.addDuration(before, traits.refreshGrace))
  const since = isRepeated ? before : now
  yield* AccountRows.ask(account, since)
  // The last one has to arrive within the grace, too.
  const last = DateTime.subtractDuration(DateTime.addDuration(since, traits.refreshGrace), longestPause)
  let tries = 0
  const answer = Effect.suspend(() => {
    tries += 1
    return Effect.mapError(request(credentials), withoutCredentials(credentials))
  }).pipe(
    Effect.retry({
      schedule: backoff,
      while: (error) =>
        error._tag === "UpstreamError" && isTransient(error)
          ? Effect.map(DateTime.now, DateTime.isLessThan(last))
          : Effect.succeed(false)
    })
  )
  return yield* stored(answer, (grant) => store(account, grant, initiator)).pipe(
    Effect.catchTag("CredentialsRefused", (refused) =>
      invalidate(account, before === null && tries === 1 ? refused : withLostAnswer(refused, before ?? since))
    )
  )
})

const longestPause = Duration.seconds(5)

const backoff = Schedule.min([Schedule.exponential("1 second"), Schedule.spaced(longestPause)])

const store = Effect.fnUntraced(function* (account: StoredAccount, grant: Grant, initiator: Initiator) {
  const sealed = yield* sealGrant(account, grant)
  const change = { event: "refreshed", initiator, at: yield* DateTime.now } as const
  const replaced = yield* AccountRows.replace(account, sealed, change)
  // Another process has stored newer ones, which are good as well, or the account is gone.
  return Option.isSome(replaced) ? replaced.value : yield* existing(account)
})

const withLostAnswer = (refused: CredentialsRefused, since: DateTime.Utc): CredentialsRefused =>
  new CredentialsRefused({ reason: reason("account.lostAnswer", { why: refused.reason, at: timeOf(since) }) })

/** Makes an account invalid whose credentials the vendor refuses for good, unless newer ones were stored meanwhile. */
export const invalidate = Effect.fnUntraced(function* (account: StoredAccount, { reason: why }: CredentialsRefused) {
  const at = yield* DateTime.now
  const change = { event: "refused", initiator: vault, at, reason: why } as const
  const invalid = yield* AccountRows.judge(account, ["active", "paused"], "invalid", change)
  const now = Option.isSome(invalid) ? invalid.value : yield* existing(account)
  if (now.generation !== account.generation) return now
  return yield* refusedFor(now)
})

/** Why an invalid account is not used. */
export const refusedFor = (account: StoredAccount) =>
  new AccountUnusable({
    reason: reason("account.invalid", { account: accountName(account), why: account.reason ?? reason("unsaid") })
  })
