/** The lists that iiko answers as XML, with their repeated, nested and empty elements. */
import { Effect } from "effect"
import { visible } from "../../../../core/sdk-sandbox.ts"
import { type IikoState, type User, withoutRevision } from "../Model.ts"
import { changedSince, type Endpoint, isTrue, Refusal, type XmlElement, xmlDocument, xmlList } from "../Responses.ts"

interface XmlListShape<A> {
  readonly root: string
  readonly tag: string
  readonly attributes?: string
  readonly rows: (state: IikoState) => ReadonlyArray<A>
}

const xmlEndpoint =
  <A extends XmlElement & { revision: number; deleted?: boolean }>(shape: XmlListShape<A>): Endpoint =>
  ({ request, query, state }) =>
    Effect.sync(() => {
      const includeDeleted = isTrue(query.get("includeDeleted"), false)
      const changed = changedSince(query)
      const rows = shape.rows(state).filter((row) => changed(row) && (includeDeleted || row.deleted !== true))
      return xmlList(shape.root, shape.tag, visible(request, rows.map(withoutRevision)), shape.attributes)
    })

/** Suppliers are users too: same root, same elements. */
export const suppliers = xmlEndpoint({ root: "employees", tag: "employee", rows: ({ suppliers }) => suppliers })

export const employees = xmlEndpoint({
  root: "employees",
  tag: "employee",
  attributes: ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
  rows: ({ employees }) => employees
})

const oneEmployee = (matches: (user: User, value: string) => boolean): Endpoint =>
  Effect.fnUntraced(function* ({ request, state }) {
    const value = decodeURIComponent(request.path.split("/").at(-1) ?? "")
    const found = state.employees.find((user) => matches(user, value))
    if (found === undefined) return yield* new Refusal({ status: 404, text: `Employee '${value}' not found` })
    return xmlDocument("employee", withoutRevision(found))
  })

export const employeeById = oneEmployee((user, id) => user.id === id)
export const employeeByCode = oneEmployee((user, code) => user.code === code)

export const roles = xmlEndpoint({ root: "employeeRoles", tag: "role", rows: ({ roles }) => roles })

/** The whole corporate tree, whatever the type; a removed node is simply missing. */
export const departments = xmlEndpoint({
  root: "corporateItemDtoes",
  tag: "corporateItemDto",
  rows: ({ corporateItems }) => corporateItems
})

export const stores = xmlEndpoint({
  root: "corporateItemDtoes",
  tag: "corporateItemDto",
  rows: ({ corporateItems }) => corporateItems.filter(({ type }) => type === "STORE")
})

export const groups = xmlEndpoint({ root: "groupDtoes", tag: "groupDto", rows: ({ groups }) => groups })
