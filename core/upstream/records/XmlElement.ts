/**
 * An XML element as a record: children by name, repeated names as an array, a leaf as its text, an empty element as null,
 * attributes as `@name`. Text beside attributes or children is `#text`; namespace declarations are left out.
 */
import type { Xml } from "effect/encoding"
import type { SourceRecord } from "../Source.ts"

const isDeclaration = (attribute: string): boolean => attribute.startsWith("xmlns") || attribute.startsWith("xsi:")

const isBlank = (text: string): boolean => text.trim() === ""

/**
 * The vendor chooses the names: `constructor` must not count as already present, and `__proto__` is a name like any
 * other.
 */
const put = (record: Record<string, unknown>, name: string, value: unknown): void => {
  const present = Object.hasOwn(record, name) ? record[name] : undefined
  if (name === "__proto__") {
    const merged = present === undefined ? value : [present, value].flat()
    Object.defineProperty(record, name, { value: merged, configurable: true, enumerable: true, writable: true })
  } else if (present === undefined) record[name] = value
  else if (Array.isArray(present)) present.push(value)
  else record[name] = [present, value]
}

const contentOf = (element: Xml.Element): unknown => {
  const [only, second] = element.children
  const record = attributesOf(element)
  if (second === undefined && (only === undefined || typeof only === "string")) {
    if (record === undefined) return only ?? null
    if (only !== undefined) record["#text"] = only
    return record
  }
  return withChildren(element, record ?? {})
}

const attributesOf = ({ attributes }: Xml.Element): Record<string, unknown> | undefined => {
  let record: Record<string, unknown> | undefined
  for (const name in attributes) {
    if (isDeclaration(name)) continue
    record ??= {}
    record[`@${name}`] = attributes[name]
  }
  return record
}

const withChildren = ({ children }: Xml.Element, record: Record<string, unknown>): Record<string, unknown> => {
  for (const child of children) {
    if (typeof child !== "string") put(record, child.name, contentOf(child))
    else if (!isBlank(child)) put(record, "#text", child)
  }
  return record
}

export const recordOf = (element: Xml.Element): SourceRecord => withChildren(element, attributesOf(element) ?? {})
