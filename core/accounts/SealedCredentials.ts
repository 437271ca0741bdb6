/** The credentials of an account as the one text that is sealed. */
import { Effect, Record, Redacted, Schema } from "effect"
import { type Credentials, CredentialsRefused, type Grant } from "../plugin/AccountType.ts"
import { mapTexts, reason } from "../reason/Reason.ts"
import { redactor } from "../upstream/exchange/Failure.ts"
import { UpstreamError } from "../upstream/Source.ts"
import type { AccountKey, SealedGrant, StoredAccount } from "./AccountRows.ts"
import { VaultError } from "./MasterKeys.ts"
import { Seal, type SealedPlace } from "./Seal.ts"

const Text = Schema.fromJsonString(Schema.Record(Schema.String, Schema.String))
const decode = Schema.decodeUnknownEffect(Text)

export const placeOf = ({ connector, id }: Pick<AccountKey, "connector" | "id">): SealedPlace => ({
  kind: "account",
  connector,
  id
})

export const sealGrant = Effect.fnUntraced(function* (
  account: Pick<AccountKey, "connector" | "id">,
  { credentials, expiresAt }: Grant
) {
  const { seal } = yield* Seal
  const text = JSON.stringify(Record.map(credentials, (secret) => Redacted.value(secret)))
  const sealed: SealedGrant = { sealed: yield* seal(placeOf(account), Redacted.make(text)), expiresAt }
  return sealed
})

export const openCredentials = Effect.fnUntraced(function* (account: StoredAccount) {
  const { open } = yield* Seal
  const text = yield* open(placeOf(account), account.sealed)
  // The error of the schema would quote the credentials.
  const plain = yield* Effect.mapError(
    decode(Redacted.value(text)),
    () => new VaultError({ reason: reason("account.altered") })
  )
  const credentials: Credentials = Record.map(plain, (secret) => Redacted.make(secret))
  return credentials
})

/** Cuts credentials out of what a vendor says about them: vendors like to repeat what they refuse. */
export const withoutCredentials = (credentials: Credentials) => {
  const redact = redactor(Object.values(credentials))
  return <E extends CredentialsRefused | UpstreamError>(error: E) => {
    const why = mapTexts(error.reason, redact)
    return error._tag === "UpstreamError"
      ? new UpstreamError({ ...error, reason: why })
      : new CredentialsRefused({ reason: why })
  }
}
