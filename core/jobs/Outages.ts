/**
 * Groups the problems of entities: those of one connector with a common cause are one alert, with their number and the
 * first names; another cause is another alert. When a system is down, nobody needs sixty messages.
 */
import { type Alert, type AlertInput, type AlertKind, alertKey } from "../observe/Alerts.ts"
import { type Reason, reason, rootOf, timeOf } from "../reason/Reason.ts"
import { driftWarnings } from "../sync/map/FieldDrift.ts"
import type { EntityHealth } from "./EntityState.ts"
import { someOf } from "./NameList.ts"

interface Case {
  readonly kind: AlertKind
  /** `crm.deal`. */
  readonly id: string
  /** The cause that it may share with others; `null` if nothing is known to have failed. */
  readonly cause: Reason | null
  readonly alone: Reason
}

interface Outage extends AlertInput {
  readonly key: string
  readonly entities: ReadonlyArray<string>
}

/** `open`: an alert keeps its key if its entities fail for another reason, because they have not recovered. */
export const entityAlerts = (
  entities: ReadonlyMap<string, EntityHealth>,
  open: ReadonlyArray<Alert>
): ReadonlyArray<Outage> => {
  const cases = [...entities].flatMap(([id, entity]) => [
    ...lateness(id, entity),
    ...withheld(id, entity),
    ...otherFields(id, entity)
  ])
  const alike = Map.groupBy(cases, ({ cause, id, kind }) =>
    alertKey(kind, `${connectorOf(id)} ${cause === null ? "unrefreshed" : rootOf(cause).code}`)
  )
  const outages = [...alike].flatMap(([key, group]) => group.slice(0, 1).map((first) => outageOf(key, first, group)))
  return continued(outages, open)
}

/** Whether another alert now covers the entities of this one. */
export const isCoveredElsewhere = ({ entities, kind }: Alert, wrong: ReadonlyArray<AlertInput>): boolean =>
  wrong.some((other) => other.kind === kind && shared(other, entities) > 0)

const shared = ({ entities = [] }: Pick<AlertInput, "entities">, others: ReadonlyArray<string>): number =>
  entities.filter((id) => others.includes(id)).length

/** Gives each outage the key of the open alert with which it shares most entities, larger outages first. */
const continued = (outages: ReadonlyArray<Outage>, open: ReadonlyArray<Alert>): ReadonlyArray<Outage> => {
  const left = new Map(open.map((alert) => [alert.key, alert]))
  const taken = new Set<string>()
  return outages
    .toSorted((one, other) => other.entities.length - one.entities.length)
    .map((outage) => {
      const [closest] = [...left.values()]
        .filter(({ entities, kind }) => kind === outage.kind && shared(outage, entities) > 0)
        .toSorted((one, other) => shared(outage, other.entities) - shared(outage, one.entities))
      const own = taken.has(outage.key) || left.has(outage.key) ? `${outage.key} ${outage.entities[0]}` : outage.key
      const key = closest?.key ?? own
      left.delete(key)
      taken.add(key)
      return { ...outage, key }
    })
}

const outageOf = (key: string, first: Case, group: ReadonlyArray<Case>): Outage => {
  const ids = group.map(({ id }) => id)
  return ids.length === 1
    ? { key, kind: first.kind, subject: first.id, entities: ids, reason: first.alone }
    : { key, kind: first.kind, subject: connectorOf(first.id), entities: ids, reason: manyOf(first, ids) }
}

const connectorOf = (id: string): string => id.slice(0, id.indexOf("."))

const lateness = (id: string, { expectedAt, failure, freshAt, late }: EntityHealth): ReadonlyArray<Case> => {
  if (!late || expectedAt === null) return []
  const since = freshAt === null ? reason("alert.lateNever") : reason("alert.lateSince", { at: timeOf(freshAt) })
  const facts = { entity: id, at: timeOf(expectedAt), since }
  const alone = failure === null ? reason("alert.late", facts) : reason("alert.lateFailing", { ...facts, why: failure })
  return [{ kind: "entity_stale", id, cause: failure, alone }]
}

const withheld = (id: string, { pending, pendingReason: cause }: EntityHealth): ReadonlyArray<Case> => {
  if (pending === 0) return []
  const alone = reason("alert.held", { entity: id, count: pending, why: cause ?? reason("unsaid") })
  return [{ kind: "guard_held", id, cause, alone }]
}

const otherFields = (id: string, { appeared, vanished }: EntityHealth): ReadonlyArray<Case> => {
  const whys = driftWarnings({ appeared, vanished })
  const [cause] = whys
  return cause === undefined
    ? []
    : [{ kind: "fields_changed", id, cause, alone: reason("alert.fields", { entity: id, whys }) }]
}

const manyOf = ({ cause, id, kind }: Case, ids: ReadonlyArray<string>): Reason => {
  const facts = { count: ids.length, connector: connectorOf(id), entities: someOf(ids) }
  if (kind === "fields_changed") return reason("alert.fieldsMany", { ...facts, why: cause ?? reason("unsaid") })
  if (kind === "guard_held") return reason("alert.heldMany", { ...facts, why: cause ?? reason("unsaid") })
  return cause === null ? reason("alert.lateMany", facts) : reason("alert.lateManyFailing", { ...facts, why: cause })
}
