/**
 * The places where FinTablo's schema and its examples disagree about a field, each with the form that is not the
 * default here. Applied to what is sent, never to what is stored.
 */
import type { Schema } from "effect"
import type { EntityName } from "./Entity.ts"

/** An object as it is sent. */
export type Fields = Record<string, Schema.MutableJson>

/** `undefined`, as input or output, is a missing key. */
type Form = (value: Schema.MutableJson | undefined) => Schema.MutableJson | undefined

const number: Form = (value) => (typeof value === "string" && value !== "" ? Number(value) : value)
const string: Form = (value) => (typeof value === "number" ? String(value) : value)
const integer: Form = (value) => (typeof value === "number" ? Math.trunc(value) : value)
const list: Form = (value) => (value === undefined ? value : [value])
const strayComma: Form = (value) => (value === null || value === undefined ? value : `${value},`)
const missing: Form = () => undefined
const nullForMissing: Form = (value) => value ?? null

const forms = {
  "partner.inn": number,
  "employees.inn": number,
  "employees.regularfix": integer,
  "goods.quantity": string,
  "goods.startQuantity": string,
  "goods.avgCost": string,
  "job.directionId": string,
  "salary.totalPay": list,
  "salary.fee": integer,
  "obtaining.amount": integer,
  "obtaining.cost": integer,
  "obtaining.quantity": integer,
  "deal-salary.value": integer,
  "deal-salary.employeeId": strayComma,
  "amortization.possessionId": strayComma,
  "amortization.date": strayComma,
  "moneybag-group.isBuiltIn": missing,
  "transaction.isPlan": missing,
  "transaction.value2": nullForMissing,
  "transaction.moneybag2Id": nullForMissing
} as const satisfies Record<string, Form>

export type DriftName = keyof typeof forms

/** Applies those of the given drifts that concern this list to an item. */
export const withDrift = (name: EntityName, item: Fields, drifts: ReadonlyArray<DriftName>): Fields => {
  let sent = item
  for (const drift of drifts) {
    if (!drift.startsWith(`${name}.`)) continue
    const field = drift.slice(name.length + 1)
    const { [field]: value, ...rest } = sent
    const form = forms[drift](value)
    sent = form === undefined ? rest : { ...sent, [field]: form }
  }
  return sent
}
