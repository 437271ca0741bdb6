/** Values of fields from places in what is known: `/payload/phone` as it is, `{/programme/title}` within a text. */
import { follow, type Json, tokensOf } from "../../../core/sdk.ts"

/** What was sent, and what was found for it. */
export interface Known {
  readonly payload: Json
  readonly form?: Readonly<Record<string, unknown>>
  readonly programme?: Readonly<Record<string, unknown>>
  readonly contact?: { readonly id: number }
}

export const valueAt = (known: Known, place: string): unknown => follow(known, tokensOf(place) ?? [])

const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : ""

export const textAt = (known: Known, place: string | undefined): string =>
  place === undefined ? "" : textOf(valueAt(known, place)).trim()

const placeholder = /\{(\/[^{}]*)\}/g

type FieldValue = string | number | boolean | ReadonlyArray<number>

const filled = (known: Known, value: FieldValue): Json => {
  if (typeof value !== "string") return typeof value === "object" ? [...value] : value
  if (value.startsWith("/")) return jsonOf(valueAt(known, value))
  return value.replaceAll(placeholder, (_, place: string) => textOf(valueAt(known, place)))
}

/** What came as JSON is JSON. */
const jsonOf = (value: unknown): Json => {
  if (Array.isArray(value)) return value.map(jsonOf)
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null
}

/** Fields without a value are left out: they would empty what the portal fills itself. */
export const filledFields = (
  known: Known,
  fields: Readonly<Record<string, FieldValue>>
): Readonly<Record<string, Json>> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const json = filled(known, value)
      return json === null || json === "" ? [] : [[name, json] as const]
    })
  )

/** A list of names, or one text that lists them. */
export const namesAt = (known: Known, place: string): ReadonlyArray<string> => {
  const value = valueAt(known, place)
  const names = Array.isArray(value) ? value.map(textOf) : textOf(value).split(/[\n;,]/)
  return [...new Set(names.map((name) => name.trim()).filter((name) => name !== ""))]
}
