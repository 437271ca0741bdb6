/** What stands beside elements: people, directories, types of smart processes, universal lists, and who has a phone. */
import { visible } from "../../../core/sdk-sandbox.ts"
import { type Called, type Method, pageOf } from "./Called.ts"
import { type FieldName, filtered, ordered } from "./Filter.ts"
import { kinds, portalTime, type Row } from "./Model.ts"
import { isMap, listOf, paramOf } from "./Params.ts"
import { Refused } from "./Refused.ts"

const anyName: FieldName = (name) => name

/** A list whose records have one spelling. */
const listed = (called: Called, rows: ReadonlyArray<Row>, filter: unknown, order: unknown) => {
  const found = filtered(rows, filter, anyName)
  const sorted = found instanceof Refused ? found : ordered(found, order, anyName, "ID")
  if (sorted instanceof Refused) return sorted
  return pageOf(visible(called.request, sorted), paramOf(called.params, "start"))
}

/** `sort` names a field and `order` the direction; a filter may stand beside them. */
const users: Method = (called) => {
  const { params, state } = called
  const id = paramOf(params, "ID")
  const given = paramOf(params, "filter")
  const filter = { ...(isMap(given) ? given : {}), ...(id === undefined ? {} : { ID: id }) }
  const page = listed(called, state.users, filter, { [String(params.sort ?? "ID")]: params.order ?? "ASC" })
  if (page instanceof Refused) return page
  const { rows, ...counts } = page
  return { result: rows, ...counts }
}

/** All at once. */
const statuses: Method = ({ params, request, state }) => {
  const found = filtered(state.statuses, paramOf(params, "filter"), anyName)
  const rows = found instanceof Refused ? found : ordered(found, paramOf(params, "order"), anyName, "ID")
  return rows instanceof Refused ? rows : { result: visible(request, rows), total: rows.length }
}

const types: Method = ({ request, state }) => {
  const rows = [...state.types]
  return { result: { types: visible(request, rows) }, total: rows.length }
}

/** Funnels, which deals alone have here. */
const categories: Method = ({ params, state }) => {
  const rows = Number(params.entityTypeId) === kinds.deal ? state.categories : []
  return { result: { categories: rows }, total: rows.length }
}

const listElements: Method = (called) => {
  const { params, state } = called
  const missing = ["IBLOCK_TYPE_ID", "IBLOCK_ID"].find((name) => paramOf(params, name) === undefined)
  if (missing !== undefined) {
    return new Refused(400, "ERROR_REQUIRED_PARAMETERS_MISSING", `Required parameter \`${missing}\` is missing`)
  }
  const id = Number(paramOf(params, "IBLOCK_ID"))
  const list = state.lists.find((one) => one.id === id && one.type === paramOf(params, "IBLOCK_TYPE_ID"))
  if (list === undefined) return new Refused(400, "ERROR_IBLOCK_NOT_FOUND", "Iblock not found")
  const element = paramOf(params, "ELEMENT_ID")
  const given = paramOf(params, "FILTER")
  const filter = { ...(isMap(given) ? given : {}), ...(element === undefined ? {} : { ID: element }) }
  const page = listed(called, list.elements, filter, paramOf(params, "ELEMENT_ORDER"))
  if (page instanceof Refused) return page
  const { rows, ...counts } = page
  const names = listOf(paramOf(params, "SELECT")).map(String)
  const shown = rows.map((row) =>
    names.length === 0 ? row : Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name)))
  )
  return { result: shown, ...counts }
}

const owners = [
  ["LEAD", kinds.lead],
  ["CONTACT", kinds.contact],
  ["COMPANY", kinds.company]
] as const

const maxFound = 20

const unclear = (what: string, why: string): Refused => new Refused(400, what, why)

/** Exactly as it is written, apart from the signs between the digits; a kind with many hits hides those behind it. */
const findByComm: Method = ({ params, state }) => {
  const { entity_type: only, type, values } = params
  if (type === undefined) return unclear("Communication type is not defined", "Parameter 'type' is required.")
  if (type !== "PHONE" && type !== "EMAIL") {
    const what = `Communication type '${type}' is not supported in current context`
    return unclear(what, what)
  }
  if (listOf(values).length === 0) {
    return unclear("Communication values is not defined", "Parameter 'values' is required.")
  }
  const plain = (text: unknown): string =>
    type === "PHONE" ? String(text).replaceAll(/[^\d+]/g, "") : String(text).trim().toLowerCase()
  const wanted = new Set(listOf(values).slice(0, maxFound).map(plain))
  const result: Row = {}
  for (const [name, kind] of owners) {
    if (only !== undefined && only !== name) continue
    const ids = (state.elements.get(kind) ?? [])
      .filter(({ fm }) => listOf(fm).some((one) => isMap(one) && one.typeId === type && wanted.has(plain(one.value))))
      .map(({ id }) => id)
    if (ids.length > 0) result[name] = ids.slice(0, maxFound)
    if (ids.length >= maxFound) break
  }
  // In PHP a map without entries is a list.
  return { result: Object.keys(result).length === 0 ? [] : result }
}

export const directoryMethods: Readonly<Record<string, Method>> = {
  profile: ({ state }) => ({
    result: { ID: "1", ADMIN: true, NAME: state.users[0]?.NAME, LAST_NAME: state.users[0]?.LAST_NAME }
  }),
  scope: () => ({ result: ["crm", "lists", "user"] }),
  "server.time": ({ now }) => ({ result: portalTime(now) }),
  "user.current": ({ state }) => ({ result: state.users[0] ?? [] }),
  "user.get": users,
  "crm.status.list": statuses,
  "crm.type.list": types,
  "crm.category.list": categories,
  "crm.duplicate.findbycomm": findByComm,
  "lists.element.get": listElements
}
