/**
 * `crm.deal.*`, `crm.contact.*`, `crm.company.*` and `crm.lead.*`: the same elements, in which every value is a text and most
 * refusals have no code. Unknown fields are left out in filters, too.
 */
import { visible } from "../../../core/sdk-sandbox.ts"
import { type Called, type Method, pageOf } from "./Called.ts"
import { addTo, change, removeFrom, writtenFields } from "./Elements.ts"
import { camelName, upperName } from "./FieldNames.ts"
import { isKnown, oldFields, userFields } from "./Fields.ts"
import { filtered, ordered } from "./Filter.ts"
import { kinds, type Row } from "./Model.ts"
import { isMap, isYes, listOf, paramOf } from "./Params.ts"
import { Refused } from "./Refused.ts"

const refused = (description: string): Refused => new Refused(400, "", description)

const money = (value: unknown): string => Number(value ?? 0).toFixed(2)

const textOf = (name: string, value: unknown): unknown => {
  if (name === "OPPORTUNITY") return money(value)
  if (Array.isArray(value)) return value.map((one: unknown) => textOf("", one))
  return value === null || value === undefined ? null : String(value)
}

/** Of phones and e-mail addresses, each in a list of its own. */
const reachable = (fm: unknown, type: string) =>
  listOf(fm).flatMap((one) =>
    isMap(one) && one.typeId === type
      ? [{ ID: String(one.id), VALUE_TYPE: one.valueType ?? "WORK", VALUE: one.value, TYPE_ID: type }]
      : []
  )

/** `contactIds` has methods of its own. */
const oldRow = ({ contactIds: _, fm, ...row }: Row): Row => ({
  ...Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const upper = upperName(name)
      return [upper, textOf(upper, value)]
    })
  ),
  ...(fm === undefined ? {} : { PHONE: reachable(fm, "PHONE"), EMAIL: reachable(fm, "EMAIL") })
})

const isMulti = (name: string): boolean => name === "PHONE" || name === "EMAIL"
const isOwnUpper = (name: string): boolean => name.startsWith("UF_")

/** "*" leaves own fields and phones out; own ones come by name or with "UF_*". */
const selected = (row: Row, given: unknown): Row => {
  const names = listOf(given).map(String)
  const wanted = names.length === 0 ? ["*"] : names
  return Object.fromEntries(
    Object.entries(row).filter(
      ([name]) =>
        name === "ID" ||
        wanted.includes(name) ||
        (isOwnUpper(name) ? wanted.includes("UF_*") : !isMulti(name) && wanted.includes("*"))
    )
  )
}

const multi = (fields: Row, name: string) =>
  listOf(fields[name]).map((one) =>
    isMap(one) ? { typeId: name, valueType: one.VALUE_TYPE ?? "WORK", value: one.VALUE } : { typeId: name, value: one }
  )

const camelFields = (fields: Row): Row => ({
  ...Object.fromEntries(
    Object.entries(fields)
      .filter(([name]) => !isMulti(name))
      .map(([name, value]) => [camelName(name), value])
  ),
  ...(isMap(fields) && ("PHONE" in fields || "EMAIL" in fields)
    ? { fm: [...multi(fields, "PHONE"), ...multi(fields, "EMAIL")] }
    : {})
})

const mustBeMap = (called: Called, ...names: ReadonlyArray<string>): Refused | undefined => {
  const wrong = names.find((name) => {
    const value = paramOf(called.params, name)
    return value !== undefined && !isMap(value) && !Array.isArray(value)
  })
  return wrong === undefined ? undefined : refused(`Parameter '${wrong}' must be array.`)
}

const methodsOf = (name: string, entityTypeId: number): Readonly<Record<string, Method>> => {
  const rowsOf = ({ state }: Called) => state.elements.get(entityTypeId) ?? []

  const found = (called: Called): Row | Refused => {
    const id = Number(paramOf(called.params, "id"))
    if (!Number.isInteger(id) || id < 1) return refused("ID is not defined or invalid.")
    return rowsOf(called).find((row) => row.id === id) ?? refused("Not found")
  }

  const list: Method = (called) => {
    const { params, request, state } = called
    const wrong = mustBeMap(called, "order", "filter")
    if (wrong !== undefined) return wrong
    const fieldName = (upper: string) => {
      const field = camelName(upper)
      return isKnown(state, entityTypeId, field) ? field : null
    }
    const rows = filtered(rowsOf(called), paramOf(params, "filter"), fieldName)
    const sorted = rows instanceof Refused ? rows : ordered(rows, paramOf(params, "order"), fieldName, "id")
    if (sorted instanceof Refused) return sorted
    const { rows: page, ...counts } = pageOf(visible(request, sorted), paramOf(params, "start"))
    return { result: page.map((row) => selected(oldRow(row), paramOf(params, "select"))), ...counts }
  }

  const get: Method = (called) => {
    const row = found(called)
    return row instanceof Refused ? row : { result: oldRow(row) }
  }

  const fieldsIn = (called: Called, isImport: boolean): Row | Refused => {
    const given = paramOf(called.params, "fields")
    const wrong =
      isMap(given) || Array.isArray(given) ? mustBeMap(called, "params") : refused("Parameter 'fields' must be array.")
    const may = isImport ? ["createdTime", "updatedTime", "createdBy", "updatedBy"] : []
    return wrong ?? writtenFields(called, entityTypeId, isMap(given) ? camelFields(given) : {}, may)
  }

  const add: Method = (called) => {
    const more = paramOf(called.params, "params")
    const isImport = isMap(more) && isYes(more.IMPORT)
    const fields = fieldsIn(called, isImport)
    return fields instanceof Refused ? fields : { result: addTo(called, entityTypeId, fields, isImport).id }
  }

  const update: Method = (called) => {
    const row = found(called)
    if (row instanceof Refused) return row
    const fields = fieldsIn(called, false)
    if (fields instanceof Refused) return fields
    change(called, entityTypeId, row, fields)
    return { result: true }
  }

  const remove: Method = (called) => {
    const row = found(called)
    if (row instanceof Refused) return row
    removeFrom(called, entityTypeId, row)
    return { result: true }
  }

  return {
    [`crm.${name}.list`]: list,
    [`crm.${name}.get`]: get,
    [`crm.${name}.add`]: add,
    [`crm.${name}.update`]: update,
    [`crm.${name}.delete`]: remove,
    [`crm.${name}.fields`]: ({ state }) => ({ result: oldFields(state, entityTypeId) }),
    [`crm.${name}.userfield.list`]: ({ state }) => {
      const all = userFields(state, entityTypeId, `CRM_${name.toUpperCase()}`)
      return { result: all, total: all.length }
    }
  }
}

/** The contacts of a deal, of which the first one is the main one. */
const dealContacts: Method = ({ params, state }) => {
  const id = Number(paramOf(params, "id"))
  if (!Number.isInteger(id) || id < 1) return refused("The parameter ownerEntityID is invalid or not defined.")
  const deal = state.elements.get(kinds.deal)?.find((row) => row.id === id)
  if (deal === undefined) return refused("Not found.")
  const ids =
    listOf(deal.contactIds).length === 0 && deal.contactId !== null ? [deal.contactId] : listOf(deal.contactIds)
  return {
    result: ids.map((contact, at) => ({
      CONTACT_ID: Number(contact),
      SORT: (at + 1) * 10,
      ROLE_ID: 0,
      IS_PRIMARY: at === 0 ? "Y" : "N"
    }))
  }
}

export const oldElementMethods: Readonly<Record<string, Method>> = {
  ...methodsOf("deal", kinds.deal),
  ...methodsOf("contact", kinds.contact),
  ...methodsOf("company", kinds.company),
  ...methodsOf("lead", kinds.lead),
  "crm.deal.contact.items.get": dealContacts
}
