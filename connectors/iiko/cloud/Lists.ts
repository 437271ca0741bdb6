/** The lists of iikoCloud that are nested too deep for a pointer, or come in two parts, each flattened to records. */
import type { Entity, SourceRecord } from "../../../core/sdk.ts"
import type { List } from "./ByOrganization.ts"

/**
 * A record is a product that a terminal group has stopped, or of which only some portions are left. A product that is
 * listed by size is one record, with the smallest balance of its sizes.
 */
export const stopLists: List = {
  path: "/api/1/stop_lists",
  records: "terminalGroupStopLists",
  flatten: ({ items, terminalGroupId }) => {
    // Rejected because it has no product, so that nothing is deleted: its list is unknown.
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

/** Groups that are switched off are listed separately; they are switched on again in the morning. */
export const terminalGroups: List = {
  path: "/api/1/terminal_groups",
  records: "terminalGroups",
  beside: "terminalGroupsInSleep",
  flatten: (item) => [item]
}

/** Whether the entity reads the stop list, whatever its name. */
export const isStopList = ({ request }: Entity): boolean => request.path === stopLists.path

/** iikoCloud writes UTC without a zone; such a time would be taken for the chain's local time. */
const inUtc = (time: unknown): unknown =>
  typeof time === "string" && !/(?:Z|[+-]\d{2}:?\d{2})$/i.test(time) ? `${time}Z` : time
