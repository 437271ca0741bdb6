/** The accounts of connectors, for those who read for them. By default there are none; the vault (`core/accounts`) has them. */
import { Context, Effect } from "effect"
import type { SqlError } from "effect/sql"
import type { AccountRef } from "../config/Account.ts"
import type { Credential } from "../upstream/exchange/Credential.ts"
import type { UpstreamError } from "../upstream/Source.ts"
import type { AccountOperations } from "./AccountType.ts"

export const AccountSource = Context.Reference<{
  /** The accounts that may be read for. */
  readonly active: (connector: string) => Effect.Effect<ReadonlyArray<AccountRef>, SqlError.SqlError>
  /** The accounts that are not read until somebody authorizes them again. */
  readonly invalid: (connector: string) => Effect.Effect<ReadonlyArray<AccountRef>, SqlError.SqlError>
  /** What authorizes one request for an account. */
  readonly credential: (
    account: AccountRef & { readonly connector: string },
    operations: AccountOperations
  ) => Effect.Effect<Credential, UpstreamError>
}>("tributary/core/plugin/AccountSource", {
  defaultValue: () => ({
    active: () => Effect.succeed([]),
    invalid: () => Effect.succeed([]),
    credential: ({ id }) => Effect.die(new Error(`there is no account ${id}`))
  })
})
