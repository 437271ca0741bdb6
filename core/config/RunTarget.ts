/**
 * The target of a run: an entity, and the account whose records it reads, if its connector has accounts. Locks, audit
 * rows, results, cursors and pending deletes belong to a target.
 */
import { accountName } from "./Account.ts"
import { type Entity, entityId } from "./Entity.ts"

/** Anything named like an entity: an export is also locked and audited. */
export type QualifiedName = Pick<Entity, "connector" | "name" | "account">

export interface RunTarget<E extends QualifiedName = Entity> {
  readonly entity: E
  /** The id of the account; null: the connector has none. */
  readonly account: string | null
}

export const targetOf = <E extends QualifiedName>(entity: E): RunTarget<E> => ({
  entity,
  account: entity.account?.id ?? null
})

/** What names a target in a row, a result or a plan: the name of the account is for people. */
export interface NamedTarget {
  readonly connector: string
  readonly entity: string
  /** `owner/name`; absent without an account, or if there is none any more. */
  readonly accountName?: string | null | undefined
}

/** `crm.deal`, or `crm.deal@owner/name` of an account. */
export const targetText = ({ accountName, connector, entity }: NamedTarget): string =>
  accountName == null ? `${connector}.${entity}` : `${connector}.${entity}@${accountName}`

/** The name of a target for people, which is also its selector: `crm.deal`, or `crm.deal@owner/name` of an account. */
export const targetName = (entity: QualifiedName): string =>
  targetText({ ...entity, entity: entity.name, accountName: entity.account && accountName(entity.account) })

/** `crm.deal`, or `crm.deal@id` of an account. */
export const targetId = ({ account, entity }: RunTarget<QualifiedName>): string =>
  account === null ? entityId(entity) : `${entityId(entity)}@${account}`

/** The columns that name a target in the daemon's tables. */
export const targetColumns = ({ account, entity }: RunTarget<QualifiedName>) => ({
  connector: entity.connector,
  entity: entity.name,
  account
})

/** The id of the target that a row, a result or a plan names. */
export const targetIdOf = ({ account, connector, entity }: ReturnType<typeof targetColumns>): string =>
  targetId({ entity: { connector, name: entity }, account })

/** A selector as it is typed: `crm.deal`, `crm.*`, `!crm.deal`, `crm.deal@account`. */
export interface TargetSelector {
  readonly excludes: boolean
  /** The pattern of an entity's id. */
  readonly pattern: string
  readonly account?: string
}

/** Names of connectors and entities contain no `@`. */
export const parseSelector = (text: string): TargetSelector => {
  const excludes = text.startsWith("!")
  const bare = excludes ? text.slice(1) : text
  const at = bare.indexOf("@")
  return at < 0 ? { excludes, pattern: bare } : { excludes, pattern: bare.slice(0, at), account: bare.slice(at + 1) }
}
