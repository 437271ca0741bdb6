/** Checks that need all entities: tables written twice, columns of other tables, `forEach`. */
import { reason } from "../../reason/Reason.ts"
import { type TableName, typeText } from "../Column.ts"
import { depthOf, type Entity, entityId, readerName } from "../Entity.ts"
import { placeOf } from "../files/Problems.ts"
import { namesRecord } from "../NamedRecord.ts"
import { withNearest } from "../Nearest.ts"
import { checkLeads } from "./ByKey.ts"
import { atKey, atValue, type BuiltEntity } from "./EntityDraft.ts"
import { withForEach } from "./ForEach.ts"
import { checkKeptTables } from "./KeptTables.ts"
import { withBoundsTaken } from "./WindowColumns.ts"

/** `known` has every declared name, including those too broken to build. */
export const finish = (built: ReadonlyArray<BuiltEntity>, known: ReadonlySet<string>): ReadonlyArray<Entity> => {
  checkTables(built)
  checkKeptTables(built)
  const byId = new Map(built.map((one) => [entityId(one.entity), one]))
  const byTable = Map.groupBy(built, ({ entity }) => tableText(entity.table))
  return built.map((one) => {
    checkLookups(one, byTable)
    checkChild(one, byId)
    checkLeads(one, byId)
    return withBoundsTaken(withForEach(one, built, known), built)
  })
}

const tableText = (table: TableName): string =>
  table.schema === "public" ? table.name : `${table.schema}.${table.name}`

/**
 * Each of two entities would delete the other's rows as missing from its source, unless a constant distinguishes them.
 */
const checkTables = (built: ReadonlyArray<BuiltEntity>): void =>
  built.forEach((one, index) => {
    for (const other of built.slice(0, index)) {
      if (tableText(one.entity.table) !== tableText(other.entity.table)) continue
      if (!apart(one.entity, other.entity)) {
        atValue(
          one.declared,
          ["table"],
          reason("table.shared", {
            table: tableText(one.entity.table),
            entity: entityId(other.entity),
            place: placeOf(other.declared.owner)
          }),
          reason("table.apart")
        )
        return
      }
      checkSameShape(one, other)
    }
  })

const apart = (a: Entity, b: Entity): boolean =>
  Object.entries(a.scope).some(([name, value]) => Object.hasOwn(b.scope, name) && b.scope[name] !== value)

const checkSameShape = (one: BuiltEntity, other: BuiltEntity): void => {
  for (const column of one.entity.columns) {
    const twin = other.entity.columns.find(({ name }) => name === column.name)
    if (twin === undefined || (twin.type === column.type && twin.array === column.array)) continue
    atKey(
      one.declared,
      ["fields", column.name],
      reason("table.otherType", {
        column: column.name,
        type: typeText(column),
        other: typeText(twin),
        entity: entityId(other.entity)
      })
    )
  }
  const key = (entity: Entity) => [...entity.key].sort().join(", ")
  if (key(one.entity) !== key(other.entity)) {
    atValue(
      one.declared,
      ["key"],
      reason("table.keys", { key: key(one.entity), other: key(other.entity), entity: entityId(other.entity) })
    )
  }
}

/**
 * A table that no entity writes belongs to somebody else: the database knows its columns, the configuration does not.
 */
const checkLookups = (
  { declared, entity }: BuiltEntity,
  byTable: ReadonlyMap<string, ReadonlyArray<BuiltEntity>>
): void => {
  for (const { lookup, name } of entity.columns) {
    if (lookup === undefined) continue
    const columns = byTable
      .get(tableText(lookup.table))
      ?.flatMap((one) => one.entity.columns.map((column) => column.name))
    if (columns === undefined) continue
    for (const part of ["key", "value"] as const) {
      if (columns.includes(lookup[part])) continue
      const why = reason("table.noColumn", { table: tableText(lookup.table), column: lookup[part] })
      atValue(declared, ["fields", name, "lookup", part], withNearest(why, lookup[part], columns))
    }
  }
}

const mirrors = ({ mode }: Entity): boolean => mode === "mirror" || mode === "replace"

/** Deletes of a child are limited to the parents that were read, so its key must name the parent. */
const checkChild = ({ declared, entity }: BuiltEntity, byId: ReadonlyMap<string, BuiltEntity>): void => {
  const parent = byId.get(`${entity.connector}.${readerName(entity)}`)
  if (entity.parent === undefined || parent === undefined || !mirrors(entity) || mirrors(parent.entity)) return
  if (namesRecord(entity, parent.entity)) return
  atValue(
    declared,
    ["key"],
    reason("parent.noMirror", { parent: entityId(parent.entity) }),
    reason("parent.intoKey", {
      key: parent.entity.key.join(", "),
      example: `parent_id: { from: ${"../".repeat(depthOf(entity))}id, … }`
    })
  )
}
