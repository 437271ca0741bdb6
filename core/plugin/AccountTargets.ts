/** Declared entities bound to the accounts of their connectors, and generations in which an account's entities are read. */
import { type Context, Effect } from "effect"
import type { AccountRef } from "../config/Account.ts"
import { bindAccount } from "../config/AccountEntity.ts"
import type { Entity } from "../config/Entity.ts"
import { AccountSource } from "./AccountSource.ts"
import type { Generation } from "./Registry.ts"

/** Whether an entity can only be read for an account that is still to be chosen. */
export const needsAccount = ({ account, perAccount }: Entity): boolean => perAccount === true && account === undefined

/** The active accounts of the connectors of those entities that need one, by connector. */
export const accountsOf = Effect.fn("AccountTargets.accountsOf")(function* (entities: ReadonlyArray<Entity>) {
  const { active } = yield* AccountSource
  const connectors = new Set(entities.filter(needsAccount).map(({ connector }) => connector))
  return new Map(
    yield* Effect.forEach(connectors, (name) => Effect.map(active(name), (accounts) => [name, accounts] as const))
  )
})

/** Replaces each entity that needs an account by one for each active account of its connector. */
export const bindAccounts = (entities: ReadonlyArray<Entity>) =>
  Effect.map(accountsOf(entities), (accounts) =>
    entities.flatMap((entity) =>
      needsAccount(entity)
        ? (accounts.get(entity.connector) ?? []).map((account) => bindAccount(entity, account))
        : [entity]
    )
  )

/** The generation in which a connector has one account: its entities are the account's, read with its credentials. */
export const generationOf = (
  generation: Generation,
  connector: string,
  account: AccountRef,
  { credential }: Pick<Context.Service.Shape<typeof AccountSource>, "credential">
): Generation => ({
  ...generation,
  entities: generation.entities.map((entity) =>
    entity.connector === connector && needsAccount(entity) ? bindAccount(entity, account) : entity
  ),
  connector: (name) =>
    Effect.map(generation.connector(name), (running) => {
      const { accounts: operations, read } = running
      if (name !== connector || operations === undefined) return running
      const own = credential({ ...account, connector }, operations)
      return { ...running, read: (entity, options) => read(entity, { ...options, credential: own }) }
    })
})
