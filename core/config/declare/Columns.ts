/** The columns of an entity: declared fields, constants of its scope, the raw record. */
import type { Redacted } from "effect"
import { type Reason, reason } from "../../reason/Reason.ts"
import { type Column, type ColumnType, columnTypes, type Lookup } from "../Column.ts"
import type { Path } from "../files/Tree.ts"
import { camelCase, parsePointer } from "../Pointer.ts"
import type { FieldYaml } from "../schema/EntityYaml.ts"
import type { Scalar } from "../schema/Scalars.ts"
import { formatProblem } from "../values/ColumnFormat.ts"
import { isMomentText } from "../values/MomentText.ts"
import { numberParser, withStyle } from "../values/NumberFormat.ts"
import { ambiguous } from "../values/NumberText.ts"
import { atKey, atValue, type EntityDraft } from "./EntityDraft.ts"
import { columnProblem, parseTable } from "./NameRules.ts"
import { checkClimb, rowColumn } from "./Parents.ts"
import { parameterOf } from "./Placeholders.ts"
import { keyPlaceOf } from "./Places.ts"
import { checkTransform, hashOf, joinedPlaces } from "./Transform.ts"
import { boundColumn, boundTaken } from "./WindowColumns.ts"

/** `params` are the names that a value may refer to. */
export const columnsOf = (
  declared: EntityDraft,
  key: ReadonlyArray<string>,
  params: ReadonlyArray<string>,
  hashKey?: Redacted.Redacted
): ReadonlyArray<Column> => {
  const { yaml } = declared
  const scope = new Map(Object.entries(yaml.scope))
  const fields = Object.entries(yaml.fields).flatMap(([name, field]) => {
    const problem = columnProblem(name)
    if (problem !== undefined) atKey(declared, ["fields", name], problem)
    const long: FieldYaml = typeof field === "string" ? { type: field } : field
    const isKey = key.includes(name)
    return fieldColumn(declared, name, long, { isKey, scoped: scope.get(name), hashKey }) ?? []
  })
  const constants = [...scope].flatMap(([name, value]): ReadonlyArray<Column> => {
    if (name in yaml.fields) return []
    const problem = columnProblem(name)
    if (problem !== undefined) atKey(declared, ["scope", name], problem)
    if (params.includes(parameterOf(value) ?? "")) {
      const declare = reason("column.declareIt", { example: `${name}: bigint` })
      atKey(declared, ["scope", name], reason("column.unknown", { column: name }), declare)
    }
    return [constant(name, "text", String(value), true)]
  })
  if (fields.length + constants.length === 0 && Object.keys(yaml.fields).length === 0) {
    atValue(declared, ["fields"], reason("column.none"), reason("column.list"))
  }
  const marks = markOf(declared)
  if (!yaml.raw) return [...fields, ...constants, ...marks]
  if ("raw" in yaml.fields) {
    atKey(declared, ["fields", "raw"], reason("column.raw"), reason("column.rename"))
  }
  const raw: Column = { name: "raw", type: "json", array: false, source: { _tag: "Record" }, required: false }
  return [...fields, ...constants, ...marks, raw]
}

/** The column that marks records which say that they are gone: false in the rows of all others. */
const markOf = (declared: EntityDraft): ReadonlyArray<Column> => {
  const { deletedWhen, fields, raw, scope } = declared.yaml
  const mark = deletedWhen?.mark
  if (mark === undefined) return []
  const at = ["deletedWhen", "mark"]
  const problem = columnProblem(mark)
  if (problem !== undefined) atValue(declared, at, problem)
  if (mark in fields || mark in scope || (raw && mark === "raw")) {
    atValue(declared, at, reason("condition.markTaken", { column: mark }))
    return []
  }
  return [constant(mark, "boolean", false, false)]
}

const constant = (name: string, type: ColumnType, value: Scalar, required: boolean): Column => ({
  name,
  type,
  array: false,
  source: { _tag: "Constant", value },
  required
})

const filled = (name: string, type: ColumnType, parameter: string, required: boolean): Column => ({
  name,
  type,
  array: false,
  source: { _tag: "Parameter", name: parameter },
  required
})

const fieldColumn = (
  declared: EntityDraft,
  name: string,
  field: FieldYaml,
  {
    hashKey,
    isKey,
    scoped
  }: {
    readonly isKey: boolean
    readonly scoped: Scalar | undefined
    readonly hashKey: Redacted.Redacted | undefined
  }
): Column | undefined => {
  const path = ["fields", name]
  const fixed = scoped === undefined ? field.value : scoped
  const parameter = parameterOf(fixed)
  const bound = scoped === undefined ? boundTaken(declared, field) : undefined
  const implied = fixed === undefined || parameter !== undefined ? undefined : typeOf(fixed)
  const written = field.type ?? (field.lookup === undefined ? implied : "text")
  if (written === undefined) {
    const usual = bound === undefined ? "bigint" : "date"
    const example = parameter === undefined ? "text" : `{ type: ${usual}, value: "{${parameter}}" }`
    atKey(declared, path, reason("column.noType"), reason("column.writeType", { example: `${name}: ${example}` }))
    return undefined
  }
  const { array, type } = parseType(written)
  checkCombinations(declared, path, field, scoped)
  if (bound !== undefined) return boundColumn(declared, { name, type, array, bound, field, isKey })
  if (fixed !== undefined) {
    const value = scoped === undefined ? [...path, "value"] : ["scope", name]
    if (parameter !== undefined && !array) return filled(name, type, parameter, isKey || field.required === true)
    const problem = array ? reason("column.constantArray") : misfit(fixed, type)
    if (problem !== undefined) atValue(declared, value, problem)
    if (fixed === null && (isKey || field.required)) atValue(declared, value, reason("column.nullRequired"))
    return constant(name, type, fixed, isKey || field.required === true)
  }
  if (field.format !== undefined) {
    const problem = formatProblem(field.format, type)
    if (problem !== undefined) atValue(declared, [...path, "format"], problem)
  }
  if (field.default !== undefined) {
    const problem = array ? reason("column.defaultArray") : misfit(field.default, type, field.format)
    if (problem !== undefined) atValue(declared, [...path, "default"], problem)
  }
  checkTransform(declared, path, { field, type, array, hashKey })
  const format = formatOf(declared, field, type)
  const lookup = field.lookup === undefined ? undefined : lookupOf(declared, path, field.lookup)
  const source = joinedPlaces(declared, path, field) ?? placeOf(declared, path, name, field)
  if (source === undefined) return undefined
  return {
    name,
    type,
    array,
    source,
    required: isKey || field.required === true,
    ...(format === undefined ? {} : { format }),
    ...wordsOf(declared, path, field, type),
    ...(field.transform === undefined ? {} : { transform: field.transform }),
    ...hashOf(field, hashKey),
    ...(field.default === undefined ? {} : { default: field.default }),
    ...(lookup === undefined ? {} : { lookup }),
    ...(field.optional === true ? { optional: true } : {})
  }
}

const numbers = new Set<ColumnType>(["integer", "bigint", "decimal", "double"])

/** The format of a number in a file whose decimal sign is declared. */
const formatOf = (declared: EntityDraft, { format, transform }: FieldYaml, type: ColumnType) => {
  const { decimal } = declared.yaml
  if (decimal === undefined || !numbers.has(type) || transform?.includes("cents") === true) return format
  const style = decimal === "," ? "1.234,56" : "1,234.56"
  return format === undefined ? style : withStyle(format, style)
}

/** Both lists of words, or neither: a word that is not listed must mean something, too. */
const wordsOf = (declared: EntityDraft, path: Path, field: FieldYaml, type: ColumnType): Pick<Column, "words"> => {
  const keys = (["true", "false"] as const).filter((key) => field[key] !== undefined)
  const [first] = keys
  if (first === undefined) return {}
  if (type !== "boolean") {
    atKey(declared, [...path, first], reason("column.wordsType", { type }))
    return {}
  }
  if (keys.length === 1) {
    const example = first === "true" ? "false: [Нет]" : "true: [Да]"
    atKey(declared, [...path, first], reason("column.oneWord"), reason("column.writeWord", { example }))
  }
  const words = { true: (field.true ?? []).map(String), false: (field.false ?? []).map(String) }
  const seen = new Set(words.true.map(plainWord))
  words.false.forEach((word, at) => {
    if (seen.has(plainWord(word))) atValue(declared, [...path, "false", at], reason("column.sameWord", { word }))
  })
  return { words }
}

const plainWord = (word: string): string => word.trim().toLowerCase()

/** The place in the record, or a column's own name. */
const placeOf = (declared: EntityDraft, path: Path, name: string, field: FieldYaml): Column["source"] | undefined => {
  const keyed = keyPlaceOf(declared, [...path, "from"], field.from ?? name)
  const pointer = keyed ?? parsePointer(field.from ?? name)
  if ("code" in pointer) {
    atValue(declared, [...path, "from"], pointer)
    return undefined
  }
  const ofRow = rowColumn(declared, pointer)
  if (ofRow !== undefined) return { _tag: "Parameter", name: ofRow }
  checkClimb(declared, [...path, "from"], pointer)
  return {
    _tag: "Pointer",
    pointer,
    ...(field.from === undefined && camelCase(name) !== name ? { otherwise: { up: 0, tokens: [camelCase(name)] } } : {})
  }
}

const checkCombinations = (declared: EntityDraft, path: Path, field: FieldYaml, scoped: Scalar | undefined): void => {
  const clash = (key: keyof FieldYaml, why: Reason) => {
    if (field[key] !== undefined) atKey(declared, [...path, key], why)
  }
  if (field.required === true) clash("default", reason("column.requiredDefault"))
  if (field.default === null) atValue(declared, [...path, "default"], reason("column.nullDefault"))
  if (scoped !== undefined) {
    for (const key of ["from", "value", "lookup", "transform"] as const) clash(key, reason("column.ofScope", { key }))
  } else if (field.value !== undefined) {
    clash("from", reason("column.constantPlace", { key: "from" }))
    clash("lookup", reason("column.constantLookup"))
    for (const key of ["default", "format", "true", "false", "transform"] as const)
      clash(key, reason("column.constantNeedsNo", { key }))
  }
}

const lookupOf = (declared: EntityDraft, path: Path, lookup: NonNullable<FieldYaml["lookup"]>): Lookup | undefined => {
  const table = parseTable(lookup.table)
  if (!("code" in table)) return { table, key: lookup.key, value: lookup.value }
  atValue(declared, [...path, "lookup", "table"], table)
  return undefined
}

const parseType = (text: string): { readonly type: ColumnType; readonly array: boolean } => {
  const array = text.endsWith("[]")
  const name = array ? text.slice(0, -2) : text
  return { type: columnTypes.find((type) => type === name) ?? "text", array }
}

const typeOf = (value: Scalar): ColumnType => {
  if (typeof value === "boolean") return "boolean"
  if (typeof value !== "number") return "text"
  return Number.isInteger(value) ? "bigint" : "decimal"
}

/** Constants and defaults are the same for every record, so an invalid one would reject all records. */
const misfit = (value: Scalar, type: ColumnType, format?: string): Reason | undefined => {
  if (value === null) return undefined
  if (format !== undefined) return isWritten(value, type, format) ? undefined : unlike(value, `${type} (${format})`)
  const fits = fitting[type]
  return fits === undefined || fits.test(String(value)) ? undefined : unlike(value, type)
}

const unlike = (value: Scalar, type: string): Reason => reason("column.misfit", { value: JSON.stringify(value), type })

/**
 * If the column has a format, the default is written in that format; a fault of the format itself is reported
 * elsewhere.
 */
const isWritten = (value: Scalar, type: ColumnType, format: string): boolean => {
  if (formatProblem(format, type) !== undefined) return true
  const asNumber = (text: string | undefined) => text !== undefined && text !== ambiguous && fits(text)
  const whole = type === "integer" || type === "bigint"
  const fits = (text: string) => !whole || /^[+-]?\d+(?:\.0*)?$/.test(text)
  if (whole || type === "decimal" || type === "double") return asNumber(numberParser(format)(value))
  return isMomentText(String(value), type, format)
}

const fitting: Readonly<Partial<Record<ColumnType, RegExp>>> = {
  uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  integer: /^-?\d{1,10}$/,
  bigint: /^-?\d{1,19}$/,
  decimal: /^-?\d+(?:\.\d+)?$/,
  double: /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i,
  boolean: /^(?:true|false)$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  time: /^\d{2}:\d{2}(?::\d{2})?$/,
  timestamp: /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/
}
