/** A key of the configuration for people: its meaning, its default and an example, from its JSON Schema. */
import { examples } from "./examples.ts"
import { isJson, type Json, type Key, listOf, objectOf, type Section } from "./Sections.ts"

export interface DescribedKey {
  readonly name: string
  readonly meaning: string
  /** Empty: there is none. */
  readonly default: string
  /** A line of YAML; empty if nothing gives one. */
  readonly example: string
}

const sentencesOf = (text: string): ReadonlyArray<string> =>
  text.split(/(?<=[.!?])\s+(?=[\p{Lu}\d{`])/u).filter((sentence) => sentence !== "")

const isDefault = (sentence: string): boolean => /^Default\b/.test(sentence)

const defaultIn = (description: string): string =>
  sentencesOf(description)
    .filter(isDefault)
    .map((sentence) => sentence.replace(/^Default:?\s*/, "").replace(/\.$/, ""))
    .join("; ")

/** The meaning alone. */
export const meaningIn = (description: string): string =>
  sentencesOf(description)
    .filter((sentence) => !isDefault(sentence))
    .join(" ")

/** The end of an example in a sentence, outside quotes and brackets. */
const ends = ["; ", ": ", ", or ", ", which "]

/** The end of the example that a text begins with. */
const endOf = (text: string): number => {
  let depth = 0
  let quote = ""
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at)
    if (quote !== "") quote = sign === quote ? "" : quote
    else if (sign === '"' || sign === "'") quote = sign
    else if ("{[".includes(sign)) depth++
    else if ("}]".includes(sign)) depth--
    else if (depth === 0 && ends.some((end) => text.startsWith(end, at))) return at
  }
  return text.length
}

/** `as in` introduces an example, with or without its key. */
const exampleIn = (name: string, description: string): string | undefined => {
  for (const sentence of sentencesOf(description)) {
    const [, rest] = /\bas in (?=\S)(.+)$/i.exec(sentence.replace(/\.$/, "")) ?? []
    if (rest === undefined) continue
    const value = rest.startsWith(`${name}: `) ? rest.slice(name.length + 2) : rest
    return value.slice(0, endOf(value))
  }
  return undefined
}

const flat = (schema: Json): ReadonlyArray<Json> => [
  schema,
  ...[...listOf(schema.anyOf), ...listOf(schema.allOf)].map(objectOf).flatMap(flat)
]

const isSecret = (schema: Json): boolean => flat(schema).some(({ $ref }) => $ref === "#/$defs/Secret")

const valuesIn = (schema: Json): ReadonlyArray<unknown> => flat(schema).flatMap((one) => listOf(one.enum))

/** A default that is one plain value, with or without an explanation. */
const plainDefault = (text: string): string | undefined => /^[\w./:-]+$/.exec(text.split(/[:;,] /)[0] ?? "")?.[0]

const isPlainText = (text: string): boolean => /^[\p{L}\d/][\p{L}\d_./:% -]*$/u.test(text)

/** On one line, as YAML. */
const written = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`
  if (isJson(value)) {
    return `{ ${Object.entries(value)
      .map(([name, one]) => `${written(name)}: ${written(one)}`)
      .join(", ")} }`
  }
  return typeof value === "string" && !isPlainText(value) ? JSON.stringify(value) : String(value)
}

const exampleOf = (title: string, { name, schema }: Key, description: string): string | undefined => {
  const known = examples[title]?.[name] ?? exampleIn(name, description)
  if (known !== undefined) return known
  if (isSecret(schema)) return "{ secret: NAME }"
  const usual = plainDefault(defaultIn(description))
  const other = valuesIn(schema).find((value) => String(value) !== usual)
  if (other !== undefined) return written(other)
  if (flat(schema).some(({ type }) => type === "boolean")) return usual === "true" ? "false" : "true"
  const [first] = flat(schema).flatMap(({ examples }) => listOf(examples))
  return usual ?? (first === undefined ? undefined : written(first))
}

/** The keys that must be there, else the first one. */
const below = (section: Section, sections: ReadonlyMap<string, Section>): string => {
  const [form] = section.forms
  const keys = form?.keys ?? []
  const needed = keys.filter(({ isRequired }) => isRequired)
  const shown = (needed.length > 0 ? needed : keys.slice(0, 1)).map((key) => exampleLine(section.title, key, sections))
  return `{ ${shown.filter((line) => line !== "").join(", ")} }`
}

const exampleLine = (title: string, key: Key, sections: ReadonlyMap<string, Section>): string => {
  const { name, schema } = key
  const section = key.section === undefined ? undefined : sections.get(key.section)
  const example =
    exampleOf(title, key, descriptionOf(schema)) ??
    (section && inPlace(schema, below(section, sections))) ??
    (isEmptyMap(schema) ? "{}" : undefined)
  return example === undefined ? "" : `${name}: ${example}`
}

/** Where the map is an entry of a map by name, or an item of a list. */
const inPlace = (schema: Json, map: string): string => {
  if (flat(schema).some(({ properties }) => properties !== undefined)) return map
  return flat(schema).some(({ items }) => items !== undefined) ? `[${map}]` : `{ name: ${map} }`
}

/** As an action has it that takes no settings. */
const isEmptyMap = ({ not }: Json): boolean => not !== undefined

const descriptionOf = ({ description }: Json): string => (typeof description === "string" ? description : "")

/** Values that the description does not name. */
const choices = (schema: Json, description: string): string => {
  const values = valuesIn(schema).map(String)
  const isPlain = values.every((value) => /^[\w-]+$/.test(value))
  const isTold = values.every((value) => description.includes(value))
  return values.length < 2 || isTold || !isPlain ? "" : `One of ${values.join(", ")}.`
}

/** `title`: the section in which the key stands. */
export const describeKey = (
  title: string,
  key: Key,
  sections: ReadonlyMap<string, Section> = new Map()
): DescribedKey => {
  const { isRequired, name, schema } = key
  const description = descriptionOf(schema)
  return {
    name,
    meaning: [meaningIn(description), choices(schema, description)].filter((part) => part !== "").join(" "),
    default: isRequired ? "required" : defaultIn(description),
    example: exampleLine(title, key, sections)
  }
}
