/** The vault as the source of the accounts that runs read for. */
import { Effect, Layer } from "effect"
import { AccountSource } from "../plugin/AccountSource.ts"
import { Registry } from "../plugin/Registry.ts"
import { Accounts } from "./Accounts.ts"

export const layer = Layer.effect(
  AccountSource,
  Effect.gen(function* () {
    const accounts = yield* Accounts
    const { current } = yield* Registry
    return {
      active: accounts.active,
      invalid: (connector) =>
        Effect.map(accounts.list(connector), (found) => found.filter(({ status }) => status === "invalid")),
      credential: (account, operations) =>
        Effect.flatMap(current, ({ typeOf }) => {
          const traits = typeOf(account.connector)?.accounts
          return traits === undefined
            ? Effect.die(new Error(`${account.connector} has no accounts`))
            : accounts.credential(account, { operations, traits })
        })
    }
  })
)
