// @ts-check
/** The input of an action as fields of a form: from its JSON Schema, and back to JSON. */

import { errorOf } from "../base/errors.js"

/** @import { JsonSchema } from "../types.js" */

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {"text" | "number" | "integer" | "choice" | "date" | "moment" | "json"} kind
 * @property {boolean} required
 * @property {boolean} nullable
 * @property {string} about
 * @property {JsonSchema} schema
 * @property {unknown[]} choices
 */

/** The name of the single field for input that is not an object with known keys. */
export const whole = ""

/** `[]`: it takes no input. @returns {Field[]} */
export const fieldsOf = (/** @type {JsonSchema} */ root) => {
  const { flat } = flattened(root, root)
  if (flat.maxProperties === 0) return []
  const isForm = flat.type === "object" && flat.properties !== undefined && flat.additionalProperties === false
  if (!isForm) return [fieldOf(whole, root, root, true)]
  const required = new Set(flat.required ?? [])
  return Object.entries(flat.properties).map(([name, schema]) => fieldOf(name, schema, root, required.has(name)))
}

const fieldOf = (
  /** @type {string} */ name,
  /** @type {JsonSchema} */ schema,
  /** @type {JsonSchema} */ root,
  /** @type {boolean} */ required
) => {
  const { flat, nullable } = flattened(schema, root)
  const choices = flat.type === "boolean" ? [true, false] : (flat.enum ?? ("const" in flat ? [flat.const] : []))
  /** @type {Field} */
  const field = {
    name,
    kind: kindOf(flat, choices),
    required,
    nullable,
    about: flat.description ?? "",
    schema: flat,
    choices
  }
  return field
}

/** Resolves one level of references, annotations and null. */
const flattened = (/** @type {JsonSchema} */ schema, /** @type {JsonSchema} */ root) => {
  const { $ref, allOf = [], anyOf, ...own } = schema
  const name = typeof $ref === "string" ? decodeURIComponent($ref.replace("#/$defs/", "")) : ""
  const some = (anyOf ?? []).filter((/** @type {JsonSchema} */ one) => one.type !== "null" && !isNoNumber(one))
  const nullable = (anyOf ?? []).some((/** @type {JsonSchema} */ one) => one.type === "null")
  const parts = [root.$defs?.[name] ?? {}, ...(some.length === 1 ? some : []), own, ...allOf]
  return { flat: Object.assign({}, ...parts, some.length > 1 ? { anyOf: some } : {}), nullable }
}

/** The strings for numbers that JSON cannot express. */
const isNoNumber = (/** @type {JsonSchema} */ schema) => schema.type === "string" && schema.enum?.includes("NaN")

/** @returns {Field["kind"]} */
const kindOf = (/** @type {JsonSchema} */ flat, /** @type {unknown[]} */ choices) => {
  if (flat.anyOf !== undefined) return "json"
  if (choices.length > 0) return choices.every((one) => typeof one !== "object") ? "choice" : "json"
  if (flat.type === "number" || flat.type === "integer") return flat.type
  if (flat.type !== "string") return "json"
  if (flat.format === "date") return "date"
  return flat.format === "date-time" ? "moment" : "text"
}

/** The initial value of a JSON field: its required keys, with empty values. */
const skeleton = (/** @type {JsonSchema} */ schema, /** @type {JsonSchema} */ root, depth = 0) => {
  const { flat } = flattened(schema, root)
  /** @type {(inner: JsonSchema) => unknown} */
  const within = (inner) => (depth > 5 ? null : skeleton(inner, root, depth + 1))
  if (flat.type === "array") return /** @type {JsonSchema[]} */ (flat.prefixItems ?? []).map(within)
  if (flat.type === "object") {
    const needed = /** @type {string[]} */ (flat.required ?? [])
    return Object.fromEntries(needed.map((name) => [name, within(flat.properties?.[name] ?? {})]))
  }
  return flat.type === "string" ? "" : null
}

/** @returns {string} The initial text of the field. */
export const initial = (/** @type {Field} */ { kind, required, schema }, /** @type {JsonSchema} */ root) =>
  kind === "json" && required ? JSON.stringify(skeleton(schema, root), null, 2) : ""

/**
 * The input, or the problems by field. Empty fields are omitted.
 * @param {Field[]} fields
 * @param {(field: Field) => string} textOf
 * @returns {{ input: unknown, problems: Map<string, string> }}
 */
export const collect = (fields, textOf) => {
  /** @type {Map<string, string>} */
  const problems = new Map()
  /** @type {Record<string, unknown>} */
  const input = {}
  for (const field of fields) {
    try {
      const value = valueIn(field, textOf(field))
      if (value !== undefined) input[field.name] = value
    } catch (error) {
      problems.set(field.name, `This is no JSON: ${errorOf(error).message}`)
    }
  }
  return { input: fields[0]?.name === whole ? input[whole] : input, problems }
}

const valueIn = (/** @type {Field} */ { choices, kind, nullable, required }, /** @type {string} */ text) => {
  if (text.trim() === "") return nullable && required ? null : undefined
  if (kind === "json") return JSON.parse(text)
  if (kind === "choice") return choices.find((one) => String(one) === text)
  if (kind === "moment") return new Date(text).toISOString()
  return kind === "number" || kind === "integer" ? Number(text) : text
}
