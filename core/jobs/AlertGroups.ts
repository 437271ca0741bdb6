/**
 * Groups what is wrong into alerts: what comes at the same time is one alert for each subject, and what comes later is another
 * one, because an open alert alarms nobody again.
 */
import { type AlertKind, alertKey } from "../observe/Alerts.ts"

export interface Wrong {
  /** Unique among all of its kind. */
  readonly id: string
  readonly subject: string
}

/** The ids of each alert, by its key. */
export type Grouped = ReadonlyMap<string, ReadonlySet<string>>

/** The groups by the keys of their alerts, and what the next look needs; `before` is that of the last one. */
export const group = <A extends Wrong>(kind: AlertKind, before: Grouped, wrong: ReadonlyArray<A>) => {
  const known = [...before].map(([key, ids]) => [key, wrong.filter(({ id }) => ids.has(id))] as const)
  const told = new Set(known.flatMap(([, some]) => some.map(({ id }) => id)))
  const fresh = Map.groupBy(
    wrong.filter(({ id }) => !told.has(id)),
    ({ subject }) => subject
  )
  const added = [...fresh].map(([subject, some]) => [alertKey(kind, `${subject} ${some[0]?.id}`), some] as const)
  const groups = [...known, ...added].filter(([, some]) => some.length > 0)
  return {
    groups,
    grouped: new Map(groups.map(([key, some]) => [key, new Set(some.map(({ id }) => id))])) satisfies Grouped
  }
}
