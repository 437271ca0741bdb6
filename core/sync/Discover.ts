/** Looks at records nobody has declared yet and proposes their declaration: columns, types, the key. */
import type { ColumnType } from "../config/Entity.ts"
import { camelCase } from "../config/Pointer.ts"
import type { SourceRecord } from "../upstream/Source.ts"
import { compilePattern, parseIso } from "./DateText.ts"

export interface ProposedField {
  readonly column: string
  readonly type: ColumnType | `${ColumnType}[]`
  /** Given when it is neither the column's own name nor its camelCase. */
  readonly from?: string
  readonly format?: string
}

export interface Proposal {
  readonly records: number
  readonly key: ReadonlyArray<string>
  readonly fields: ReadonlyArray<ProposedField>
}

const snakeCase = (name: string): string =>
  name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1_$2")
    .replace(/[^\p{L}\d]+/gu, "_")
    .replace(/^_+|_+$/g, "")
    .toLowerCase()

interface Guess {
  readonly type: ColumnType
  readonly format?: string
  readonly fits: (value: unknown) => boolean
}

const texts = (fits: (text: string) => boolean) => (value: unknown) => typeof value === "string" && fits(value)

/** In order of how much they say; the first that fits every value is proposed. */
const guesses: ReadonlyArray<Guess> = [
  { type: "boolean", fits: (value) => typeof value === "boolean" || value === "true" || value === "false" },
  // Ids grow, so whole numbers are proposed as bigint from the start.
  { type: "bigint", fits: (value) => typeof value === "number" && Number.isSafeInteger(value) },
  {
    type: "decimal",
    fits: (value) => typeof value === "number" || (typeof value === "string" && /^-?\d+\.\d+$/.test(value))
  },
  { type: "uuid", fits: texts((text) => /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(text)) },
  { type: "date", fits: texts((text) => text.length === 10 && parseIso(text) !== undefined) },
  { type: "timestamp", fits: texts((text) => text.length > 10 && parseIso(text) !== undefined) },
  { type: "date", format: "dd.MM.yyyy", fits: texts((text) => compilePattern("dd.MM.yyyy")(text) !== undefined) },
  { type: "text", fits: (value) => typeof value !== "object" }
]

/** A column that never held anything is proposed as text: it takes whatever comes. */
const guess = (values: ReadonlyArray<unknown>): Pick<ProposedField, "type" | "format"> => {
  const said = values.filter((value) => value !== null && value !== undefined && value !== "")
  if (said.length === 0) return { type: "text" }
  const found = guesses.find(({ fits }) => said.every(fits))
  if (found === undefined) return { type: "json" }
  return found.format === undefined ? { type: found.type } : { type: found.type, format: found.format }
}

const isUnique = (records: ReadonlyArray<SourceRecord>, name: string): boolean => {
  const values = records.map((record) => record[name])
  return (
    values.every((value) => value !== null && value !== undefined && typeof value !== "object") &&
    new Set(values).size === records.length
  )
}

export const propose = (records: ReadonlyArray<SourceRecord>): Proposal => {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))]
  const fields = names.map((name): ProposedField => {
    const column = snakeCase(name) || "value"
    const from = column === name || camelCase(column) === name ? {} : { from: name }
    return { column, ...from, ...guess(records.map((record) => record[name])) }
  })
  const unique = names.filter((name) => isUnique(records, name)).map(snakeCase)
  const key = unique.includes("id") ? "id" : unique[0]
  return { records: records.length, key: key === undefined ? [] : [key], fields }
}
