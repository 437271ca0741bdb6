/** The failures of what is asked of the vault, beside those of the database. */
import type { CredentialsRefused } from "../plugin/AccountType.ts"
import type { UpstreamError } from "../upstream/Source.ts"
import type { AccountRefused, AccountUnusable } from "./AccountRefused.ts"
import type { VaultError } from "./MasterKeys.ts"

export type AccountFailure = AccountRefused | AccountUnusable | CredentialsRefused | UpstreamError | VaultError

const tags = ["AccountRefused", "AccountUnusable", "CredentialsRefused", "UpstreamError", "VaultError"]

export const isAccountFailure = <E extends { readonly _tag: string }>(error: E): error is Extract<E, AccountFailure> =>
  tags.includes(error._tag)
