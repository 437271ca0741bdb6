/** Proposes a declaration for records that nobody has declared yet: columns, types, the key. */
import type { ColumnType } from "../../config/Column.ts"
import { columnProblem } from "../../config/declare/NameRules.ts"
import { camelCase, follow, pointerText, snakeCase } from "../../config/Pointer.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import { plainText } from "../map/ElementText.ts"
import { guessInCommas } from "./GuessDecimal.ts"
import { guessValue, hasValue, type ValueGuess } from "./GuessValue.ts"

export interface ProposedField {
  readonly column: string
  readonly type: ColumnType | `${ColumnType}[]`
  /** Present if it is neither the column's own name nor its camelCase. */
  readonly from?: string
  readonly format?: string
  readonly true?: ReadonlyArray<string>
  readonly false?: ReadonlyArray<string>
}

export interface Proposal {
  readonly records: number
  readonly key: ReadonlyArray<string>
  /** All columns that are unique, the likeliest key first. */
  readonly unique: ReadonlyArray<string>
  readonly fields: ReadonlyArray<ProposedField>
  /** The place in the records of each column. */
  readonly places: ReadonlyMap<string, ReadonlyArray<string>>
  /** Columns whose values can be read in another format too, which follows. */
  readonly unsure: ReadonlyArray<{ readonly column: string; readonly format: string; readonly example: string }>
}

type Guess = Pick<ProposedField, "type" | "format" | "true" | "false">

const plain = ({ format, type, words }: ValueGuess): Guess => ({
  type,
  ...(format === undefined ? {} : { format }),
  ...(words === undefined ? {} : { true: [words[0]], false: [words[1]] })
})

/** Proposes a list: XML gives one value where others have several. Only JSON keeps empty or mixed lists and objects. */
const several = (present: ReadonlyArray<unknown>, name: string): Guess => {
  const items = present.flat().filter(hasValue)
  const { type, words, ...rest } = guessValue(items, name)
  const isKept =
    items.length > 0 &&
    words === undefined &&
    type !== "json" &&
    (type !== "text" || items.every((item) => typeof item === "string"))
  const format = rest.format === undefined ? {} : { format: rest.format }
  return isKept ? { type: `${type}[]`, ...format } : { type: "json" }
}

interface GuessedColumn extends Guess {
  readonly others?: ReadonlyArray<string>
  readonly example?: unknown
}

/** Proposes text for a column that never held anything, because text takes whatever comes. */
const guess = (values: ReadonlyArray<unknown>, name: string, decimal: "," | undefined): GuessedColumn => {
  const present = values.filter(hasValue)
  if (present.length === 0) return { type: "text" }
  if (present.some(Array.isArray)) return several(present, name)
  const found = decimal === undefined ? guessValue(present, name) : guessInCommas(present, name)
  return { ...plain(found), ...(found.others === undefined ? {} : { others: found.others, example: present[0] }) }
}

export const areUnique = (values: ReadonlyArray<unknown>): boolean =>
  values.every((value) => value !== null && value !== undefined && value !== "" && typeof value !== "object") &&
  new Set(values).size === values.length

/** Among columns that are unique on the page, a key's name counts more than a price that happens to be unique. */
const keyRanks = [
  /^(?:id|ид)$/,
  /(?:^|_)(?:id|uuid|guid|ид|гуид)$/,
  /(?:^|_)(?:key|code|number|no|sku)$|(?:^|_)(?:код|номер|артикул)(?:$|_)/
]
const keyTypes = new Set<ProposedField["type"]>(["bigint", "uuid", "text"])

const rank = ({ column, type }: ProposedField): number => {
  const at = keyRanks.findIndex((pattern) => pattern.test(column))
  return (at < 0 ? keyRanks.length : at) + (keyTypes.has(type) ? 0 : keyRanks.length)
}

/** Whether a column is a key by its name. */
export const isNamedKey = (column: string): boolean => keyRanks.some((pattern) => pattern.test(column))

/** The prefix of a name in an XML namespace. */
const prefix = /^(@?)[\p{L}_][\p{L}\d_.-]*:(?=[\p{L}_])/u

/** Returns a valid and unique column name: `id` beside `ID` is `id_2`. */
const columnOf = (name: string, taken: ReadonlySet<string>): string =>
  freeName(snakeCase(name.replace(prefix, "$1")) || "value", taken)

export const freeName = (plain: string, taken: ReadonlySet<string>): string => {
  for (let n = 1; ; n++) {
    const ending = n === 1 ? "" : `_${n}`
    let cut = plain
    while (Buffer.byteLength(cut + ending) > 63) cut = [...cut].slice(0, -1).join("")
    const column = cut + ending
    if (!taken.has(column) && columnProblem(column) === undefined) return column
  }
}

export interface ProposeOptions {
  /** Columns whose guess has proved wrong. */
  readonly asText?: ReadonlySet<string>
  /** The sign before the fractions of the file, if it is known. */
  readonly decimal?: "," | undefined
  /** The values are elements: attributes beside a text are no part of it, as in a sync. */
  readonly isXml?: boolean | undefined
  /** Present if the records are rows, which have their cells by position: their titles, as far as they are known. */
  readonly titles?: ReadonlyArray<string> | undefined
}

export const propose = (
  records: ReadonlyArray<SourceRecord>,
  { asText = new Set(), decimal, isXml = false, titles }: ProposeOptions = {}
): Proposal => {
  const found =
    titles === undefined ? namesIn(records).map((name) => ({ name, tokens: [name] })) : cellsIn(records, titles)
  const names = found.map(({ name }) => name)
  const taken = new Set<string>()
  const unsure: Array<Proposal["unsure"][0]> = []
  const fields = found.map(({ name, tokens }) => {
    const column = name === keyOfRecord && !names.includes("id") ? "id" : columnOf(name, taken)
    taken.add(column)
    // If two fields could be meant by the column, `from` has to name one.
    const isDefault =
      tokens.length === 1 && (column === name || (camelCase(column) === name && !names.includes(column)))
    const raw = records.map((record) => follow(record, tokens))
    const values = isXml ? raw.map(plainText) : raw
    const { example, others = [], ...guessed } = asText.has(column) ? widest(values) : guess(values, name, decimal)
    for (const format of others) unsure.push({ column, format, example: String(example) })
    const field: ProposedField = { column, ...(isDefault ? {} : { from: pointerText(tokens) }), ...guessed }
    return { tokens, values, field }
  })
  const unique = fields
    .filter(({ field, values }) => field.type !== "json" && areUnique(values))
    .toSorted((a, b) => rank(a.field) - rank(b.field))
  const key = unique[0]?.field.column
  return {
    records: records.length,
    key: key === undefined ? [] : [key],
    unique: unique.map(({ field }) => field.column),
    fields: fields.map(({ field }) => field),
    places: new Map(fields.map(({ field, tokens }) => [field.column, tokens])),
    unsure
  }
}

/** Where a reader puts the name under which a record stands in an object that is the list. */
export const keyOfRecord = "#key"

/** The fields with a name, in the record itself; a record's key only if no field repeats it. */
const namesIn = (records: ReadonlyArray<SourceRecord>): ReadonlyArray<string> => {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))].filter(
    (name) => name !== "" && name !== keyOfRecord && !name.startsWith("../")
  )
  const isKeyed = records.some((record) => Object.hasOwn(record, keyOfRecord))
  const repeats = (name: string) => records.every((record) => String(record[name]) === String(record[keyOfRecord]))
  return isKeyed && !names.some(repeats) ? [keyOfRecord, ...names] : names
}

/** The cells of rows. A reader puts what is no object into `value`. */
const cellsIn = (records: ReadonlyArray<SourceRecord>, titles: ReadonlyArray<string>) => {
  const width = Math.max(0, ...records.map(({ value }) => (Array.isArray(value) ? value.length : 0)))
  return Array.from({ length: width }, (_, at) => ({
    name: titles[at] ?? `column_${at + 1}`,
    tokens: ["value", String(at)]
  }))
}

/** The type that takes all of the values. */
const widest = (values: ReadonlyArray<unknown>): GuessedColumn => ({
  type: values.some((value) => typeof value === "object" && value !== null) ? "json" : "text"
})
