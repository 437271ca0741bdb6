/** Selectors as people type them: `crm.deal`, `crm.*`, `*`, `!crm.person`. */
import { Effect } from "effect"
import { type Entity, entityId } from "../config/Entity.ts"
import { nearest, withKnownNames, withSuggestion } from "../config/Nearest.ts"
import { parseSelector } from "../config/RunTarget.ts"
import { matches } from "../config/Selector.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import { ReasonError } from "../reason/ReasonError.ts"

/** A selector that names nothing, or nothing that the option applies to. */
export class UnknownSelector extends ReasonError("UnknownSelector") {}

/** Options that only make sense for incremental entities. */
export interface CursorOptions {
  readonly full?: boolean | undefined
  readonly pastRejected?: boolean | undefined
}

/** Whether the entity's read continues from a cursor: its own, or that of the parent whose read it shares. */
export const isIncremental = ({ connector, incremental, parent }: Entity, all: ReadonlyArray<Entity>): boolean =>
  incremental !== undefined ||
  all.some((other) => other.connector === connector && other.name === parent && other.incremental !== undefined)

/** Selects entities for a read with options. Naming exactly an entity to which an option does not apply is an error. */
export const selectWith = Effect.fnUntraced(function* (
  entities: ReadonlyArray<Entity>,
  selectors: ReadonlyArray<string>,
  { full, pastRejected }: CursorOptions
) {
  const selected = yield* select(entities, selectors)
  const [option] = [...(full === true ? ["--full"] : []), ...(pastRejected === true ? ["--past-rejected"] : [])]
  const idle = selected.find((entity) => selectors.includes(entityId(entity)) && !isIncremental(entity, entities))
  if (option === undefined || idle === undefined) return selected
  return yield* new UnknownSelector({ reason: reason("unknown.cursor", { entity: entityId(idle), option }) })
})

/**
 * Returns the entities that a list of selectors names, in the order of their declaration; an empty list means all. A
 * selector that names nothing is an error, because a typing mistake must not look like a run with nothing to do.
 */
export const select = Effect.fnUntraced(function* <E extends Pick<Entity, "connector" | "name">>(
  entities: ReadonlyArray<E>,
  selectors: ReadonlyArray<string>
) {
  const parsed = selectors.map(parseSelector)
  const [named] = parsed.filter(({ account }) => account !== undefined)
  if (named?.account !== undefined) {
    const why = reason("unknown.account", { account: named.account, selector: named.pattern })
    return yield* new UnknownSelector({ reason: why })
  }
  const wanted = parsed.filter(({ excludes }) => !excludes).map(({ pattern }) => pattern)
  const excluded = parsed.filter(({ excludes }) => excludes).map(({ pattern }) => pattern)
  const ids = entities.map(entityId)
  for (const selector of [...wanted, ...excluded]) {
    if (ids.some((id) => matches(selector, id))) continue
    const why = reason("unknown.selector", { selector })
    return yield* new UnknownSelector({ reason: unknownIn(ids, selector, why) })
  }
  const included = wanted.length === 0 ? ["*"] : wanted
  return entities.filter((_, at) => {
    const id = ids[at] ?? ""
    return included.some((pattern) => matches(pattern, id)) && !excluded.some((pattern) => matches(pattern, id))
  })
})

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
