/** JSON values that are inspected without a schema: what vendors put beside records has no declared form. */

export type JsonObject = Readonly<Record<string, unknown>>

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Wraps a value that is not an object, so that its column can say `from: value` and an unexpected one is a reject. */
export const asRecord = (value: unknown): JsonObject => (isJsonObject(value) ? value : { value })
