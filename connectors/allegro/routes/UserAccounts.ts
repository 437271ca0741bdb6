/** The accounts of a user, who is their owner: all, or the one that is named. */
import { Effect } from "effect"
import { Accounts, Missing, readDatabase } from "../../../core/sdk-http.ts"

export interface UserFilter {
  readonly user: string
  readonly account?: string
}

/** One at least. */
export const accountsOf = Effect.fnUntraced(function* (connector: string, { account, user }: UserFilter) {
  const { list } = yield* Accounts
  const found = (yield* list(connector)).filter(
    ({ name, owner }) => owner === user && (account === undefined || name === account)
  )
  if (found.length > 0) return found
  return yield* new Missing({ detail: `${user} has no account${account === undefined ? "" : ` ${account}`} here.` })
}, readDatabase)
