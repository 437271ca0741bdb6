/**
 * `forEach` of an entity: the table of the entity whose rows it is read for, or the list of values, and the columns that
 * it takes from each.
 */
import { type Reason, reason } from "../../reason/Reason.ts"
import { deletesMissing } from "../DeletePolicy.ts"
import { depthOf, type Entity, entityId, type ForEach, parentKey, rowParameter } from "../Entity.ts"
import { nearest, withNearest } from "../Nearest.ts"
import type { EntityYaml } from "../schema/EntityYaml.ts"
import { atKey, atValue, type BuiltEntity, type EntityDraft, hasField, readWith } from "./EntityDraft.ts"
import { ofAll } from "./StatusesOfAll.ts"

type ForEachDeclaration = NonNullable<EntityYaml["forEach"]>

/** Checks the keys that belong together: `entity` with `params`, or `values` with `as`. */
export const checkForEach = (declared: EntityDraft): void => {
  const { forEach } = declared.yaml
  if (forEach === undefined) return
  checkStatuses(declared, forEach)
  if (isWritten(declared, "values")) checkValues(declared, forEach)
  else if (forEach.as !== undefined) atKey(declared, ["forEach", "as"], reason("forEach.noValues"))
  else {
    requires(declared, "entity", reason("meaning.forEachEntity"))
    requires(declared, "params", reason("meaning.forEachParams", { place: "{name}" }))
  }
}

const checkStatuses = (declared: EntityDraft, { onStatus }: ForEachDeclaration): void => {
  for (const status of Object.keys(typeof onStatus === "object" ? onStatus : {})) {
    const at = ["forEach", "onStatus", status]
    if (!/^4\d\d$/.test(status)) atKey(declared, at, reason("forEach.noStatus", { status }))
    else if (ofAll.has(status)) atKey(declared, at, reason("forEach.statusOfAll", { status }))
  }
}

const checkValues = (declared: EntityDraft, forEach: ForEachDeclaration): void => {
  for (const key of ["entity", "params"] as const) {
    if (forEach[key] !== undefined) atKey(declared, ["forEach", key], reason("forEach.either", { key }))
  }
  requires(declared, "as", reason("forEach.addAs", { example: "as: city" }))
  const texts = (forEach.values ?? []).map(String)
  texts.forEach((value, at) => {
    const place = ["forEach", "values", at]
    if (texts.indexOf(value) < at) atValue(declared, place, reason("forEach.twice", { value }))
    if (misleads(declared, value)) {
      const why = { placeholder: `{${forEach.as}}`, value: JSON.stringify(value) }
      atValue(declared, place, reason("request.otherAddress", why))
    }
  })
}

/** Whether the value in the path would make it another address, which is never requested. */
const misleads = ({ yaml: { forEach, path = "" } }: EntityDraft, value: string): boolean => {
  const segments = path.split("/").filter((segment) => segment.includes(`{${forEach?.as}}`))
  return segments.some((segment) => value === "" || /^\.{1,2}$/.test(segment.replaceAll(`{${forEach?.as}}`, value)))
}

/** A key that was dropped because of another problem is not missing. */
const isWritten = ({ tree }: EntityDraft, name: keyof ForEachDeclaration): boolean => {
  const forEach = tree.entries.get("forEach")?.value
  return forEach?._tag === "Map" && forEach.entries.has(name)
}

const requires = (declared: EntityDraft, name: keyof ForEachDeclaration, hint: Reason): void => {
  if (!isWritten(declared, name)) atKey(declared, ["forEach"], reason("key.missing", { name }), hint)
}

export const withForEach = (
  one: BuiltEntity,
  built: ReadonlyArray<BuiltEntity>,
  known: ReadonlySet<string>
): Entity => {
  const { forEach } = one.declared.yaml
  if (forEach === undefined) return one.entity
  const entity =
    forEach.values === undefined
      ? withRows(one, forEach, built, known)
      : withValues(one, forEach.values, forEach, built)
  checkSkips(entity, built)
  return entity
}

const withValues = (
  { entity }: BuiltEntity,
  values: NonNullable<ForEachDeclaration["values"]>,
  { as = "", onStatus }: ForEachDeclaration,
  built: ReadonlyArray<BuiltEntity>
): Entity => {
  const params = {
    [as]: as,
    ...takenFrom([as], entity, built, ({ declared }, column, at) => {
      atValue(declared, at, withNearest(reason("place.noParameter", { name: column }), column, [as]))
    })
  }
  return { ...entity, forEach: { values, params, ...statusesOf(onStatus) } }
}

const withRows = (
  { declared, entity }: BuiltEntity,
  { entity: name = "", onStatus, params }: ForEachDeclaration,
  built: ReadonlyArray<BuiltEntity>,
  known: ReadonlySet<string>
): Entity => {
  const id = name.includes(".") ? name : `${declared.connector}.${name}`
  const path = ["forEach", "entity"]
  if (id === entityId(entity)) atValue(declared, path, reason("entity.ownRows"))
  const target = built.find((one) => entityId(one.entity) === id)
  if (target === undefined) {
    if (name !== "" && !known.has(id) && !known.has(`${id.split(".")[0]}.*`))
      atValue(declared, path, suggestEntity(reason("entity.unknown", { name: id }), declared, name, known))
    return entity
  }
  const names = target.entity.columns.map((column) => column.name)
  for (const [param, column] of Object.entries(params ?? {})) {
    if (names.includes(column) || hasField(target.declared, column)) continue
    const why = reason("table.noColumn", { table: id, column })
    atValue(declared, ["forEach", "params", param], withNearest(why, column, names))
  }
  const taken = takenFrom(names, entity, built, (one, column, at) => {
    if (hasField(target.declared, column)) return
    atValue(one.declared, at, withNearest(reason("table.noColumn", { table: id, column }), column, names))
  })
  const scope = target.entity.columns.filter(
    ({ name, source }) => name in target.entity.scope && source._tag === "Constant"
  )
  const through = {
    table: target.entity.table,
    params: { ...params, ...taken },
    ...(scope.length === 0 ? {} : { scope }),
    ...(target.entity.perAccount === true && entity.perAccount === true ? { perAccount: true as const } : {}),
    ...statusesOf(onStatus)
  }
  return { ...entity, forEach: through }
}

/** One word is for the statuses of what is not there. */
const statusesOf = (onStatus: ForEachDeclaration["onStatus"]): Pick<ForEach, "onStatus"> => {
  if (onStatus === undefined) return {}
  return { onStatus: typeof onStatus === "string" ? { 404: onStatus, 410: onStatus } : onStatus }
}

/** Rows of a parent that is skipped stay, so that entities which delete must know them by their key. */
const checkSkips = (reader: Entity, built: ReadonlyArray<BuiltEntity>): void => {
  const { forEach } = reader
  if (forEach === undefined || !Object.values(forEach.onStatus ?? {}).includes("skip")) return
  const [own, column] = "values" in forEach ? Object.values(forEach.params) : ["parent_id", "id"]
  for (const { declared, entity } of readWith(reader, built)) {
    if (!deletesMissing(entity)) continue
    if (parentKey(entity).length > 0 || entity.key.some((column) => isBroken(entity, column))) continue
    const example = `${own}: { from: ${"../".repeat(depthOf(entity) + 1)}${column ?? own}, … }`
    atValue(declared, ["key"], reason("forEach.keyless"), reason("forEach.intoKey", { example }))
  }
}

const isBroken = ({ columns }: Entity, name: string): boolean => columns.every((column) => column.name !== name)

/** The columns of the parent that `from: ../column` takes, in the entity and in its children. */
const takenFrom = (
  columns: ReadonlyArray<string>,
  reader: Entity,
  built: ReadonlyArray<BuiltEntity>,
  onUnknown: (one: BuiltEntity, column: string, at: ReadonlyArray<string>) => void
): Readonly<Record<string, string>> => {
  const taken = readWith(reader, built).flatMap((one) =>
    one.entity.columns.flatMap(({ name: own, source }) => {
      if (source._tag !== "Parameter" || !source.name.startsWith(rowParameter(""))) return []
      const column = source.name.slice(rowParameter("").length)
      if (columns.includes(column)) return [[source.name, column] as const]
      onUnknown(one, column, ["fields", own, "from"])
      return []
    })
  )
  return Object.fromEntries(taken)
}

const suggestEntity = (why: Reason, declared: EntityDraft, written: string, known: ReadonlySet<string>): Reason => {
  const own = [...known].flatMap((id) =>
    id.startsWith(`${declared.connector}.`) ? id.slice(declared.connector.length + 1) : []
  )
  return withNearest(why, written, nearest(written, own) === undefined ? known : own)
}
