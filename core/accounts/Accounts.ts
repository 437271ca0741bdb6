/**
 * The vault: accounts of connectors, and the credentials with which their requests are sent. Credentials are sealed in the
 * database and opened for one request; what somebody does to an account is in the audit, and never with its secret.
 */
import { Context, DateTime, Effect, Layer, Option } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { type AccountRef, accountName } from "../config/Account.ts"
import { withKnownNames } from "../config/Nearest.ts"
import type { Locks } from "../database/connection/Locks.ts"
import type { Initiator } from "../observe/Initiator.ts"
import type { Credentials, CredentialsRefused, Grant } from "../plugin/AccountType.ts"
import { reason } from "../reason/Reason.ts"
import type { Credential } from "../upstream/exchange/Credential.ts"
import type { UpstreamError } from "../upstream/Source.ts"
import { AccountRefused, type AccountUnusable } from "./AccountRefused.ts"
import * as AccountRows from "./AccountRows.ts"
import { type Account, type AccountKey, type AccountStatus, type StoredAccount, shown } from "./AccountRows.ts"
import type { NewAccount } from "./AddAccount.ts"
import * as AddAccount from "./AddAccount.ts"
import * as HeldCredentials from "./HeldCredentials.ts"
import type { MasterKeys, VaultError } from "./MasterKeys.ts"
import type { AccountVendor } from "./Refresh.ts"
import * as Refresh from "./Refresh.ts"
import type { Rotation } from "./RotateKey.ts"
import * as RotateKey from "./RotateKey.ts"
import { Seal } from "./Seal.ts"
import * as TaskRows from "./TaskRows.ts"
import { isUuid } from "./Uuid.ts"

export type { Account, AccountKey, AccountStatus, AccountVendor, NewAccount }

type Refreshed = Effect.Success<typeof Refresh.make>

type VendorFailure = AccountUnusable | UpstreamError | VaultError | SqlError.SqlError

export interface AccountsShape {
  /** All accounts, of one connector or of all. */
  readonly list: (connector?: string) => Effect.Effect<ReadonlyArray<Account>, SqlError.SqlError>
  /** The accounts that are read. */
  readonly active: (connector: string) => Effect.Effect<ReadonlyArray<AccountRef>, SqlError.SqlError>
  /** Finds an account by its id, whichever connector it is of. */
  readonly read: (id: string) => Effect.Effect<Account, AccountRefused | SqlError.SqlError>
  /** Finds an account by its name if only one has it, else by `owner/name`. */
  readonly find: (connector: string, text: string) => Effect.Effect<Account, AccountRefused | SqlError.SqlError>
  /**
   * Adds an account with credentials that the vendor has granted, after a test; one that is paused or invalid gets
   * them instead.
   */
  readonly add: (
    added: NewAccount,
    grant: Grant,
    vendor: Pick<AccountVendor, "operations">,
    initiator: Initiator
  ) => Effect.Effect<Account, AccountRefused | CredentialsRefused | UpstreamError | VaultError | SqlError.SqlError>
  /** The same with what an operator has given, which the vendor may have to be asked about first (`redeem`). */
  readonly addGiven: (
    added: NewAccount,
    given: Credentials,
    vendor: Pick<AccountVendor, "operations">,
    initiator: Initiator
  ) => Effect.Effect<Account, AccountRefused | CredentialsRefused | UpstreamError | VaultError | SqlError.SqlError>
  /** Asks the vendor about the credentials. An invalid account that it accepts is active again; returns the vendor's line. */
  readonly verify: (
    account: AccountKey,
    vendor: AccountVendor,
    initiator: Initiator
  ) => Effect.Effect<string, VendorFailure>
  /** Refreshes the credentials now. */
  readonly refresh: (
    account: AccountKey,
    vendor: AccountVendor,
    initiator: Initiator
  ) => Effect.Effect<Account, VendorFailure>
  /** Refreshes all that end soon, used or not, and those whose last answer may be lost; what fails is told by the log. */
  readonly refreshDue: (connector: string, vendor: AccountVendor) => Effect.Effect<void, SqlError.SqlError>
  readonly pause: (
    account: AccountKey,
    initiator: Initiator
  ) => Effect.Effect<Account, AccountRefused | SqlError.SqlError>
  readonly resume: (
    account: AccountKey,
    initiator: Initiator
  ) => Effect.Effect<Account, AccountRefused | SqlError.SqlError>
  /** Destroys the credentials; what was read with them stays. */
  readonly remove: (
    account: AccountKey,
    initiator: Initiator
  ) => Effect.Effect<void, AccountRefused | SqlError.SqlError>
  /** Seals everything with the first master key that another one sealed. */
  readonly rotateKey: (initiator: Initiator) => Effect.Effect<Rotation, VaultError | SqlError.SqlError>
  /** The credential for one request of a read; after a refusal, `renew` refreshes it once for all that wait. */
  readonly credential: (account: AccountKey, vendor: AccountVendor) => Effect.Effect<Credential, UpstreamError>
}

export class Accounts extends Context.Service<Accounts, AccountsShape>()("tributary/core/accounts/Accounts") {
  static readonly layer: Layer.Layer<Accounts, never, SqlClient.SqlClient | Locks | MasterKeys> = Layer.effect(
    Accounts,
    Effect.gen(function* () {
      const refreshed = yield* Refresh.make
      const services = yield* Effect.context<SqlClient.SqlClient | Locks | Seal | MasterKeys>()
      type Services = SqlClient.SqlClient | Locks | Seal | MasterKeys
      const provided = <A, E>(effect: Effect.Effect<A, E, Services>) => Effect.provideContext(effect, services)

      return Accounts.of({
        list: (connector) => provided(Effect.map(AccountRows.list(connector), (rows) => rows.map(shown))),
        active: (connector) => provided(active(connector)),
        read: (id) => provided(read(id)),
        find: (connector, text) => provided(find(connector, text)),
        add: (added, grant, vendor, initiator) => provided(add(added, grant, vendor, initiator)),
        addGiven: (added, given, vendor, initiator) => provided(addGiven(added, given, vendor, initiator)),
        verify: (account, vendor, initiator) => provided(verify(refreshed, account, vendor, initiator)),
        refresh: (account, vendor, initiator) =>
          provided(
            Refresh.existing(account).pipe(
              Effect.flatMap(({ generation }) => refreshed(account, vendor, generation, initiator)),
              Effect.map(shown),
              Effect.withSpan("Accounts.refresh")
            )
          ),
        refreshDue: (connector, vendor) => provided(refreshDue(refreshed, connector, vendor)),
        pause: (account, initiator) => provided(pause(account, initiator)),
        resume: (account, initiator) => provided(resume(account, initiator)),
        remove: (account, initiator) => provided(remove(account, initiator)),
        rotateKey: (initiator) => provided(RotateKey.rotate(initiator)),
        credential: (account, vendor) =>
          provided(
            Effect.map(HeldCredentials.held(refreshed, account, vendor), ({ credentials, current }) => ({
              ...vendor.operations.credential(credentials),
              renew: provided(HeldCredentials.renew(refreshed, current, vendor))
            }))
          )
      })
    })
  ).pipe(Layer.provide(Seal.layer))
}

const active = Effect.fn("Accounts.active")(function* (connector: string) {
  const rows = yield* AccountRows.list(connector)
  return rows.flatMap(({ id, name, owner, status }) => (status === "active" ? [{ id, name, owner }] : []))
})

const read = Effect.fn("Accounts.read")(function* (id: string) {
  const found = isUuid(id) ? yield* AccountRows.read(id) : Option.none()
  if (Option.isSome(found)) return shown(found.value)
  return yield* new AccountRefused({ reason: reason("account.unknownId", { id }) })
})

const find = Effect.fn("Accounts.find")(function* (connector: string, text: string) {
  const rows = yield* AccountRows.list(connector)
  const found = rows.filter((account) => accountName(account) === text || account.name === text)
  const meant = found.find((account) => found.length === 1 || accountName(account) === text)
  if (meant !== undefined) return shown(meant)
  const names = (among: ReadonlyArray<StoredAccount>) => among.map(accountName)
  return yield* new AccountRefused({
    reason:
      found.length > 1
        ? reason("account.ambiguous", { account: text, names: names(found).join(", ") })
        : withKnownNames(reason("account.unknown", { connector, account: text }), text, names(rows))
  })
})

const add = Effect.fn("Accounts.add")(function* (
  added: NewAccount,
  grant: Grant,
  { operations }: Pick<AccountVendor, "operations">,
  initiator: Initiator
) {
  yield* AddAccount.admit(added)
  const tested = yield* AddAccount.test(grant, operations)
  return shown(yield* AddAccount.store(added, tested, initiator))
})

const addGiven = Effect.fn("Accounts.addGiven")(function* (
  added: NewAccount,
  given: Credentials,
  vendor: Pick<AccountVendor, "operations">,
  initiator: Initiator
) {
  // A code works once: what would be refused anyway does not use it up.
  yield* AddAccount.admit(added)
  return yield* add(added, yield* AddAccount.redeemed(given, vendor.operations), vendor, initiator)
})

const verify = Effect.fn("Accounts.verify")(function* (
  refreshed: Refreshed,
  account: AccountKey,
  vendor: AccountVendor,
  initiator: Initiator
) {
  const current = yield* HeldCredentials.fresh(refreshed, yield* Refresh.existing(account), vendor)
  const { customer, held } = yield* HeldCredentials.checked(refreshed, current, vendor)
  if (customer !== undefined) yield* AccountRows.meet(held, customer)
  const at = yield* DateTime.now
  yield* AccountRows.judge(held, ["invalid"], "active", { event: "verified", initiator, at })
  return customer?.line ?? held.belongsTo
})

/** Vendors slow down who asks for much at once. */
const refreshesAtOnce = 4

const refreshDue = Effect.fn("Accounts.refreshDue")(function* (
  refreshed: Refreshed,
  connector: string,
  vendor: AccountVendor
) {
  const now = yield* DateTime.now
  const rows = yield* AccountRows.list(connector)
  const due = rows.filter((account) => account.status !== "invalid" && HeldCredentials.isDue(account, vendor, now))
  yield* Effect.forEach(
    due,
    (account) =>
      Effect.catch(Effect.asVoid(refreshed(account, vendor, account.generation)), ({ message }) =>
        Effect.logWarning(`the credentials of ${accountName(account)} (${connector}) are not refreshed: ${message}`)
      ),
    { concurrency: refreshesAtOnce, discard: true }
  )
})

const isUnknown = (account: AccountKey) =>
  new AccountRefused({
    reason: reason("account.unknown", { connector: account.connector, account: accountName(account) })
  })

/** Moves an account between two statuses; newer credentials do not matter. */
const switched = (from: AccountStatus, to: AccountStatus, event: "paused" | "resumed") =>
  Effect.fn(`Accounts.${event}`)(function* (account: AccountKey, initiator: Initiator) {
    const at = yield* DateTime.now
    const moved = yield* AccountRows.move(account, from, to, { event, initiator, at })
    if (Option.isSome(moved)) return shown(moved.value)
    const found = yield* AccountRows.read(account.id)
    if (Option.isNone(found)) return yield* isUnknown(account)
    const state = { account: accountName(account), status: found.value.status }
    return yield* new AccountRefused({
      reason: from === "active" ? reason("account.notActive", state) : reason("account.notPaused", state)
    })
  })

const pause = switched("active", "paused", "paused")
const resume = switched("paused", "active", "resumed")

const remove = Effect.fn("Accounts.remove")(function* (account: AccountKey, initiator: Initiator) {
  const sql = yield* SqlClient.SqlClient
  const at = yield* DateTime.now
  const removing = Effect.gen(function* () {
    // An authorization that is under way would add it again.
    yield* TaskRows.supersede({ ...account, kind: "authorization" }, initiator.actor, at)
    return yield* AccountRows.remove(account, { event: "removed", initiator, at })
  })
  if (Option.isNone(yield* sql.withTransaction(removing))) return yield* isUnknown(account)
})
