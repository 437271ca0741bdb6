/** `crm.item.*`: elements of any kind, in which numbers are numbers. Unknown fields are refused in filters and left out in writes. */
import { visible } from "../../../core/sdk-sandbox.ts"
import { type Answer, type Called, type Method, pageOf, pageSize } from "./Called.ts"
import { camelName, isOwn, upperName } from "./FieldNames.ts"
import { describedFields, fieldOf, isKnown, isSmart } from "./Fields.ts"
import { type FieldName, filtered, firstById, ordered } from "./Filter.ts"
import { portalTime, type Row } from "./Model.ts"
import { isMap, isYes, listOf } from "./Params.ts"
import { Refused } from "./Refused.ts"

const noProcess = new Refused(400, "NOT_FOUND", "SPA not found")
const noItem = new Refused(400, "NOT_FOUND", "Item not found")

const typeOf = ({ params }: Called): number => Number(params.entityTypeId)

const rowsOf = (called: Called): Array<Row> | Refused => called.state.elements.get(typeOf(called)) ?? noProcess

const keepsUf = ({ params }: Called): boolean => isYes(params.useOriginalUfNames)

/** The name in a row. */
const plainName = (called: Called, name: string): string => (isOwn(name) && keepsUf(called) ? camelName(name) : name)

const shown = (called: Called, row: Row): Row =>
  keepsUf(called)
    ? Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          isOwn(name) ? upperName(name, isSmart(typeOf(called))) : name,
          value
        ])
      )
    : row

/** Phones and addresses come with "*" alone. */
const selected = (row: Row, names: ReadonlyArray<string>): Row => {
  if (names.includes("*")) return row
  if (names.length === 0) return Object.fromEntries(Object.entries(row).filter(([name]) => name !== "fm"))
  return Object.fromEntries(
    Object.entries(row).filter(([name]) => name === "id" || (name !== "fm" && names.includes(name)))
  )
}

/** A page behind an id, as fast lists ask for it; a fault has the whole list. */
const isFirstById = ({ params, request }: Called): boolean => {
  const order = Object.entries(isMap(params.order) ? params.order : {})
  const isAscending = order.every(([name, direction]) => name === "id" && String(direction).toUpperCase() === "ASC")
  return Number(params.start) < 0 && isAscending && request.fault === undefined
}

const sortedRows = (rows: ReadonlyArray<Row>, { params }: Called, fieldName: FieldName) => {
  const found = filtered(rows, params.filter, fieldName)
  return found instanceof Refused ? found : ordered(found, params.order, fieldName, "id")
}

const list: Method = (called) => {
  const { params, request, state } = called
  const rows = rowsOf(called)
  if (rows instanceof Refused) return rows
  const fieldName = (given: string): string | undefined => {
    const name = plainName(called, given)
    return isKnown(state, typeOf(called), name) ? name : undefined
  }
  const sorted = isFirstById(called)
    ? firstById(rows, params.filter, fieldName, { count: pageSize, id: "id" })
    : sortedRows(rows, called, fieldName)
  if (sorted instanceof Refused) return sorted
  const { rows: page, ...counts } = pageOf(visible(request, sorted), params.start)
  const names = listOf(params.select).map((name) => plainName(called, String(name)))
  return { result: { items: page.map((row) => shown(called, selected(row, names))) }, ...counts }
}

const found = (called: Called): Row | Refused => {
  const rows = rowsOf(called)
  return rows instanceof Refused ? rows : (rows.find(({ id }) => id === Number(called.params.id)) ?? noItem)
}

const get: Method = (called) => {
  const row = found(called)
  return row instanceof Refused ? row : { result: { item: shown(called, row) } }
}

/** Texts of forms and batches become what the field holds. */
const valueFor = (name: string, type: string, value: unknown): unknown => {
  if (value === null || value === "" || value === undefined) return null
  if (!/^(?:integer|double|enumeration|user|crm_(?!status|currency|multifield).*)$/.test(type)) return value
  const number = Number(value)
  return Number.isFinite(number)
    ? number
    : new Refused(400, "CRM_FIELD_ERROR_VALUE_NOT_VALID", `Invalid value for field "${name}"`)
}

const valuesOf = (name: string, type: string, value: unknown): unknown => {
  if (!isMap(value) && !Array.isArray(value)) {
    return value === "" || value === null
      ? []
      : new Refused(400, "100", `Expected iterable value for multiple field, but got ${typeof value} instead`)
  }
  const values = listOf(value).map((one) => valueFor(name, type, one))
  return values.find((one) => one instanceof Refused) ?? values
}

const phones = (row: Row | undefined, value: unknown): ReadonlyArray<unknown> =>
  listOf(value).map((one, at) => ({ id: Number(row?.id ?? 0) * 100 + at + 1, ...(isMap(one) ? one : {}) }))

/** What a write may set; unknown and read-only fields are left out without a word. `may`: of the read-only ones. */
export const writtenFields = (
  called: Called,
  entityTypeId: number,
  given: unknown,
  may: ReadonlyArray<string> = []
): Row | Refused => {
  const row: Row = {}
  for (const [name, value] of Object.entries(isMap(given) ? given : {})) {
    const plain = plainName(called, name)
    const field = fieldOf(called.state, entityTypeId, plain)
    if (field === undefined || (field.isReadOnly === true && !may.includes(plain))) continue
    const written =
      plain === "fm"
        ? phones(undefined, value)
        : field.isMultiple === true
          ? valuesOf(plain, field.type, value)
          : valueFor(plain, field.type, value)
    if (written instanceof Refused) return written
    row[plain] = written
  }
  return linked(row)
}

/** The first of many contacts is the contact. */
const linked = (row: Row): Row => {
  if (Array.isArray(row.contactIds)) return { ...row, contactId: row.contactIds[0] ?? null }
  return "contactId" in row ? { ...row, contactIds: row.contactId === null ? [] : [row.contactId] } : row
}

export const addTo = (called: Called, entityTypeId: number, fields: Row, isImport = false): Row => {
  const { changes, now, state } = called
  const rows = state.elements.get(entityTypeId) ?? []
  const id = rows.reduce((most, row) => Math.max(most, Number(row.id)), 0) + 1
  const at = portalTime(now)
  const row: Row = { id, createdTime: at, updatedTime: at, createdBy: 1, updatedBy: 1, assignedById: 1, ...fields }
  rows.push(row)
  state.elements.set(entityTypeId, rows)
  changes.push({ kind: "Add", entityTypeId, id, isImport })
  return row
}

export const change = ({ changes, now }: Called, entityTypeId: number, row: Row, fields: Row): void => {
  Object.assign(row, fields, { updatedTime: portalTime(now) })
  changes.push({ kind: "Update", entityTypeId, id: Number(row.id), isImport: false })
}

export const removeFrom = ({ changes, state }: Called, entityTypeId: number, row: Row): void => {
  const rows = state.elements.get(entityTypeId) ?? []
  rows.splice(rows.indexOf(row), 1)
  changes.push({ kind: "Delete", entityTypeId, id: Number(row.id), isImport: false })
}

const add: Method = (called) => {
  const rows = rowsOf(called)
  if (rows instanceof Refused) return rows
  const fields = writtenFields(called, typeOf(called), called.params.fields)
  return fields instanceof Refused ? fields : { result: { item: shown(called, addTo(called, typeOf(called), fields)) } }
}

const update: Method = (called) => {
  const row = found(called)
  if (row instanceof Refused) return row
  const fields = writtenFields(called, typeOf(called), called.params.fields)
  if (fields instanceof Refused) return fields
  change(called, typeOf(called), row, fields)
  return { result: { item: shown(called, row) } }
}

const remove: Method = (called) => {
  const row = found(called)
  if (row instanceof Refused) return row
  removeFrom(called, typeOf(called), row)
  return { result: [] }
}

const fields: Method = (called) => {
  const rows = rowsOf(called)
  if (rows instanceof Refused) return rows
  return { result: { fields: describedFields(called.state, typeOf(called), keepsUf(called)) } }
}

/** May say when it was created, and starts no automation. */
const imported = (called: Called, given: unknown): { readonly item: { readonly id: unknown } } | Refused => {
  const fields = writtenFields(called, typeOf(called), given, ["createdTime", "createdBy", "updatedBy"])
  return fields instanceof Refused ? fields : { item: { id: addTo(called, typeOf(called), fields, true).id } }
}

const importOne: Method = (called) => {
  const rows = rowsOf(called)
  if (rows instanceof Refused) return rows
  const result = imported(called, called.params.fields)
  return result instanceof Refused ? result : { result }
}

const maxImport = 20

const importMany: Method = (called): Answer | Refused => {
  const rows = rowsOf(called)
  if (rows instanceof Refused) return rows
  const all: ReadonlyArray<unknown> = listOf(called.params.data)
  if (all.length > maxImport) {
    return new Refused(400, "MAX_IMPORT_BATCH_SIZE_EXCEEDED", `You cannot import more than ${maxImport} items`)
  }
  const items = all.map((given) => imported(called, given)).map((one) => (one instanceof Refused ? one.body : one))
  return { result: { items } }
}

export const elementMethods: Readonly<Record<string, Method>> = {
  "crm.item.list": list,
  "crm.item.get": get,
  "crm.item.add": add,
  "crm.item.update": update,
  "crm.item.delete": remove,
  "crm.item.fields": fields,
  "crm.item.import": importOne,
  "crm.item.batchimport": importMany
}
