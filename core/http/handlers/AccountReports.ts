/** What was read for accounts: which entities failed, and lists of their stored rows. */
import { Effect } from "effect"
import { Accounts } from "../../accounts/Accounts.ts"
import * as AccountReport from "../../control/AccountReport.ts"
import * as AccountResponses from "../AccountResponses.ts"
import { Missing } from "../ApiErrors.ts"
import { readDatabase } from "../Background.ts"

export const failures = Effect.fnUntraced(function* (connector: string | undefined) {
  const accounts = yield* Accounts
  // An account that is not read has one reason for everything.
  const active = (yield* accounts.list(connector)).filter(({ status }) => status === "active")
  return { failures: (yield* AccountReport.failures(active)).map(AccountResponses.failedReadOf) }
}, readDatabase)

export const list = Effect.fnUntraced(
  function* (id: string, name: string) {
    const accounts = yield* Accounts
    return AccountResponses.shownListOf(yield* AccountReport.rows(yield* accounts.read(id), name))
  },
  Effect.catchTag("AccountRefused", ({ message }) => Effect.fail(new Missing({ detail: message }))),
  readDatabase
)
