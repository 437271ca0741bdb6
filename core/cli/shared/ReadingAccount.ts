/** The account that `discover` reads for. */
import { Effect } from "effect"
import { accountName } from "../../config/Account.ts"
import { AccountSource } from "../../plugin/AccountSource.ts"
import { reason, render } from "../../reason/Reason.ts"
import { stop } from "./Root.ts"

/** The named active account of a connector, or its only one. */
export const readingAccount = Effect.fnUntraced(function* (connector: string, named: string | undefined) {
  const { active } = yield* AccountSource
  const known = yield* active(connector)
  const found = known.filter((one) => named === undefined || named === one.name || named === accountName(one))
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  if (known.length === 0) return yield* stop(2, render(reason("live.noAccount", { connector })))
  const names = known.map(accountName).join(", ")
  if (named === undefined)
    return yield* stop(2, `Say for which account ${connector} is read: --account with one of ${names}`)
  const what = found.length === 0 ? "no active account" : "several accounts that are called"
  return yield* stop(2, `${connector} has ${what} ${named}; there are ${names}`)
})
