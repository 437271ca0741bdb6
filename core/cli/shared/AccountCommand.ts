/** What commands on accounts share: how they are named, which services they need, and their exit codes. */
import { Effect, Layer } from "effect"
import { Argument } from "effect/cli"
import { type AccountFailure, isAccountFailure } from "../../accounts/AccountFailure.ts"
import { Authorizations } from "../../accounts/Authorizations.ts"
import { layerEngine } from "./Engine.ts"
import { operator } from "./Operator.ts"
import { loadReadable } from "./ReadableConfiguration.ts"
import { declarations, stop } from "./Root.ts"

export const initiator = { trigger: "cli", actor: operator } as const

const layerVault = (loaded: Parameters<typeof layerEngine>[0]) =>
  Layer.provideMerge(Authorizations.layer, layerEngine(loaded))

/** What is only in the database needs no valid files. */
export const looking = Effect.map(loadReadable, (loaded) => ({
  services: layerVault(loaded),
  timezone: loaded.daemon.timezone
}))

/** A vendor is asked with the connector of valid files. */
export const asking = Effect.map(declarations, layerVault)

/** Wrong usage, an invalid environment, or a vendor that refuses. */
const codeOf = ({ _tag }: AccountFailure) => (_tag === "AccountRefused" ? 2 : _tag === "VaultError" ? 78 : 1)

export const orStop = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.catchIf(effect, isAccountFailure<E>, (failure) => stop(codeOf(failure), failure.message))

export const connector = Argument.String("connector").pipe(Argument.withDescription("The connector's name"))
export const account = Argument.String("account").pipe(
  Argument.withDescription("The account's name, with its owner where several have it: shop1, anna/shop1")
)
