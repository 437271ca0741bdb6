/** The vendors of accounts: what the running connectors can do with credentials, and what their types and YAML allow. */
import { Context, Effect, Layer, type Scope } from "effect"
import type { AccountTraits } from "../plugin/AccountType.ts"
import { hasAccounts } from "../plugin/OwnAccount.ts"
import { Registry } from "../plugin/Registry.ts"
import { reason } from "../reason/Reason.ts"
import { AccountRefused } from "./AccountRefused.ts"
import type { AccountVendor } from "./Refresh.ts"

export interface DeclaredVendor extends AccountVendor {
  readonly traits: AccountTraits
}

export class AccountVendors extends Context.Service<
  AccountVendors,
  {
    /** The connectors that have accounts. */
    readonly names: Effect.Effect<ReadonlyArray<string>>
    /** The vendor of a connector, which stays as it is until the scope closes. */
    readonly find: (connector: string) => Effect.Effect<DeclaredVendor, AccountRefused, Scope.Scope>
  }
>()("tributary/core/accounts/AccountVendors") {
  static readonly layer = Layer.effect(
    AccountVendors,
    Effect.gen(function* () {
      const { current } = yield* Registry
      const names = Effect.map(current, ({ declarations, typeOf }) =>
        declarations.flatMap((declared) => (hasAccounts(typeOf(declared.name), declared) ? [declared.name] : []))
      )
      const find = Effect.fn("AccountVendors.find")(function* (name: string) {
        const { connector, declaration, typeOf } = yield* current
        const refused = (why: { readonly reason: AccountRefused["reason"] }) => new AccountRefused(why)
        const declared = yield* Effect.mapError(declaration(name), refused)
        const { accounts: operations } = yield* Effect.mapError(connector(name), refused)
        const traits = typeOf(name)?.accounts
        if (operations === undefined || traits === undefined || !hasAccounts(typeOf(name), declared)) {
          return yield* new AccountRefused({ reason: reason("account.none", { connector: name }) })
        }
        return { operations, traits: { ...traits, ...declared.accounts } }
      })
      return AccountVendors.of({ names, find })
    })
  )
}
