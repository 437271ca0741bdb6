/** The parts of a sync: one for all entities without accounts, and one for each account of a connector. */
import { Effect } from "effect"
import { type Entity, entityId } from "../config/Entity.ts"
import { targetName, targetOf } from "../config/RunTarget.ts"
import { nothingRead } from "../database/audit/Runs.ts"
import {
  type AccountsByConnector,
  accountsIn,
  accountsOf,
  bindAccounts,
  needsAccount
} from "../plugin/AccountTargets.ts"
import type { Generation } from "../plugin/Registry.ts"
import { failedResult } from "./Results.ts"
import { reasonOf, retryWhileAway } from "./RunFailure.ts"

export interface SyncPart {
  readonly selected: ReadonlyArray<Entity>
  /** The generation that they are of. */
  readonly registry: Generation
  /** Only some records are read, so that the entity is no fresher afterwards. */
  readonly isPart?: boolean
}

/** The part for some accounts: the entities of their connectors are bound to them, selected or not. */
export const partFor = (
  selected: ReadonlyArray<Entity>,
  registry: Generation,
  accounts: AccountsByConnector
): SyncPart => {
  if (selected.every(({ perAccount }) => perAccount !== true)) return { selected, registry }
  const entities = bindAccounts(registry.entities, accounts)
  const wanted = new Set(selected.map(targetName))
  const isSelected = (one: Entity) => wanted.has(targetName(one)) || wanted.has(entityId(one))
  return { selected: entities.filter(isSelected), registry: { ...registry, entities } }
}

/** Entities that are bound to an account are read for it alone, the others for every active one. */
export const partsOf = Effect.fnUntraced(function* (selected: ReadonlyArray<Entity>, registry: Generation) {
  const plain: SyncPart = { selected: selected.filter(({ perAccount }) => perAccount !== true), registry }
  const own = selected.filter(({ perAccount }) => perAccount === true)
  const found = yield* Effect.result(retryWhileAway(accountsOf(own)))
  const accounts = accountsIn(own, found._tag === "Success" ? found.success : new Map())
  const byConnector = [...accounts].map(([connector, each]) => ({
    connector,
    concurrency: registry.declarations.find(({ name }) => name === connector)?.limits.concurrency ?? 1,
    parts: each.map((account) => partFor(own, registry, new Map([[connector, [account]]])))
  }))
  const unread = found._tag === "Success" ? [] : own.filter(needsAccount).map(failedWith(reasonOf(found.failure)))
  return { plain, byConnector, unread }
})

const failedWith = (why: ReturnType<typeof reasonOf>) => (entity: Entity) => ({
  ...failedResult(targetOf(entity), why, nothingRead),
  durationMs: 0
})
