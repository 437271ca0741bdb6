import { Effect, Option } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import * as AccountEvents from "../../accounts/AccountEvents.ts"
import { type AccountFailure, isAccountFailure } from "../../accounts/AccountFailure.ts"
import { type Account, Accounts, type AccountVendor, type NewAccount } from "../../accounts/Accounts.ts"
import { AccountVendors } from "../../accounts/AccountVendors.ts"
import { Authorizations } from "../../accounts/Authorizations.ts"
import * as Purge from "../../accounts/Purge.ts"
import type { Credentials } from "../../plugin/AccountType.ts"
import * as AccountResponses from "../AccountResponses.ts"
import { Api } from "../Api.ts"
import { AccountConflict, Missing, PurgeToConfirm, SystemFailure, Unavailable } from "../ApiErrors.ts"
import { fromDatabase, inBackground, readDatabase } from "../Background.ts"
import { Caller } from "../Caller.ts"
import { ResponseCache } from "../ResponseCache.ts"
import * as TaskResponses from "../TaskResponses.ts"
import * as AccountReports from "./AccountReports.ts"

const problemOf = ({ _tag, message }: AccountFailure): AccountConflict | SystemFailure | Unavailable => {
  switch (_tag) {
    case "UpstreamError":
      return new SystemFailure({ detail: message })
    case "VaultError":
      return new Unavailable({ detail: message })
    case "AccountRefused":
    case "AccountUnusable":
    case "CredentialsRefused":
      return new AccountConflict({ detail: message })
  }
}

const refused = ({ message }: { readonly message: string }) => Effect.fail(new AccountConflict({ detail: message }))

const orProblem = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.catchIf(effect, isAccountFailure<E>, (failure) => Effect.fail(problemOf(failure)))

interface Filter extends Partial<Pick<Account, "connector" | "owner" | "name" | "status">> {}

export const list = Effect.fnUntraced(function* ({ connector, name, owner, status }: Filter) {
  const accounts = yield* Accounts
  const isWanted = (account: Account) =>
    (owner === undefined || account.owner === owner) &&
    (name === undefined || account.name === name) &&
    (status === undefined || account.status === status)
  return { accounts: (yield* accounts.list(connector)).filter(isWanted).map(AccountResponses.accountOf) }
}, readDatabase)

/** Whatever is wrong with an id, there is no such account. */
const found = (id: string) =>
  Effect.flatMap(Accounts, ({ read }) =>
    Effect.catchTag(read(id), "AccountRefused", ({ message }) => Effect.fail(new Missing({ detail: message })))
  )

const shownEvents = 50

export const one = Effect.fnUntraced(function* (id: string) {
  const account = yield* found(id)
  const events = yield* AccountEvents.last(id, shownEvents)
  return {
    ...AccountResponses.accountOf(account),
    events: events.map(AccountResponses.eventOf)
  }
}, readDatabase)

type Added = Pick<NewAccount, "connector" | "name" | "owner">

const begin = Effect.fnUntraced(function* (added: Added) {
  const [authorizations, caller] = [yield* Authorizations, yield* Caller]
  const { taskId } = yield* authorizations.start(added, caller)
  return { task: yield* TaskResponses.authorizationOf(yield* authorizations.read(taskId), caller) }
})

const addGiven = Effect.fnUntraced(function* (added: Added, credentials: Credentials) {
  const [accounts, caller, vendors] = [yield* Accounts, yield* Caller, yield* AccountVendors]
  const vendor = yield* vendors.find(added.connector)
  const wanted = { ...added, perOwner: vendor.traits.perOwner }
  const account = yield* accounts.addGiven(wanted, credentials, vendor, caller)
  return { account: AccountResponses.accountOf(account) }
}, Effect.scoped)

/** The work goes on when the client goes away: a vendor that has answered does not answer twice. */
export const add = Effect.fnUntraced(
  function* ({ credentials, ...added }: Added & { readonly credentials?: Credentials }) {
    return yield* credentials === undefined
      ? Effect.flatten(inBackground(begin(added)))
      : Effect.flatten(inBackground(addGiven(added, credentials)))
  },
  orProblem,
  fromDatabase
)

/** Asks the vendor about an account, and answers how the account is then. */
const asking = (
  ask: (account: Account, vendor: AccountVendor) => Effect.Effect<unknown, VendorFailure, Accounts | Caller>
) =>
  Effect.fnUntraced(
    function* (id: string) {
      const account = yield* found(id)
      const vendors = yield* AccountVendors
      yield* ask(account, yield* vendors.find(account.connector))
      return AccountResponses.accountOf(yield* found(id))
    },
    Effect.scoped,
    orProblem,
    fromDatabase
  )

type VendorFailure = Effect.Error<ReturnType<Accounts["Service"]["refresh"]>>

/** That the system refuses the credentials is an answer. */
export const verify = asking((account, vendor) =>
  Effect.flatMap(Effect.all([Accounts, Caller]), ([accounts, caller]) =>
    Effect.catchTag(accounts.verify(account, vendor, caller), "AccountUnusable", () => Effect.void)
  )
)

export const refresh = asking((account, vendor) =>
  Effect.flatMap(Effect.all([Accounts, Caller]), ([accounts, caller]) => accounts.refresh(account, vendor, caller))
)

/** Asking twice is asking once. */
export const turn = (way: "pause" | "resume", to: Account["status"]) =>
  Effect.fnUntraced(
    function* (id: string) {
      const [accounts, caller] = [yield* Accounts, yield* Caller]
      const account = yield* found(id)
      return AccountResponses.accountOf(account.status === to ? account : yield* accounts[way](account, caller))
    },
    Effect.catchTag("AccountRefused", refused),
    fromDatabase
  )

const removed = Effect.fnUntraced(function* () {
  return { accounts: yield* AccountEvents.removed() }
}, readDatabase)

/** Finds an account whose rows may be deleted, with what deletes them: it is there, or it is removed. */
const purgeable = Effect.fnUntraced(function* (id: string) {
  const gone = yield* AccountEvents.findRemoved(id)
  return Option.isSome(gone)
    ? { account: gone.value, purge: Purge.purgeRemoved }
    : { account: yield* found(id), purge: Purge.remove }
})

const rows = Effect.fnUntraced(
  function* (id: string) {
    return yield* Purge.count((yield* purgeable(id)).account)
  },
  Effect.catchTag("AccountRefused", refused),
  fromDatabase
)

/** Destroys the credentials; the rows stay. */
export const destroy = Effect.fnUntraced(
  function* (id: string) {
    const [accounts, caller] = [yield* Accounts, yield* Caller]
    yield* accounts.remove(yield* found(id), caller)
    return { deleted: 0 }
  },
  Effect.catchTag("AccountRefused", refused),
  fromDatabase
)

const purged = Effect.fnUntraced(
  function* (id: string, confirm: number | undefined) {
    const caller = yield* Caller
    const { account, purge } = yield* purgeable(id)
    const kept = yield* Purge.count(account)
    if (kept.rows > 0 && kept.rows !== confirm) return yield* Purge.unconfirmed(account, kept)
    const { rows } = yield* Effect.flatten(inBackground(purge(account, kept.rows, caller)))
    return { deleted: rows }
  },
  Effect.catchTag("PurgeUnconfirmed", ({ message, rows, tables }) =>
    Effect.fail(new PurgeToConfirm({ detail: message, rows, tables }))
  ),
  Effect.catchTag("AccountRefused", refused),
  fromDatabase
)

/** A number without `purge` was meant to delete rows, and nobody could name the account afterwards. */
const unpurged = Effect.fail(new AccountConflict({ detail: "`confirm` is for `purge=true`; nothing was changed." }))

const removal = (id: string, isPurge: boolean, confirm: number | undefined) => {
  if (isPurge) return purged(id, confirm)
  return confirm === undefined ? destroy(id) : unpurged
}

export const layer = HttpApiBuilder.group(
  Api,
  "accounts",
  Effect.fn(function* (handlers) {
    // The state of an entity is that of its accounts.
    const { forget } = yield* ResponseCache
    const [pause, resume] = [turn("pause", "paused"), turn("resume", "active")]
    return handlers.handleAll({
      accounts: ({ query }) => list(query),
      addAccount: ({ payload }) => Effect.ensuring(add(payload), forget),
      removedAccounts: () => removed(),
      failedReads: ({ query }) => AccountReports.failures(query.connector),
      account: ({ params }) => one(params.id),
      accountList: ({ params }) => AccountReports.list(params.id, params.list),
      accountRows: ({ params }) => rows(params.id),
      verifyAccount: ({ params }) => Effect.ensuring(verify(params.id), forget),
      refreshAccount: ({ params }) => Effect.ensuring(refresh(params.id), forget),
      pauseAccount: ({ params }) => Effect.ensuring(pause(params.id), forget),
      resumeAccount: ({ params }) => Effect.ensuring(resume(params.id), forget),
      removeAccount: ({ params, query }) =>
        Effect.ensuring(removal(params.id, query.purge === true, query.confirm), forget)
    })
  })
)
