/** `forEach` of an entity: the table of the entity whose rows it is read for, and the columns that it takes from them. */
import { type Reason, reason } from "../../reason/Reason.ts"
import { type Entity, entityId, readerName, rowParameter } from "../Entity.ts"
import { nearest, suggested } from "../Nearest.ts"
import { atValue, type BuiltEntity, type EntityDraft, hasField } from "./EntityDraft.ts"

export const withForEach = (
  { declared, entity }: BuiltEntity,
  built: ReadonlyArray<BuiltEntity>,
  known: ReadonlySet<string>
): Entity => {
  const { forEach } = declared.yaml
  if (forEach === undefined) return entity
  const id = forEach.entity.includes(".") ? forEach.entity : `${declared.connector}.${forEach.entity}`
  const path = ["forEach", "entity"]
  if (id === entityId(entity)) atValue(declared, path, reason("entity.ownRows"))
  const target = built.find((one) => entityId(one.entity) === id)
  if (target === undefined) {
    if (!known.has(id) && !known.has(`${id.split(".")[0]}.*`))
      atValue(declared, path, suggestEntity(reason("entity.unknown", { name: id }), declared, forEach.entity, known))
    return entity
  }
  const names = target.entity.columns.map(({ name }) => name)
  for (const [param, column] of Object.entries(forEach.params)) {
    if (names.includes(column) || hasField(target.declared, column)) continue
    const why = reason("table.noColumn", { table: id, column })
    atValue(declared, ["forEach", "params", param], suggested(why, column, names))
  }
  const { onStatus } = forEach
  const params = { ...forEach.params, ...rowParams(entity, target, built) }
  const scope = target.entity.columns.filter(
    ({ name, source }) => name in target.entity.scope && source._tag === "Constant"
  )
  const through = { table: target.entity.table, params, ...(scope.length === 0 ? {} : { scope }) }
  return { ...entity, forEach: onStatus === "skip" ? through : { ...through, onStatus } }
}

/** The columns of the row that `from: ../column` takes, in the entity and in its children. */
const rowParams = (
  { connector, name }: Entity,
  target: BuiltEntity,
  built: ReadonlyArray<BuiltEntity>
): Readonly<Record<string, string>> => {
  const columns = target.entity.columns.map((column) => column.name)
  const shared = built.filter(({ entity }) => entity.connector === connector && readerName(entity) === name)
  const taken = shared.flatMap(({ declared, entity }) =>
    entity.columns.flatMap(({ name: own, source }) => {
      const column = columns.find((one) => source._tag === "Parameter" && source.name === rowParameter(one))
      if (column !== undefined) return [[rowParameter(column), column] as const]
      if (source._tag !== "Parameter" || !source.name.startsWith(rowParameter(""))) return []
      const missing = source.name.slice(rowParameter("").length)
      if (hasField(target.declared, missing)) return []
      const why = reason("table.noColumn", { table: entityId(target.entity), column: missing })
      atValue(declared, ["fields", own, "from"], suggested(why, missing, columns))
      return []
    })
  )
  return Object.fromEntries(taken)
}

const suggestEntity = (why: Reason, declared: EntityDraft, written: string, known: ReadonlySet<string>): Reason => {
  const own = [...known].flatMap((id) =>
    id.startsWith(`${declared.connector}.`) ? id.slice(declared.connector.length + 1) : []
  )
  return suggested(why, written, nearest(written, own) === undefined ? known : own)
}
