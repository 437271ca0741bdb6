/** Declared entities bound to the accounts of their connectors, and how they are read. */
import { Channel, Effect } from "effect"
import type { AccountRef } from "../config/Account.ts"
import { bindAccount } from "../config/AccountEntity.ts"
import { type Entity, entityId } from "../config/Entity.ts"
import { reason } from "../reason/Reason.ts"
import { UpstreamError } from "../upstream/Source.ts"
import { AccountSource } from "./AccountSource.ts"
import type { Generation } from "./Registry.ts"

/** Accounts by the name of their connector. */
export type AccountsByConnector = ReadonlyMap<string, ReadonlyArray<AccountRef>>

/** Whether an entity can only be read for an account that is still to be chosen. */
export const needsAccount = ({ account, perAccount }: Entity): boolean => perAccount === true && account === undefined

/** The active accounts of the connectors of those entities that need one. */
export const accountsOf = Effect.fn("AccountTargets.accountsOf")(function* (entities: ReadonlyArray<Entity>) {
  const { active } = yield* AccountSource
  const connectors = new Set(entities.filter(needsAccount).map(({ connector }) => connector))
  const found = yield* Effect.forEach(connectors, (name) =>
    Effect.map(active(name), (accounts) => [name, accounts] as const)
  )
  const accounts: AccountsByConnector = new Map(found)
  return accounts
})

/** Replaces each entity that needs an account by one for each account of its connector. */
export const bindAccounts = (entities: ReadonlyArray<Entity>, accounts: AccountsByConnector): ReadonlyArray<Entity> =>
  entities.flatMap((entity) =>
    needsAccount(entity)
      ? (accounts.get(entity.connector) ?? []).map((account) => bindAccount(entity, account))
      : [entity]
  )

/** The accounts that a selection is read for: those that its entities are bound to, and all for one that is bound to none. */
export const accountsIn = (selected: ReadonlyArray<Entity>, active: AccountsByConnector): AccountsByConnector =>
  new Map(
    [...Map.groupBy(selected, ({ connector }) => connector)].map(([connector, entities]) => {
      const bound = entities.flatMap(({ account }) => account ?? [])
      const each = new Map([...(active.get(connector) ?? []), ...bound].map((account) => [account.id, account]))
      return [connector, [...each.values()]]
    })
  )

/** The running connector of an entity, which reads with the credentials of the entity's account. */
export const connectorOf = Effect.fnUntraced(function* (generation: Pick<Generation, "connector">, entity: Entity) {
  const { account, connector } = entity
  const running = yield* Effect.orDie(generation.connector(connector))
  const { accounts: operations, read } = running
  if (needsAccount(entity)) {
    const why = reason("request.account", { entity: entityId(entity) })
    const refused = new UpstreamError({ kind: "Declaration", reason: why })
    return { ...running, read: () => Channel.fail(refused) } satisfies typeof running
  }
  if (account === undefined || operations === undefined) return running
  const { credential } = yield* AccountSource
  const own = credential({ ...account, connector }, operations)
  return {
    ...running,
    read: (entity, options) => read(entity, { ...options, credential: own })
  } satisfies typeof running
})
