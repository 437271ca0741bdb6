/**
 * Adds an account, or gives one that is paused or invalid new credentials: they are tested with the vendor first. An account
 * keeps the data of one customer of the vendor, so new credentials of another are refused.
 */
import { randomUUID } from "node:crypto"
import { DateTime, Effect, Option } from "effect"
import { SqlClient } from "effect/sql"
import { accountName } from "../config/Account.ts"
import type { Initiator } from "../observe/Initiator.ts"
import type { AccountOperations, Credentials, CredentialsRefused, Customer, Grant } from "../plugin/AccountType.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import type { UpstreamError } from "../upstream/Source.ts"
import { AccountRefused } from "./AccountRefused.ts"
import type { StoredAccount } from "./AccountRows.ts"
import * as AccountRows from "./AccountRows.ts"
import { sealGrant, withoutCredentials } from "./SealedCredentials.ts"

export interface NewAccount {
  readonly connector: string
  readonly owner: string
  readonly name: string
  /** How many accounts of the connector the owner may have, as declared. */
  readonly perOwner: number
}

const refused = (why: Reason) => Effect.fail(new AccountRefused({ reason: why }))

const longestName = 100
const names = new RegExp(`^[\\p{L}\\p{N}][\\p{L}\\p{N}._:+-]{0,${longestName - 1}}$`, "u")
/** Selectors are `entity@owner/name`. */
const owners = new RegExp(`^[\\p{L}\\p{N}][\\p{L}\\p{N}._:+@-]{0,${longestName - 1}}$`, "u")

/** Refuses what could not be added, before anybody authorizes it; returns the account that gets new credentials. */
export const admit = Effect.fn("AddAccount.admit")(function* (added: NewAccount) {
  const { connector, name, owner, perOwner } = added
  for (const [text, pattern] of [[name, names] as const, [owner, owners] as const]) {
    if (!pattern.test(text)) return yield* refused(reason("account.badName", { name: text, limit: longestName }))
  }
  const owned = (yield* AccountRows.list(connector)).filter((account) => account.owner === owner)
  const known = owned.find((account) => account.name === name)
  if (known?.status === "active") return yield* refused(reason("account.exists", { account: accountName(added) }))
  if (known === undefined && owned.length >= perOwner) {
    return yield* refused(reason("account.tooMany", { owner, connector, count: owned.length }))
  }
  return Option.fromUndefinedOr(known)
})

/** Credentials that the vendor has accepted. */
export interface TestedGrant {
  readonly grant: Grant
  readonly customer: Customer
}

/** The credentials that come of what an operator has given. */
export const redeemed = (
  given: Credentials,
  { redeem }: AccountOperations
): Effect.Effect<Grant, CredentialsRefused | UpstreamError> =>
  redeem === undefined
    ? Effect.succeed({ credentials: given })
    : Effect.mapError(redeem(given), withoutCredentials(given))

/** Asks the vendor about the credentials; nothing is stored. */
export const test = (grant: Grant, { verify }: AccountOperations) =>
  verify(grant.credentials).pipe(
    Effect.map((customer): TestedGrant => ({ grant, customer })),
    Effect.mapError(withoutCredentials(grant.credentials))
  )

/** Stores tested credentials in one transaction, with the limit and the name checked again. */
export const store = Effect.fn("AddAccount.store")(function* (
  added: NewAccount,
  { customer, grant }: TestedGrant,
  initiator: Initiator
) {
  const sql = yield* SqlClient.SqlClient
  const { connector, name, owner } = added
  const at = yield* DateTime.now
  const storing = Effect.gen(function* () {
    yield* sql`select pg_advisory_xact_lock(hashtextextended(${`tributary owner ${connector} ${owner}`}, 0))`
    const known = yield* admit(added)
    if (Option.isSome(known)) return yield* replace(known.value, { customer, grant }, initiator, at)
    const id = randomUUID()
    const sealed = yield* sealGrant({ connector, id }, grant)
    return yield* AccountRows.insert({ id, connector, owner, name }, customer, sealed, {
      event: "added",
      initiator,
      at
    })
  })
  const stored = yield* sql.withTransaction(storing)
  // Another process refreshed or authorized it at this moment.
  return Option.isSome(stored)
    ? stored.value
    : yield* refused(reason("account.exists", { account: accountName(added) }))
})

const replace = Effect.fnUntraced(function* (
  known: StoredAccount,
  { customer, grant }: TestedGrant,
  initiator: Initiator,
  at: DateTime.Utc
) {
  const isOther = known.customer === null ? known.belongsTo !== customer.line : known.customer !== customer.id
  if (isOther) {
    return yield* refused(
      reason("account.otherOwner", { account: accountName(known), found: customer.line, known: known.belongsTo })
    )
  }
  yield* AccountRows.meet(known, customer)
  return yield* AccountRows.replace(known, yield* sealGrant(known, grant), { event: "authorized", initiator, at })
})
