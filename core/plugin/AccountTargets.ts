/** Declared entities bound to the accounts of their connectors, and how they are read. */
import { Channel, Effect } from "effect"
import type { SqlError } from "effect/sql"
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

/** Finds the accounts of the connectors of those entities that need one. */
const found = Effect.fnUntraced(function* (
  entities: ReadonlyArray<Entity>,
  find: (connector: string) => Effect.Effect<ReadonlyArray<AccountRef>, SqlError.SqlError>
) {
  const connectors = new Set(entities.filter(needsAccount).map(({ connector }) => connector))
  const each = yield* Effect.forEach(connectors, (name) =>
    Effect.map(find(name), (accounts) => [name, accounts] as const)
  )
  const accounts: AccountsByConnector = new Map(each)
  return accounts
})

/** The accounts that the entities which need one are read for. */
export const accountsOf = (entities: ReadonlyArray<Entity>) =>
  Effect.flatMap(AccountSource, ({ active }) => found(entities, active))

/** Those that are not read until somebody authorizes them again. */
export const invalidAccountsOf = (entities: ReadonlyArray<Entity>) =>
  Effect.flatMap(AccountSource, ({ invalid }) => found(entities, invalid))

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
  if (!needsAccount(entity)) return yield* connectorFor(generation, connector, account)
  const running = yield* Effect.orDie(generation.connector(connector))
  const why = reason("request.account", { entity: entityId(entity) })
  const refused = new UpstreamError({ kind: "Declaration", reason: why })
  return { ...running, read: () => Channel.fail(refused) } satisfies typeof running
})

/** The running connector, which reads with the credentials of the account, if there is one. */
export const connectorFor = Effect.fnUntraced(function* (
  generation: Pick<Generation, "connector">,
  connector: string,
  account: AccountRef | undefined
) {
  const running = yield* Effect.orDie(generation.connector(connector))
  const { accounts: operations, read } = running
  if (account === undefined || operations === undefined) return running
  const { credential } = yield* AccountSource
  const own = Effect.map(credential({ ...account, connector }, operations), (one) => ({ ...one, account: account.id }))
  return {
    ...running,
    read: (entity, options) => read(entity, { ...options, credential: own })
  } satisfies typeof running
})
