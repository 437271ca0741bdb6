/**
 * The configuration as sections: a map with known keys each, found by walking the JSON Schemas. A map that stands at
 * several places in the same form is one section, which all of them refer to.
 */

export type Json = { readonly [key: string]: unknown }

export interface Key {
  readonly name: string
  readonly schema: Json
  readonly isRequired: boolean
  /** The title of the section about its value, if that has known keys. */
  readonly section?: string
}

/** One form of a map. */
export interface Form {
  /** As in `type: page`; absent if there is one form only. */
  readonly label?: string
  readonly description?: string
  readonly keys: ReadonlyArray<Key>
}

export interface Section {
  /** The place, as in `entity page`; its anchor is the same with dashes. */
  readonly title: string
  /** Other places with a map of this form. */
  readonly aliases: ReadonlyArray<string>
  readonly description: string
  readonly forms: ReadonlyArray<Form>
}

export const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value)
export const objectOf = (value: unknown): Json => (isJson(value) ? value : {})
export const listOf = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])
const textOf = (value: unknown): string => (typeof value === "string" ? value : "")

const nameOf = ($ref: unknown): string => textOf($ref).slice("#/$defs/".length)

/** The schema of a reference to a value elsewhere; no key of the configuration. */
const references = new Set(["Secret", "Variable"])

/** The single literal of a key that distinguishes the members of a union. */
export const literalOf = (schema: unknown): unknown => {
  const values = listOf(objectOf(schema).enum)
  return values.length === 1 ? values[0] : objectOf(schema).const
}

const labelOf = (object: Json): string => {
  const properties = Object.entries(objectOf(object.properties))
  const tag = properties.find(([, schema]) => typeof literalOf(schema) === "string")
  if (tag !== undefined) return `${tag[0]}: ${String(literalOf(tag[1]))}`
  const required = listOf(object.required).map(String)
  return (required.length > 0 ? required : properties.map(([name]) => name)).join(", ")
}

/** Sections that have a name of their own, by their place. */
const renamed: Readonly<Record<string, string>> = { "connector entities": "entity" }

export class Sections {
  readonly #definitions: Json
  readonly #found: Array<Section & { readonly aliases: Array<string> }>
  readonly #known: Map<string, Section & { readonly aliases: Array<string> }>

  /** `before`: the sections of other documents, so that equal maps are described once. */
  constructor(definitions: unknown, before?: Sections) {
    this.#definitions = objectOf(definitions)
    this.#found = before === undefined ? [] : before.#found
    this.#known = before === undefined ? new Map() : before.#known
  }

  get all(): ReadonlyArray<Section> {
    return this.#found
  }

  /** Adds the section of that map and those below it; returns the title under which it is described. */
  add(title: string, schema: unknown, description = ""): string | undefined {
    return this.#add(title, schema, description, new Set())
  }

  #add(title: string, schema: unknown, description: string, open: ReadonlySet<string>): string | undefined {
    const { objects, refs } = this.#objectsIn(schema, open)
    if (objects.length === 0) return undefined
    const form = JSON.stringify(objects)
    const same = this.#known.get(form)
    if (same !== undefined) {
      if (same.title !== title && !same.aliases.includes(title)) same.aliases.push(title)
      return same.title
    }
    const forms: Array<Form> = []
    const section = { title, aliases: [], description, forms }
    this.#found.push(section)
    this.#known.set(form, section)
    for (const object of objects) {
      const required = new Set(listOf(object.required))
      forms.push({
        ...(objects.length === 1 ? {} : { label: labelOf(object) }),
        ...(objects.length > 1 && typeof object.description === "string" ? { description: object.description } : {}),
        keys: Object.entries(objectOf(object.properties)).map(([name, value]) => {
          const inner = objectOf(value)
          const place = `${title} ${name}`
          const below = this.#add(
            renamed[place] ?? place,
            inner,
            textOf(inner.description),
            new Set([...open, ...refs])
          )
          return {
            name,
            schema: inner,
            isRequired: required.has(name),
            ...(below === undefined ? {} : { section: below })
          }
        })
      })
    }
    return title
  }

  /** The maps with known keys that a value may be, or hold as an item of a list or a map by name. */
  #objectsIn(schema: unknown, open: ReadonlySet<string>) {
    const objects: Array<Json> = []
    const refs = new Set<string>()
    const visit = (one: unknown): void => {
      if (!isJson(one)) return
      const { $ref, additionalProperties, allOf, anyOf, items, prefixItems, properties } = one
      if ($ref !== undefined) {
        const name = nameOf($ref)
        if (references.has(name) || open.has(name) || refs.has(name)) return
        refs.add(name)
        visit(this.#definitions[name])
        return
      }
      if (isJson(properties)) objects.push(one)
      for (const inner of [...listOf(anyOf), ...listOf(allOf), ...listOf(prefixItems), items, additionalProperties]) {
        visit(inner)
      }
    }
    visit(schema)
    const distinct = new Map(objects.map((object) => [JSON.stringify(object), object]))
    return { objects: [...distinct.values()], refs }
  }
}
