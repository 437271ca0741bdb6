/** The account of a connector that has one itself, instead of one for each owner of rows. */
import { Effect } from "effect"
import { accountName } from "../config/Account.ts"
import type { ConnectorSettings } from "../config/Declarations.ts"
import { sqlReason } from "../database/connection/SqlReason.ts"
import { reason } from "../reason/Reason.ts"
import type { Credential } from "../upstream/exchange/Credential.ts"
import { UpstreamError } from "../upstream/Source.ts"
import { AccountSource } from "./AccountSource.ts"
import type { AccountOperations } from "./AccountType.ts"
import type { ConnectorType } from "./Connector.ts"

/** Whether a connector of the type has accounts: those of its entities, or one of its own. */
export const hasAccounts = (
  type: Pick<ConnectorType, "accounts"> | undefined,
  { ownAccount }: Pick<ConnectorSettings, "ownAccount">
): boolean => type?.accounts !== undefined && (type.accounts.ofConnector === undefined || ownAccount === true)

/** What authorizes a request of a connector with an account of its own; asked for anew for each request. */
export const ownCredential = (
  { name }: Pick<ConnectorSettings, "name">,
  operations: AccountOperations
): Effect.Effect<Credential, UpstreamError> =>
  Effect.gen(function* () {
    const { active, credential, invalid } = yield* AccountSource
    const works = yield* active(name)
    // One that is refused says why.
    const [account, another] = works.length > 0 ? works : yield* invalid(name)
    if (account === undefined) {
      const why = reason("account.ownMissing", { connector: name })
      return yield* new UpstreamError({ kind: "Unauthorized", reason: why })
    }
    if (another !== undefined) {
      const why = reason("account.ownSeveral", {
        connector: name,
        accounts: `${accountName(account)}, ${accountName(another)}`
      })
      return yield* new UpstreamError({ kind: "Declaration", reason: why })
    }
    return yield* credential({ ...account, connector: name }, operations)
  }).pipe(
    Effect.catchTag("SqlError", (error) =>
      Effect.fail(new UpstreamError({ kind: "Unreachable", reason: sqlReason(error), cause: error }))
    )
  )
