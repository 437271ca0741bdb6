/**
 * The state of the FinTablo sandbox: plain mutable lists in the vendor's own shapes, switches for its known oddities,
 * and counters. Tests read and change it directly.
 */
import type { Schema } from "effect"
import type { DriftName, Fields } from "./Drift.ts"
import type { StoredName } from "./Entity.ts"

/** An object as the vendor stores it. In `salary` the id is the employee's, so it is repeated every month. */
export interface Item {
  id: number
  [field: string]: Schema.MutableJson
}

export type Switches = {
  token: string
  /** The limit of calls per minute and token; those answered with 429 count too. */
  requestsPerMinute: number
  /** Fields sent in the alternative form, where the vendor's schema and example contradict each other. */
  drift: Array<DriftName>
  /** Parts of a split transaction: as rows with `parentId`, or inside their parent under `subs`. */
  splitParts: "rows" | "subs"
  /** PUT of an employee with a position without `positionId` answers 400 and removes the employee. */
  employeePutRemoves: boolean
}

export interface Counters {
  reads: number
  writes: number
  unauthorized: number
  rateLimited: number
}

export interface FintabloState {
  readonly items: Record<StoredName, Array<Item>>
  readonly switches: Switches
  readonly counters: Counters
  /** A new id; all lists, stages and positions share one sequence. */
  readonly nextId: () => number
  /** The default month of `salary`, as `mm.yyyy`. */
  readonly currentMonth: string
}

export const find = (state: FintabloState, name: StoredName, id: number): Item | undefined =>
  state.items[name].find((item) => item.id === id && (name !== "salary" || item.date === state.currentMonth))

/** The objects inside a list field (`stages`, `positions`, `jobs`); anything else counts as an empty list. */
export const parts = (value: Schema.MutableJson | undefined): ReadonlyArray<Fields> =>
  Array.isArray(value) ? value.filter(isObject) : []

const isObject = (value: Schema.MutableJson | undefined): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)
