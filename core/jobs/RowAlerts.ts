/** The rows of connectors that people have to see, as alerts. */
import { Effect } from "effect"
import { entityId } from "../config/Entity.ts"
import type { AlertInput } from "../observe/Alerts.ts"
import type { Generation } from "../plugin/Registry.ts"
import { entityFor, type FoundRow, load, orIfNoTable, type RowAlert } from "../plugin/StoredRows.ts"
import * as AlertGroups from "./AlertGroups.ts"
import { someOf } from "./NameList.ts"

interface FoundBy extends FoundRow, AlertGroups.Wrong {
  readonly alert: RowAlert
  readonly entity: string
}

export const read = Effect.fn("RowAlerts.read")(function* ({ declarations, entities, typeOf }: Generation) {
  const found = yield* Effect.forEach(declarations, ({ name }) => {
    const type = typeOf(name)
    return type === undefined ? Effect.succeed([]) : findIn(name, entities, type)
  })
  return found.flat()
})

const findIn = Effect.fnUntraced(function* (
  connector: string,
  entities: Generation["entities"],
  type: Parameters<typeof load>[0]
) {
  const { alerts } = yield* load(type)
  const found = yield* Effect.forEach(alerts, (alert) => {
    const entity = entityFor(alert, connector, entities)
    if (entity === undefined) return Effect.succeed([])
    const subject = `${entityId(entity)} ${alert.name}`
    return Effect.map(orIfNoTable(alert.find(entity), []), (rows) =>
      rows.map((row): FoundBy => ({ ...row, id: `${subject} ${row.id}`, subject, alert, entity: entityId(entity) }))
    )
  })
  return found.flat()
})

/** The alerts, and what the next look needs. */
export const judge = (before: AlertGroups.Grouped, found: ReadonlyArray<FoundBy>) => {
  const { grouped, groups } = AlertGroups.group("rows_found", before, found)
  const alerts = groups.flatMap(([key, rows]) =>
    rows.slice(0, 1).map(({ alert, entity }): AlertInput => {
      const reason = alert.reason({ count: rows.length, names: someOf(rows.map(({ name }) => name)) })
      return { key, kind: "rows_found", subject: entity, reason }
    })
  )
  return { alerts, grouped }
}
