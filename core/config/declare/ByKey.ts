/** `one`, how a record is read by its key, and `leads`, which records a list leads to. */
import { reason } from "../../reason/Reason.ts"
import type { Column } from "../Column.ts"
import { type Entity, entityId, type Leads, type OneRecord } from "../Entity.ts"
import { ownKey } from "../KeyedEntity.ts"
import { withNearest } from "../Nearest.ts"
import { tokensOf } from "../Pointer.ts"
import { loadedName } from "../RecordPlaces.ts"
import type { TemplateValue } from "../RequestTemplate.ts"
import { momentOf } from "../values/Moments.ts"
import { atKey, atValue, type BuiltEntity, type EntityDraft, hasField } from "./EntityDraft.ts"
import { checkPath } from "./Request.ts"
import { ofAll } from "./StatusesOfAll.ts"
import { boundTaken } from "./WindowColumns.ts"

const placeholder = /\{([^{}:]*)(?::[^{}]*)?\}/g

export const oneOf = (declared: EntityDraft, key: ReadonlyArray<string>): OneRecord | undefined => {
  const { fields, forEach, format = "json", mode, one } = declared.yaml
  if (one === undefined) return undefined
  const at = ["one"]
  const [column = ""] = key
  if (format !== "json") atKey(declared, at, reason("one.format", { format }))
  if (forEach !== undefined) atKey(declared, at, reason("one.forEach"))
  if (mode === "replace") atKey(declared, at, reason("one.replace"))
  if (key.length > 1) atKey(declared, at, reason("one.key", { key: key.join(", ") }))
  checkPath(declared, ["one", "path"], one.path)
  if (tokensOf(one.records) === undefined) {
    atValue(declared, ["one", "records"], reason("pointer.records", { pointer: one.records }))
  }
  one.gone.forEach((status, index) => {
    if (ofAll.has(String(status))) {
      atValue(declared, ["one", "gone", index], reason("one.status", { status: String(status) }))
    }
  })
  for (const [name, field] of Object.entries(fields)) {
    if (typeof field === "string" || boundTaken(declared, field) === undefined) continue
    atKey(declared, ["fields", name], reason("one.bound"), reason("one.orWindows"))
  }
  checkPlaces(declared, column)
  checkMissing(declared)
  return one
}

/** Values of the column can be compared, and every list has it. */
const checkMissing = (declared: EntityDraft): void => {
  const { fields, mode, one: { missing } = {}, versions } = declared.yaml
  if (missing === undefined) return
  const at = ["one", "missing"]
  const field = fields[missing]
  const type = typeof field === "string" ? field : field?.type
  if (field === undefined) {
    atValue(declared, at, withNearest(reason("column.unknown", { column: missing }), missing, Object.keys(fields)))
  } else if (type === undefined || !ordered.has(type)) {
    atValue(declared, at, reason("one.missingType", { column: missing }))
  }
  if (versions === undefined || mode !== "upsert") atKey(declared, at, reason("one.missingMode"))
}

const ordered: ReadonlySet<string> = new Set(["timestamp", "date", "integer", "bigint", "decimal"])

/** The key is the only value that a request for one record has. */
const checkPlaces = (declared: EntityDraft, column: string): void => {
  const { path = "", query = {} } = declared.yaml.one ?? {}
  const texts = [
    { text: path, at: ["one", "path"] },
    ...Object.entries(query).flatMap(([name, value]) =>
      textsIn(value).map((text) => ({ text, at: ["one", "query", name] }))
    )
  ]
  const names = texts.flatMap(({ at, text }) =>
    [...text.matchAll(placeholder)].map(([place, name = ""]) => ({ at, place, name }))
  )
  for (const { at, name, place } of names) {
    if (name === column || momentOf(name) !== undefined) continue
    atValue(declared, at, withNearest(reason("place.unfilled", { place }), name, [column]))
  }
  if (names.some(({ name }) => name === column)) return
  atValue(declared, ["one", "path"], reason("one.unused", { place: `{${column}}` }))
}

const textsIn = (value: TemplateValue): ReadonlyArray<string> => {
  if (typeof value === "string") return [value]
  return Array.isArray(value) ? value.flatMap(textsIn) : []
}

export const leadsOf = (declared: EntityDraft, columns: ReadonlyArray<Column>): Leads | undefined => {
  const { deletedWhen, leads, where } = declared.yaml
  if (leads === undefined) return undefined
  const column = columns.find(({ name }) => name === leads.by)
  const at = ["leads", "by"]
  if (column === undefined) {
    const names = columns.map(({ name }) => name)
    if (!hasField(declared, leads.by)) {
      atValue(declared, at, withNearest(reason("column.unknown", { column: leads.by }), leads.by, names))
    }
  } else if (
    column.array ||
    column.type === "json" ||
    column.lookup !== undefined ||
    column.source._tag !== "Pointer"
  ) {
    atValue(declared, at, reason("leads.noKey", { column: column.name }))
  }
  checkTime(declared, columns)
  for (const key of ["where", "deletedWhen"] as const) {
    if ({ where, deletedWhen }[key] !== undefined) atKey(declared, [key], reason("leads.selects", { key }))
  }
  return leads
}

/** The column takes nothing from the record. */
const checkTime = (declared: EntityDraft, columns: ReadonlyArray<Column>): void => {
  const { at: name } = declared.yaml.leads ?? {}
  if (name === undefined) return
  const column = columns.find((one) => one.name === name)
  if (column === undefined && !hasField(declared, name)) {
    const why = withNearest(
      reason("column.unknown", { column: name }),
      name,
      columns.map((one) => one.name)
    )
    atValue(declared, ["leads", "at"], why)
  }
  const isPlain = declared.yaml.fields[name] === "timestamp"
  if (column !== undefined && !isPlain) atValue(declared, ["leads", "at"], reason("leads.at", { column: name }))
}

/** The columns of an entity, of which one may have the time at which what its records lead to was loaded. */
export const withLoadedAt = (declared: EntityDraft, columns: ReadonlyArray<Column>): ReadonlyArray<Column> => {
  const { at } = declared.yaml.leads ?? {}
  const source = { _tag: "Pointer", pointer: { up: 0, tokens: [loadedName] } } as const
  return at === undefined ? columns : columns.map((column) => (column.name === at ? { ...column, source } : column))
}

/** Checks what the other entity has to be. */
export const checkLeads = ({ declared, entity }: BuiltEntity, byId: ReadonlyMap<string, BuiltEntity>): void => {
  const { leads } = entity
  if (leads === undefined) return
  const at = ["leads", "to"]
  const id = entityId({ connector: entity.connector, name: leads.to })
  const target = byId.get(id)
  if (target === undefined) {
    const names = [...byId.values()].flatMap((one) =>
      one.entity.connector === entity.connector ? one.entity.name : []
    )
    atValue(declared, at, withNearest(reason("entity.unknown", { name: id }), leads.to, names))
  } else if (target.entity === entity || target.entity.leads !== undefined) {
    atValue(declared, at, reason("leads.further", { entity: id }))
  } else if (target.entity.one === undefined) {
    if (target.declared.tree.entries.has("one")) return
    const example = `one: { path: "…/{${ownKey(target.entity)}}" }`
    atValue(declared, at, reason("leads.noOne", { entity: id }), reason("leads.addOne", { entity: id, example }))
  }
}

/** Without those that are not declared. */
export const byKeyOf = (
  declared: EntityDraft,
  key: ReadonlyArray<string>,
  columns: ReadonlyArray<Column>
): Pick<Entity, "one" | "leads"> => {
  const one = oneOf(declared, key)
  const leads = leadsOf(declared, columns)
  return { ...(one === undefined ? {} : { one }), ...(leads === undefined ? {} : { leads }) }
}
