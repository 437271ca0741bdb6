/** The vault over the connectors of a test, with a master key of this process. */
import { randomBytes } from "node:crypto"
import { Effect, Layer } from "effect"
import { Accounts } from "../../core/accounts/Accounts.ts"
import { AccountVendors } from "../../core/accounts/AccountVendors.ts"
import { Authorizations } from "../../core/accounts/Authorizations.ts"
import { MasterKeys } from "../../core/accounts/MasterKeys.ts"

const masterKey = randomBytes(32).toString("base64")

/** Needs a registry and a database. */
export const layerVault = Authorizations.layer.pipe(
  Layer.provideMerge(Layer.merge(Accounts.layer, AccountVendors.layer)),
  Layer.provide(MasterKeys.layer(Effect.succeed(masterKey)))
)
