/** Selectors as people type them: `crm.deal`, `crm.*`, `*`, `!crm.person`. */
import { Effect } from "effect"
import { type AccountRef, accountName } from "../config/Account.ts"
import { bindAccount } from "../config/AccountEntity.ts"
import type { OffConnector } from "../config/Declarations.ts"
import { type Entity, entityId } from "../config/Entity.ts"
import { nearest, withKnownNames, withSuggestion } from "../config/Nearest.ts"
import { offConnector } from "../config/OffConnectors.ts"
import { parseSelector, type QualifiedName, type TargetSelector, targetName } from "../config/RunTarget.ts"
import { matches } from "../config/Selector.ts"
import { accountsOf, needsAccount } from "../plugin/AccountTargets.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import { ReasonError } from "../reason/ReasonError.ts"
import { reasonOf } from "./RunFailure.ts"

/** A selector that names nothing, or nothing that the option applies to. */
export class UnknownSelector extends ReasonError("UnknownSelector") {}

/** Options that only make sense for incremental entities. */
export interface CursorOptions {
  readonly full?: boolean | undefined
  readonly pastRejected?: boolean | undefined
  readonly since?: string | undefined
}

/** Whether the entity's read continues from a cursor: its own, or that of the parent whose read it shares. */
export const isIncremental = ({ connector, incremental, parent }: Entity, all: ReadonlyArray<Entity>): boolean =>
  incremental !== undefined ||
  all.some((other) => other.connector === connector && other.name === parent && other.incremental !== undefined)

/** Selects from a generation. A selector of a connector that is off selects nothing, and the error says why it is off. */
export const selectFrom = Effect.fnUntraced(function* (
  { entities, off }: { readonly entities: ReadonlyArray<Entity>; readonly off: ReadonlyArray<OffConnector> },
  selectors: ReadonlyArray<string>,
  options: CursorOptions = {}
) {
  const [first] = selectors.flatMap((selector) => offConnector(selector, off) ?? [])
  if (first === undefined) return yield* selectWith(entities, selectors, options)
  return yield* new UnknownSelector({ reason: reason("connector.isOff", { name: first.name, why: first.reason }) })
})

/** Selects entities for a read with options. Naming exactly an entity to which an option does not apply is an error. */
export const selectWith = Effect.fnUntraced(function* (
  entities: ReadonlyArray<Entity>,
  selectors: ReadonlyArray<string>,
  { full, pastRejected, since }: CursorOptions
) {
  const selected = yield* select(entities, selectors)
  const [option] = [
    ...(full === true ? ["--full"] : []),
    ...(pastRejected === true ? ["--past-rejected"] : []),
    ...(since === undefined ? [] : ["--since"])
  ]
  const idle = selected.find((entity) => selectors.includes(entityId(entity)) && !isIncremental(entity, entities))
  if (option === undefined || idle === undefined) return selected
  return yield* new UnknownSelector({ reason: reason("unknown.cursor", { entity: entityId(idle), option }) })
})

/** Selects the one entity, of one account, of which some records are read by their keys. */
export const selectKeyed = Effect.fnUntraced(function* (
  generation: Parameters<typeof selectFrom>[0],
  selectors: ReadonlyArray<string>
) {
  const selected = yield* selectFrom(generation, selectors)
  const [entity] = selected
  const why =
    entity === undefined || selected.length > 1 || selectors.length === 0
      ? reason("unknown.keysOf", { example: "sync crm.deal --keys 17,18" })
      : entity.one === undefined
        ? reason("unknown.noOne", { entity: entityId(entity), example: 'one: { path: "/deals/{id}" }' })
        : needsAccount(entity)
          ? reason("request.account", { entity: entityId(entity) })
          : undefined
  return why === undefined ? selected : yield* new UnknownSelector({ reason: why })
})

/** Selects entities of which a period can be read: those with windows. Naming exactly one without them is an error. */
export const selectWindowed = Effect.fnUntraced(function* (
  generation: Parameters<typeof selectFrom>[0],
  selectors: ReadonlyArray<string>
) {
  const selected = yield* selectFrom(generation, selectors)
  const windowed = selected.filter(({ windows }) => windows !== undefined)
  const patterns = selectors.map((selector) => parseSelector(selector).pattern)
  const named = selected.find((one) => one.windows === undefined && patterns.includes(entityId(one)))
  if (named === undefined && windowed.length > 0) return windowed
  const example = "windows: { from: today-1y, step: 7d }"
  const why =
    named === undefined
      ? reason("unknown.noWindowed", { example })
      : reason("unknown.noWindows", { entity: entityId(named), example })
  return yield* new UnknownSelector({ reason: why })
})

/**
 * Returns the entities that a list of selectors names, in the order of their declaration; an empty list means all. A
 * selector that names nothing is an error, because a typing mistake must not look like a run with nothing to do. As soon
 * as one names an account, the entities of connectors with accounts are bound to theirs.
 */
export const select = Effect.fnUntraced(function* <E extends QualifiedName>(
  entities: ReadonlyArray<E>,
  selectors: ReadonlyArray<string>
) {
  const parsed = selectors.map(parseSelector)
  const ids = entities.map(entityId)
  for (const { pattern } of parsed) {
    if (ids.some((id) => matches(pattern, id))) continue
    const why = reason("unknown.selector", { selector: pattern })
    return yield* new UnknownSelector({ reason: unknownIn(ids, pattern, why) })
  }
  const named = parsed.filter(({ account }) => account !== undefined)
  const targets = named.length === 0 ? entities : yield* boundFor(entities, named)
  const wanted = parsed.filter(({ excludes }) => !excludes)
  const excluded = parsed.filter(({ excludes }) => excludes)
  return targets.filter(
    (one) =>
      (wanted.length === 0 || wanted.some((selector) => selects(selector, one))) &&
      !excluded.some((selector) => selects(selector, one))
  )
})

/** Whether the selector names the entity and, if it names an account, the entity's account. */
const selects = ({ account, pattern }: TargetSelector, entity: QualifiedName): boolean =>
  matches(pattern, entityId(entity)) &&
  (account === undefined || (entity.account !== undefined && isNamed(account, entity.account)))

/** By its name, or as `owner/name`. */
const isNamed = (text: string, account: AccountRef): boolean => text === account.name || text === accountName(account)

const hasAccounts = (entity: object): entity is Entity => "perAccount" in entity && entity.perAccount === true

/** Binds the entities to their accounts. A selector must name one account of a connector, and no more. */
const boundFor = Effect.fnUntraced(function* <E extends QualifiedName>(
  entities: ReadonlyArray<E>,
  named: ReadonlyArray<TargetSelector>
) {
  const accounts = yield* Effect.mapError(
    accountsOf(entities.flatMap((entity) => (hasAccounts(entity) ? [entity] : []))),
    (error) => new UnknownSelector({ reason: reason("unknown.accountsUnread", { why: reasonOf(error) }) })
  )
  const targets = entities.flatMap(
    (entity): ReadonlyArray<E> =>
      hasAccounts(entity) && entity.account === undefined
        ? (accounts.get(entity.connector) ?? []).map((account) => bindAccount(entity, account))
        : [entity]
  )
  for (const selector of named) {
    const why = misnamed(selector, entities, targets)
    if (why !== undefined) return yield* new UnknownSelector({ reason: why })
  }
  return targets
})

/** Why a selector does not name one account of each connector whose entities it selects. */
const misnamed = (
  selector: TargetSelector,
  entities: ReadonlyArray<QualifiedName>,
  targets: ReadonlyArray<QualifiedName>
): Reason | undefined => {
  const { account = "", pattern } = selector
  const isPerAccount = entities.some((one) => hasAccounts(one) && matches(pattern, entityId(one)))
  if (!isPerAccount) return reason("unknown.account", { account, selector: pattern })
  const found = targets.filter((one) => selects(selector, one))
  if (found.length === 0) return reason("unknown.accountOf", { account, selector: pattern })
  const [several] = [...Map.groupBy(found, entityId).values()].filter(({ length }) => length > 1)
  if (several === undefined) return undefined
  return reason("unknown.accountNames", { account, names: several.map(targetName).join(", ") })
}

/** Says what could be meant: all of a connector, a similar name, the entities of the connector, or the connectors. */
const unknownIn = (ids: ReadonlyArray<string>, selector: string, why: Reason): Reason => {
  const connectorOf = (id: string): string => id.slice(0, id.indexOf("."))
  if (ids.some((id) => connectorOf(id) === selector)) return withSuggestion(why, `${selector}.*`)
  const near = nearest(selector, ids)
  if (near !== undefined) return withSuggestion(why, near)
  const own = ids.filter((id) => selector.startsWith(`${connectorOf(id)}.`))
  const names = [...new Set(ids.map(connectorOf))].join(", ")
  return own.length > 0 || names === ""
    ? withKnownNames(why, selector, own)
    : reason("unknown.connectors", { why, names })
}
