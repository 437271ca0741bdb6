/** What only shows when all entities are known: tables written twice, columns of other tables, `forEach`. */
import { atKey, atValue, type Declared, hasField } from "./Declared.ts"
import { type Column, type Entity, entityId, type TableName } from "./Entity.ts"
import { nearest, suggest } from "./Nearest.ts"
import { placeOf } from "./Problems.ts"

export interface Built {
  readonly declared: Declared
  readonly entity: Entity
}

/** `known` has every name that was declared, also those too broken to build. */
export const finish = (built: ReadonlyArray<Built>, known: ReadonlySet<string>): ReadonlyArray<Entity> => {
  checkTables(built)
  const byId = new Map(built.map((one) => [entityId(one.entity), one]))
  const byTable = Map.groupBy(built, ({ entity }) => tableText(entity.table))
  return built.map((one) => {
    checkLookups(one, byTable)
    checkChild(one, byId)
    return withForEach(one, byId, known)
  })
}

const tableText = (table: TableName): string =>
  table.schema === "public" ? table.name : `${table.schema}.${table.name}`

/** Each would delete the other's rows as gone from its source, unless a constant keeps them apart. */
const checkTables = (built: ReadonlyArray<Built>): void =>
  built.forEach((one, index) => {
    for (const other of built.slice(0, index)) {
      if (tableText(one.entity.table) !== tableText(other.entity.table)) continue
      if (!apart(one.entity, other.entity)) {
        atValue(
          one.declared,
          ["table"],
          `the table ${tableText(one.entity.table)} is also written by ${entityId(other.entity)} (${placeOf(other.declared.owner)}), and no scope keeps them apart`,
          "give it another table, or each a scope with its own value, as in scope: { kind: a }"
        )
        return
      }
      checkSameShape(one, other)
    }
  })

const apart = (a: Entity, b: Entity): boolean =>
  Object.entries(a.scope).some(([name, value]) => name in b.scope && b.scope[name] !== value)

const checkSameShape = (one: Built, other: Built): void => {
  for (const column of one.entity.columns) {
    const twin = other.entity.columns.find(({ name }) => name === column.name)
    if (twin === undefined || (twin.type === column.type && twin.array === column.array)) continue
    atKey(
      one.declared,
      ["fields", column.name],
      `"${column.name}" is ${typeText(column)} here and ${typeText(twin)} in ${entityId(other.entity)}, which writes the same table`
    )
  }
  const key = (entity: Entity) => [...entity.key].sort().join(", ")
  if (key(one.entity) !== key(other.entity)) {
    atValue(
      one.declared,
      ["key"],
      `the key of one table is one: ${key(one.entity)} here, ${key(other.entity)} in ${entityId(other.entity)}`
    )
  }
}

const typeText = ({ array, type }: Column): string => (array ? `${type}[]` : type)

/** A table that no entity writes is somebody else's: the database knows its columns, the configuration does not. */
const checkLookups = ({ declared, entity }: Built, byTable: ReadonlyMap<string, ReadonlyArray<Built>>): void => {
  for (const { lookup, name } of entity.columns) {
    if (lookup === undefined) continue
    const columns = byTable
      .get(tableText(lookup.table))
      ?.flatMap((one) => one.entity.columns.map((column) => column.name))
    if (columns === undefined) continue
    for (const part of ["key", "value"] as const) {
      if (columns.includes(lookup[part])) continue
      const message = `${tableText(lookup.table)} has no column "${lookup[part]}"${suggest(lookup[part], columns)}`
      atValue(declared, ["fields", name, "lookup", part], message)
    }
  }
}

const mirrors = ({ mode }: Entity): boolean => mode === "mirror" || mode === "replace"

/** Deletes of a child stay inside the parents that were read, which its key must therefore name. */
const checkChild = ({ declared, entity }: Built, byId: ReadonlyMap<string, Built>): void => {
  const parent = byId.get(`${entity.connector}.${entity.parent}`)
  if (parent === undefined || !mirrors(entity) || mirrors(parent.entity)) return
  const fromParent = entity.columns.filter(
    ({ name, source }) => entity.key.includes(name) && source._tag === "Pointer" && source.pointer.up === 1
  )
  if (fromParent.length > 0) return
  atValue(
    declared,
    ["key"],
    `${entityId(parent.entity)} does not mirror, so this entity may delete only rows of the parents that were read, and its key names no parent`,
    "put a column from the parent into the key, as in parent_id: { from: ../id, … }, or say mode: upsert"
  )
}

const withForEach = (
  { declared, entity }: Built,
  byId: ReadonlyMap<string, Built>,
  known: ReadonlySet<string>
): Entity => {
  const { forEach } = declared.yaml
  if (forEach === undefined) return entity
  const id = forEach.entity.includes(".") ? forEach.entity : `${declared.connector}.${forEach.entity}`
  const path = ["forEach", "entity"]
  if (id === entityId(entity)) atValue(declared, path, "an entity cannot go through its own rows")
  const target = byId.get(id)
  if (target === undefined) {
    if (!known.has(id) && !known.has(`${id.split(".")[0]}.*`))
      atValue(declared, path, `there is no entity ${id}${suggestEntity(declared, forEach.entity, known)}`)
    return entity
  }
  const names = target.entity.columns.map(({ name }) => name)
  for (const [param, column] of Object.entries(forEach.params)) {
    if (names.includes(column) || hasField(target.declared, column)) continue
    atValue(declared, ["forEach", "params", param], `${id} has no column "${column}"${suggest(column, names)}`)
  }
  const { onStatus, params } = forEach
  const through = { table: target.entity.table, params }
  return { ...entity, forEach: onStatus === "skip" ? through : { ...through, onStatus } }
}

const suggestEntity = (declared: Declared, written: string, known: ReadonlySet<string>): string => {
  const own = [...known].flatMap((id) =>
    id.startsWith(`${declared.connector}.`) ? id.slice(declared.connector.length + 1) : []
  )
  return nearest(written, own) === undefined ? suggest(written, known) : suggest(written, own)
}
