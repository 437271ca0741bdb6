/** Proposes a declaration for records that nobody has declared yet: columns, types, the key. */
import type { ColumnType } from "../../config/Column.ts"
import { columnProblem } from "../../config/declare/Names.ts"
import { camelCase, pointerText, snakeCase } from "../../config/Pointer.ts"
import { compilePattern } from "../../config/values/DatePattern.ts"
import { parseIso } from "../../config/values/DateText.ts"
import type { SourceRecord } from "../../upstream/Source.ts"

export interface ProposedField {
  readonly column: string
  readonly type: ColumnType | `${ColumnType}[]`
  /** Present if it is neither the column's own name nor its camelCase. */
  readonly from?: string
  readonly format?: string
}

export interface Proposal {
  readonly records: number
  readonly key: ReadonlyArray<string>
  readonly fields: ReadonlyArray<ProposedField>
}

interface Guess {
  readonly type: ColumnType
  readonly format?: string
  readonly fits: (value: unknown) => boolean
}

/**
 * Money as text, such as `1250.50`. Excludes text that a number type would alter or misread: `09.2024` and `007.5`
 * begin with a zero, and `10.2024` is a month, like its neighbour.
 */
const isDecimalText = (text: string): boolean =>
  /^-?(?:0|[1-9]\d*)\.\d+$/.test(text) && !/^(?:1[0-2]|[1-9])\.(?:19|20)\d\d$/.test(text)

/** Excludes fractions finer than the microseconds that PostgreSQL stores. */
const isMoment = (text: string): boolean => text.length > 10 && parseIso(text) !== undefined && !/[.,]\d{7}/.test(text)

const texts = (fits: (text: string) => boolean) => (value: unknown) => typeof value === "string" && fits(value)

/** From the most to the least specific type; the first that fits every value is proposed. */
const guesses: ReadonlyArray<Guess> = [
  { type: "boolean", fits: (value) => typeof value === "boolean" || value === "true" || value === "false" },
  // Ids grow, so whole numbers are proposed as bigint from the start.
  { type: "bigint", fits: (value) => typeof value === "number" && Number.isSafeInteger(value) },
  {
    type: "decimal",
    fits: (value) => typeof value === "number" || (typeof value === "string" && isDecimalText(value))
  },
  { type: "uuid", fits: texts((text) => /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(text)) },
  { type: "date", fits: texts((text) => text.length === 10 && parseIso(text) !== undefined) },
  { type: "timestamp", fits: texts(isMoment) },
  { type: "date", format: "dd.MM.yyyy", fits: texts((text) => compilePattern("dd.MM.yyyy")(text) !== undefined) },
  { type: "text", fits: (value) => typeof value !== "object" }
]

const isSaid = (value: unknown): boolean => value !== null && value !== undefined && value !== ""

type Scalar = Pick<Guess, "type" | "format">

const plain = (said: ReadonlyArray<unknown>): Scalar => {
  const found = guesses.find(({ fits }) => said.every(fits))
  if (found === undefined) return { type: "json" }
  return found.format === undefined ? { type: found.type } : { type: found.type, format: found.format }
}

/** Proposes a list: XML gives one value where others have several. Only JSON keeps empty or mixed lists and objects. */
const several = (said: ReadonlyArray<unknown>): Pick<ProposedField, "type" | "format"> => {
  const items = said.flat().filter(isSaid)
  const { type, ...format } = plain(items)
  const isKept =
    items.length > 0 && type !== "json" && (type !== "text" || items.every((item) => typeof item === "string"))
  return isKept ? { type: `${type}[]`, ...format } : { type: "json" }
}

/** Proposes text for a column that never held anything, because text takes whatever comes. */
const guess = (values: ReadonlyArray<unknown>): Pick<ProposedField, "type" | "format"> => {
  const said = values.filter(isSaid)
  if (said.length === 0) return { type: "text" }
  return said.some(Array.isArray) ? several(said) : plain(said)
}

const isUnique = (records: ReadonlyArray<SourceRecord>, name: string): boolean => {
  const values = records.map((record) => record[name])
  return (
    values.every((value) => value !== null && value !== undefined && typeof value !== "object") &&
    new Set(values).size === records.length
  )
}

/** Among columns that are unique on the page, a key's name counts more than a price that happens to be unique. */
const keyRanks = [/^id$/, /(?:^|_)(?:id|uuid|guid)$/, /(?:^|_)(?:key|code|number|no|sku)$/]
const keyTypes = new Set<ProposedField["type"]>(["bigint", "uuid", "text"])

const rank = ({ column, type }: ProposedField): number => {
  const at = keyRanks.findIndex((pattern) => pattern.test(column))
  return (at < 0 ? keyRanks.length : at) + (keyTypes.has(type) ? 0 : keyRanks.length)
}

/** The prefix of a name in an XML namespace. */
const prefix = /^(@?)[\p{L}_][\p{L}\d_.-]*:(?=[\p{L}_])/u

/** Returns a valid and unique column name: `id` beside `ID` is `id_2`. */
const columnOf = (name: string, taken: ReadonlySet<string>): string => {
  const plain = snakeCase(name.replace(prefix, "$1")) || "value"
  for (let n = 1; ; n++) {
    const ending = n === 1 ? "" : `_${n}`
    let cut = plain
    while (Buffer.byteLength(cut + ending) > 63) cut = [...cut].slice(0, -1).join("")
    const column = cut + ending
    if (!taken.has(column) && columnProblem(column) === undefined) return column
  }
}

export const propose = (records: ReadonlyArray<SourceRecord>): Proposal => {
  // A field without a name cannot be pointed at.
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))].filter((name) => name !== "")
  const taken = new Set<string>()
  const fields = names.map((name) => {
    const column = columnOf(name, taken)
    taken.add(column)
    // If two fields could be meant by the column, `from` has to name one.
    const isDefault = column === name || (camelCase(column) === name && !names.includes(column))
    const field: ProposedField = {
      column,
      ...(isDefault ? {} : { from: pointerText([name]) }),
      ...guess(records.map((record) => record[name]))
    }
    return { name, field }
  })
  const unique = fields
    .filter(({ field, name }) => field.type !== "json" && isUnique(records, name))
    .toSorted((a, b) => rank(a.field) - rank(b.field))
  const key = unique[0]?.field.column
  return { records: records.length, key: key === undefined ? [] : [key], fields: fields.map(({ field }) => field) }
}
