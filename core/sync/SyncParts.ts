/** The parts of a sync: one for all entities without accounts, and one for each account of a connector. */
import { Effect } from "effect"
import type { AccountRef } from "../config/Account.ts"
import type { Entity } from "../config/Entity.ts"
import { targetOf } from "../config/RunTarget.ts"
import { nothingRead } from "../database/audit/Runs.ts"
import { AccountSource } from "../plugin/AccountSource.ts"
import { accountsOf, generationOf, needsAccount } from "../plugin/AccountTargets.ts"
import type { Generation } from "../plugin/Registry.ts"
import { failedResult } from "./Results.ts"
import { reasonOf, retryWhileAway } from "./RunFailure.ts"

export interface SyncPart {
  readonly selected: ReadonlyArray<Entity>
  /** The generation that they are of. */
  readonly registry: Generation
}

/** Entities that are bound to an account are read for it alone, the others for every active one. */
export const partsOf = Effect.fnUntraced(function* (selected: ReadonlyArray<Entity>, registry: Generation) {
  const accounts = yield* AccountSource
  const plain = { selected: selected.filter(({ perAccount }) => perAccount !== true), registry } satisfies SyncPart
  const found = yield* Effect.result(retryWhileAway(accountsOf(selected)))
  const active: ReadonlyMap<string, ReadonlyArray<AccountRef>> = found._tag === "Success" ? found.success : new Map()

  const partOf = (connector: string, entities: ReadonlyArray<Entity>, account: AccountRef): SyncPart => {
    const isFor = (entity: Entity) => needsAccount(entity) || entity.account?.id === account.id
    const names = new Set(entities.filter(isFor).map(({ name }) => name))
    const own = generationOf(registry, connector, account, accounts)
    const isSelected = (entity: Entity) => entity.connector === connector && names.has(entity.name)
    return { selected: own.entities.filter(isSelected), registry: own }
  }
  const ofAccounts = Map.groupBy(
    selected.filter(({ perAccount }) => perAccount === true),
    ({ connector }) => connector
  )
  const byConnector = [...ofAccounts].map(([connector, entities]) => {
    const bound = entities.flatMap(({ account }) => account ?? [])
    const each = new Map([...(active.get(connector) ?? []), ...bound].map((account) => [account.id, account]))
    const declared = registry.declarations.find(({ name }) => name === connector)
    return {
      concurrency: declared?.limits.concurrency ?? 1,
      parts: [...each.values()].map((account) => partOf(connector, entities, account))
    }
  })
  const unread =
    found._tag === "Success"
      ? []
      : selected
          .filter(needsAccount)
          .map((entity) => ({ ...failedResult(targetOf(entity), reasonOf(found.failure), nothingRead), durationMs: 0 }))
  return { plain, byConnector, unread }
})
