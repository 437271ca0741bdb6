/** The part of the control port about accounts: who they are, and what a person can do with them. */
import { Effect } from "effect"
import { type Account, Accounts } from "../accounts/Accounts.ts"
import { AccountVendors } from "../accounts/AccountVendors.ts"
import { Authorizations } from "../accounts/Authorizations.ts"

export type { AccountFailure } from "../accounts/AccountFailure.ts"
export { type AuthorizationProgress, decodeProgress } from "../accounts/Authorizations.ts"
export type { Task } from "../accounts/TaskRows.ts"
export type { Account }

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
}

export const make = Effect.gen(function* () {
  const accounts = yield* Accounts
  const { read: task, start: authorize } = yield* Authorizations
  const { names: connectors } = yield* AccountVendors
  const { pause, read, resume } = accounts
  const list = Effect.flatMap(connectors, (names) =>
    Effect.map(accounts.list(), (all) => all.filter(({ connector }) => names.includes(connector)))
  )
  return { authorize, connectors, list, pause, read, resume, task } satisfies AccountControl
})
