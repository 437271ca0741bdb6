/**
 * What a connector type knows about the credentials of its accounts: how they are granted, renewed, verified and sent.
 * The vault (`core/accounts`) seals and stores them, and decides when any of this happens; a type stores none.
 */
import type { DateTime, Duration, Effect, Redacted } from "effect"
import type { Reason } from "../reason/Reason.ts"
import { ReasonError } from "../reason/ReasonError.ts"
import type { Credential } from "../upstream/exchange/Credential.ts"
import type { UpstreamError } from "../upstream/Source.ts"

/** The credentials of one account by name, as in `accessToken` and `refreshToken`; the names are the type's own. */
export type Credentials = Readonly<Record<string, Redacted.Redacted>>

/** Credentials as the vendor has just granted them. */
export interface Grant {
  readonly credentials: Credentials
  /** When they stop working unless they are renewed. Absent: never by themselves. */
  readonly expiresAt?: DateTime.Utc
}

/** The vendor refuses the credentials for good: the owner has to authorize the account again. */
export class CredentialsRefused extends ReasonError("CredentialsRefused") {}

/** A device authorization (RFC 8628) that the vendor has begun. */
export interface PendingAuthorization {
  /** The address at which the owner confirms, with the code in it. */
  readonly link: string
  /** The code that the owner compares or types. */
  readonly userCode: string
  /** What the vendor is asked with; as secret as the credentials that it becomes. */
  readonly deviceCode: Redacted.Redacted
  readonly interval: Duration.Duration
  readonly expiresAt: DateTime.Utc
}

export type AuthorizationAnswer =
  /** `slowDown`: the vendor was asked too often. */
  | { readonly _tag: "Pending"; readonly slowDown: boolean }
  | { readonly _tag: "Granted"; readonly grant: Grant }
  /** Denied, expired or used: only a new authorization helps. */
  | { readonly _tag: "Refused"; readonly reason: Reason }

export interface DeviceAuthorization {
  readonly start: Effect.Effect<PendingAuthorization, UpstreamError>
  readonly ask: (deviceCode: Redacted.Redacted) => Effect.Effect<AuthorizationAnswer, UpstreamError>
}

/** Whom credentials belong to. */
export interface Customer {
  /** The vendor's id, which never changes: an account takes no credentials of another customer. */
  readonly id: string
  /** A short line for people, such as a login, which may change. */
  readonly line: string
}

/** What a running connector does with credentials. */
export interface AccountOperations {
  /** How requests carry the credentials. */
  readonly credential: (credentials: Credentials) => Pick<Credential, "apply" | "secret">
  /** Asks the vendor whom the credentials belong to. Rights that they lack are a refusal: a new authorization helps. */
  readonly verify: (credentials: Credentials) => Effect.Effect<Customer, CredentialsRefused | UpstreamError>
  /** Absent: the credentials are never renewed. */
  readonly refresh?: (credentials: Credentials) => Effect.Effect<Grant, CredentialsRefused | UpstreamError>
  readonly authorization?: DeviceAuthorization
  /** Gets credentials that work for what an operator has given, such as a code. Absent: what is given works. */
  readonly redeem?: (given: Credentials) => Effect.Effect<Grant, CredentialsRefused | UpstreamError>
}

/** The accounts that a connector type has. */
export interface AccountTraits {
  /** How many accounts an owner may have, unless YAML says otherwise. */
  readonly perOwner: number
  /** How long before their end the credentials are renewed. */
  readonly refreshBefore: Duration.Duration
  /** How long a refresh whose answer was lost may be repeated with the same credentials. */
  readonly refreshGrace: Duration.Duration
  /**
   * Present: the connector itself has one account, if its keys say so (`ownCredential`), and its entities belong to none. A
   * method, so that a type with any keys is assignable.
   */
  ofConnector?(config: unknown): boolean
}
