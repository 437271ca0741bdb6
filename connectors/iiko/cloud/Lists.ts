/** The lists of iikoCloud that nest too deep for a pointer, or come in two parts, each flattened to records. */
import type { Entity } from "../../../core/config/Entity.ts"
import type { SourceRecord } from "../../../core/upstream/Source.ts"
import type { List } from "./ByOrganization.ts"

/**
 * A record is a product that a terminal group has stopped, or of which some portions are left. A product that is listed
 * by its sizes is one record, with the smallest balance of them.
 */
export const stopLists: List = {
  path: "/api/1/stop_lists",
  records: "terminalGroupStopLists",
  flatten: ({ items, terminalGroupId }) => {
    // Rejected for want of a product, so that nothing is deleted: its list is not known.
    if (!Array.isArray(items)) return [{ terminalGroupId }]
    const products = new Map<unknown, SourceRecord>()
    for (const item of items.map(Object)) {
      const other = products.get(item.productId)
      if (other !== undefined && !(Number(item.balance) < Number(other.balance))) continue
      products.set(item.productId, { ...item, dateAdd: inUtc(item.dateAdd), terminalGroupId })
    }
    return [...products.values()]
  }
}

/** Those that are switched off are listed apart, and come on again in the morning. */
export const terminalGroups: List = {
  path: "/api/1/terminal_groups",
  records: "terminalGroups",
  beside: "terminalGroupsInSleep",
  flatten: (item) => [item]
}

/** Whatever it is called. */
export const isStopList = ({ request }: Entity): boolean => request.path === stopLists.path

/** iikoCloud writes UTC without saying so, and a time without a zone would be taken for the chain's. */
const inUtc = (time: unknown): unknown =>
  typeof time === "string" && !/(?:Z|[+-]\d{2}:?\d{2})$/i.test(time) ? `${time}Z` : time
