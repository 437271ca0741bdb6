/**
 * An XML element as a record: children by name, repeated names as an array, a leaf as its text, an empty element as null,
 * attributes as `@name`. Text beside attributes or children is `#text`. Namespace prefixes are no part of a name, unless
 * the name is declared with its prefix or the record has the same name without one. Namespace declarations and attributes
 * of `xsi` are left out, unless they are declared.
 */
import type { Xml } from "effect/encoding"
import type { SourceRecord } from "../Source.ts"

/** The names that are declared with a prefix; those of attributes begin with `@`. */
export type PrefixedNames = ReadonlySet<string>

const isDeclaration = (attribute: string): boolean =>
  attribute === "xmlns" || attribute.startsWith("xmlns:") || attribute.startsWith("xsi:")

const isBlank = (text: string): boolean => text.trim() === ""

const localOf = (name: string): string => name.slice(name.indexOf(":") + 1)

/** Whether a name of a path means the element: with a prefix it is that one alone. */
export const isNamed = (declared: string, name: string): boolean =>
  declared === "*" || declared === name || (!declared.includes(":") && declared === localOf(name))

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

const contentOf = (element: Xml.Element, prefixed: PrefixedNames): unknown => {
  const [only, second] = element.children
  const record = attributesOf(element, prefixed)
  if (second === undefined && (only === undefined || typeof only === "string")) {
    if (record === undefined) return only ?? null
    if (only !== undefined) record["#text"] = only
    return record
  }
  return withChildren(element, record ?? {}, prefixed)
}

const attributesOf = ({ attributes }: Xml.Element, prefixed: PrefixedNames): Record<string, unknown> | undefined => {
  let record: Record<string, unknown> | undefined
  for (const name in attributes) {
    const isDeclared = name.includes(":") && prefixed.has(`@${name}`)
    if (!isDeclared && isDeclaration(name)) continue
    record ??= {}
    const local = localOf(name)
    put(record, `@${isDeclared || Object.hasOwn(attributes, local) ? name : local}`, attributes[name])
  }
  return record
}

const withChildren = (
  { children }: Xml.Element,
  record: Record<string, unknown>,
  prefixed: PrefixedNames
): Record<string, unknown> => {
  const plain = plainNames(children)
  for (const child of children) {
    if (typeof child !== "string") {
      const local = localOf(child.name)
      const name = local !== child.name && (plain.has(local) || prefixed.has(child.name)) ? child.name : local
      put(record, name, contentOf(child, prefixed))
    } else if (!isBlank(child)) put(record, "#text", child)
  }
  return record
}

const none: ReadonlySet<string> = new Set()

/** The names without a prefix, if there are any with one. */
const plainNames = (children: Xml.Element["children"]): ReadonlySet<string> =>
  children.some((child) => typeof child !== "string" && child.name.includes(":"))
    ? new Set(children.flatMap((child) => (typeof child === "string" || child.name.includes(":") ? [] : [child.name])))
    : none

export const recordOf = (element: Xml.Element, prefixed: PrefixedNames): SourceRecord =>
  withChildren(element, attributesOf(element, prefixed) ?? {}, prefixed)
