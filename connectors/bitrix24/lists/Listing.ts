/**
 * How each kind of object is listed. A page has 50 records, always. Where a list can be asked for the records behind an id, it
 * is: nothing slides over a page's end then, and one page may name the next one's beginning within a batch.
 */
import { isJsonObject } from "../../../core/sdk.ts"
import type { Params } from "../portal/Query.ts"
import type { PortalObject } from "./PortalObject.ts"

export const pageSize = 50

export interface ById {
  readonly field: string
  /** The place of a record's id in a result, as `$result` names it: `[items][49][id]`. */
  readonly place: (at: number) => string
}

export interface Listing {
  readonly method: string
  readonly params: Params
  /** Beside that of the declaration. */
  readonly filter?: Params
  readonly filterParam: string
  readonly selectParam?: string
  readonly orderParam?: string
  readonly records: (result: unknown) => ReadonlyArray<unknown> | undefined
  /** Absent: pages are counted by `start`. */
  readonly byId?: ById
  /** The filter for what has changed since a time. */
  readonly changedSince?: string
}

const listIn = (result: unknown): ReadonlyArray<unknown> | undefined => (Array.isArray(result) ? result : undefined)

const itemsIn = (result: unknown): ReadonlyArray<unknown> | undefined =>
  isJsonObject(result) ? listIn(result.items) : undefined

export const listingOf = (object: PortalObject): Listing => {
  switch (object.kind) {
    case "item":
      return {
        method: "crm.item.list",
        params: { entityTypeId: object.entityTypeId },
        filterParam: "filter",
        selectParam: "select",
        orderParam: "order",
        records: itemsIn,
        byId: { field: "id", place: (at) => `[items][${at}][id]` },
        changedSince: ">=updatedTime"
      }
    case "list":
      return {
        method: "lists.element.get",
        params: { IBLOCK_TYPE_ID: object.type, IBLOCK_ID: object.id },
        filterParam: "FILTER",
        selectParam: "SELECT",
        orderParam: "ELEMENT_ORDER",
        records: listIn,
        byId: { field: "ID", place: (at) => `[${at}][ID]` },
        changedSince: ">=TIMESTAMP_X"
      }
    case "user":
      return {
        method: "user.get",
        params: { sort: "ID", order: "ASC" },
        filterParam: "FILTER",
        records: listIn,
        changedSince: ">=TIMESTAMP_X"
      }
    case "status":
      return {
        method: "crm.status.list",
        params: {},
        filter: object.directory === undefined ? {} : { ENTITY_ID: object.directory },
        filterParam: "filter",
        records: listIn
      }
  }
}

/** How one object is read by its id. */
export const oneOf = (object: PortalObject) => {
  switch (object.kind) {
    case "item":
      return {
        method: "crm.item.get",
        params: (id: string): Params => ({ entityTypeId: object.entityTypeId, id }),
        record: (result: unknown) => (isJsonObject(result) ? result.item : undefined)
      }
    case "list":
      return {
        method: "lists.element.get",
        params: (id: string): Params => ({ IBLOCK_TYPE_ID: object.type, IBLOCK_ID: object.id, ELEMENT_ID: id }),
        record: firstIn
      }
    case "user":
      return { method: "user.get", params: (id: string): Params => ({ ID: id }), record: firstIn }
    case "status":
      return { method: "crm.status.get", params: (id: string): Params => ({ id }), record: (result: unknown) => result }
  }
}

const firstIn = (result: unknown): unknown => listIn(result)?.[0]

export const idOf = (record: unknown, { field }: ById): string | undefined => {
  const id = isJsonObject(record) ? record[field] : undefined
  return typeof id === "number" || typeof id === "string" ? String(id) : undefined
}
