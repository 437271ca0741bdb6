/** The methods of a portal. Those of elements answer numbers, older ones texts. */
import { type SandboxRequest, visible } from "../../../core/sdk-sandbox.ts"
import { filtered } from "./Filter.ts"
import { kinds, type PortalState, portalTime, type Row } from "./Model.ts"
import { isMap, listOf, type Params } from "./Params.ts"
import { Refused } from "./Refused.ts"

export interface Called {
  readonly state: PortalState
  readonly request: SandboxRequest
  readonly params: Params
  readonly now: number
}

export type Answer = { readonly result: unknown; readonly total?: number; readonly next?: number }

const pageSize = 50

/** `start: -1` counts nothing. */
const pageOf = (
  rows: ReadonlyArray<Row>,
  start: number
): { rows: ReadonlyArray<Row>; total: number; next?: number } => {
  if (start < 0) return { rows: rows.slice(0, pageSize), total: 0 }
  const next = start + pageSize
  return { rows: rows.slice(start, next), total: rows.length, ...(next < rows.length ? { next } : {}) }
}

const rowsOf = ({ params, state }: Called): Array<Row> | Refused =>
  state.elements.get(Number(params.entityTypeId)) ?? new Refused(400, "NOT_FOUND", "SPA not found")

/** Smart processes have one field for an origin. */
const standardFields = (entityTypeId: number): ReadonlyArray<string> =>
  entityTypeId < 128
    ? [
        "id",
        "title",
        "name",
        "lastName",
        "categoryId",
        "stageId",
        "contactId",
        "originatorId",
        "originId",
        "createdTime",
        "updatedTime"
      ]
    : ["id", "title", "xmlId", "createdTime", "updatedTime"]

const fieldsOf = (state: PortalState, entityTypeId: number): ReadonlySet<string> =>
  new Set([
    ...standardFields(entityTypeId),
    ...Object.keys(state.ownFields.get(entityTypeId) ?? {}),
    ...(state.elements.get(entityTypeId) ?? []).flatMap((row) => Object.keys(row))
  ])

const selected = (row: Row, select: unknown): Row => {
  const names = listOf(select).map(String)
  if (names.length === 0 || names.includes("*")) return row
  return Object.fromEntries(Object.entries(row).filter(([name]) => name === "id" || names.includes(name)))
}

const list = (called: Called): Answer | Refused => {
  const { params, request, state } = called
  const rows = rowsOf(called)
  if (rows instanceof Refused) return rows
  const found = filtered(rows, fieldsOf(state, Number(params.entityTypeId)), params.filter)
  if (found instanceof Refused) return found
  const ordered = visible(
    request,
    found.toSorted((one, other) => Number(one.id) - Number(other.id))
  )
  const { rows: page, ...counts } = pageOf(ordered, Number(params.start ?? 0))
  return { result: { items: page.map((row) => selected(row, params.select)) }, ...counts }
}

const found = (called: Called): Row | Refused => {
  const rows = rowsOf(called)
  if (rows instanceof Refused) return rows
  return rows.find(({ id }) => id === Number(called.params.id)) ?? new Refused(400, "NOT_FOUND", "Element not found")
}

const get = (called: Called): Answer | Refused => {
  const row = found(called)
  return row instanceof Refused ? row : { result: { item: row } }
}

/** Fields that nobody knows are left out without a word. */
const knownFields = ({ params, state }: Called): Row => {
  const fields = fieldsOf(state, Number(params.entityTypeId))
  const given = isMap(params.fields) ? params.fields : {}
  const isKnown = (name: string) => fields.has(name) || /^(?:parentId\d+|contactIds|fm|opportunity)$/.test(name)
  return Object.fromEntries(Object.entries(given).filter(([name]) => isKnown(name)))
}

const add = (called: Called): Answer | Refused => {
  const rows = rowsOf(called)
  if (rows instanceof Refused) return rows
  const id = Math.max(0, ...rows.map((row) => Number(row.id))) + 1
  const at = portalTime(called.now)
  const row = { id, ...knownFields(called), createdTime: at, updatedTime: at }
  rows.push(row)
  return { result: { item: row } }
}

const update = (called: Called): Answer | Refused => {
  const row = found(called)
  if (row instanceof Refused) return row
  Object.assign(row, knownFields(called), { updatedTime: portalTime(called.now) })
  return { result: { item: row } }
}

const fields = (called: Called): Answer | Refused => {
  const rows = rowsOf(called)
  if (rows instanceof Refused) return rows
  const entityTypeId = Number(called.params.entityTypeId)
  const standard = standardFields(entityTypeId).map((name) => [name, { type: "string", title: name }] as const)
  return { result: { fields: { ...Object.fromEntries(standard), ...called.state.ownFields.get(entityTypeId) } } }
}

/** In PHP a map without entries is a list. */
const findByComm = ({ params, state }: Called): Answer => {
  const wanted = new Set(listOf(params.values).map(String))
  const contacts = state.elements.get(kinds.contact) ?? []
  const ids = contacts.flatMap(({ fm, id }) =>
    listOf(fm).some((one) => isMap(one) && one.typeId === params.type && wanted.has(String(one.value))) ? [id] : []
  )
  return { result: ids.length === 0 ? [] : { CONTACT: ids.slice(0, 20) } }
}

const users = ({ params, request, state }: Called): Answer => {
  const all = state.users.filter((row) => params.ID === undefined || row.ID === String(params.ID))
  const { rows, ...counts } = pageOf(visible(request, all), Number(params.start ?? 0))
  return { result: rows, ...counts }
}

const statuses = ({ params, request, state }: Called): Answer => {
  const filter = isMap(params.filter) ? params.filter : {}
  const rows = state.statuses.filter((row) => filter.ENTITY_ID === undefined || row.ENTITY_ID === filter.ENTITY_ID)
  return { result: visible(request, rows), total: rows.length }
}

export const methods: Readonly<Record<string, (called: Called) => Answer | Refused>> = {
  profile: ({ state }) => ({
    result: { ID: "1", ADMIN: true, NAME: state.users[0]?.NAME, LAST_NAME: state.users[0]?.LAST_NAME }
  }),
  "crm.item.list": list,
  "crm.item.get": get,
  "crm.item.add": add,
  "crm.item.update": update,
  "crm.item.fields": fields,
  "crm.duplicate.findbycomm": findByComm,
  "user.get": users,
  "crm.status.list": statuses
}
