/**
 * An entity as YAML again: everything it resolved to, with defaults, in the keys of its file. Values of headers may
 * come from the environment and are omitted.
 */
import { Duration } from "effect"
import { stringify } from "yaml"
import type { Column, DateValue, Entity, Page, Pointer, TableName, TemplateValue } from "../config/Entity.ts"
import { tokenText } from "../config/Pointer.ts"
import { tableId } from "../database/Identifier.ts"

export const typeOf = ({ array, type }: Column): string => (array ? `${type}[]` : type)

const pathOf = (tokens: ReadonlyArray<string>): string => tokens.map(tokenText).join("/")

/** The pointer to a place beside the records. */
const besideOf = (tokens: ReadonlyArray<string>): string => `/${pathOf(tokens)}`

const placeOf = ({ tokens, up }: Pointer): string => {
  const path = pathOf(tokens)
  return up === 1 ? `../${path}` : tokens.length === 1 ? path : `/${path}`
}

const tableName = (table: TableName) => (table.schema === "public" ? table.name : tableId(table))

const fieldOf = (column: Column) => {
  const { format, lookup, required, source } = column
  return {
    ...(source._tag === "Constant" ? { value: source.value } : {}),
    ...(source._tag === "Parameter" ? { value: `{${source.name}}` } : {}),
    ...(source._tag === "Pointer"
      ? {
          from:
            source.otherwise === undefined
              ? placeOf(source.pointer)
              : `${placeOf(source.pointer)}, else ${placeOf(source.otherwise)}`
        }
      : {}),
    type: typeOf(column),
    ...(format === undefined ? {} : { format }),
    ...(required ? { required } : {}),
    ...(column.optional === true ? { optional: true } : {}),
    ...(column.default === undefined ? {} : { default: column.default }),
    ...(lookup === undefined ? {} : { lookup: { ...lookup, table: tableName(lookup.table) } })
  }
}

const isDate = (value: TemplateValue): value is DateValue =>
  typeof value === "object" && value !== null && "sign" in value

const templateOf = (value: TemplateValue): unknown => {
  if (typeof value !== "object" || value === null) return value
  if (isDate(value)) {
    const offset = Duration.isZero(value.offset) ? "" : `${value.sign < 0 ? "-" : "+"}${Duration.format(value.offset)}`
    return { date: `${value.date}${offset}`, format: value.format }
  }
  if (Array.isArray(value)) return value.map(templateOf)
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, templateOf(part)]))
}

const pageOf = (page: Page) =>
  Object.fromEntries(
    Object.entries(page).map(([name, value]: [string, unknown]) => [
      name,
      Array.isArray(value) && name !== "endStatus" ? besideOf(value) : value
    ])
  )

const failOf = ({ fail }: Entity) => (typeof fail === "object" ? { ...fail, pointer: besideOf(fail.pointer) } : fail)

const percent = (share: number): string => `${Number((share * 100).toFixed(6))}%`

const requestOf = ({ request }: Entity) => ({
  path: request.path,
  method: request.method,
  query: templateOf(request.query),
  headers: Object.fromEntries(Object.keys(request.headers).map((name) => [name, "…"])),
  body: request.body === undefined ? undefined : templateOf(request.body)
})

/** The part of the scope that parameters of `forEach` fill. */
const scopeOf = ({ columns, within = [] }: Entity) =>
  Object.fromEntries(
    columns.flatMap(({ name, source }) =>
      source._tag === "Parameter" && within.includes(name) ? [[name, `{${source.name}}`]] : []
    )
  )

const isEmpty = (value: unknown): boolean =>
  value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0)

export const yamlOf = (entity: Entity): string => {
  const { columns, forEach, format, guard, incremental, indexes, key, mode, own, page, parent, records, scope } = entity
  const whole = {
    ...(own === undefined ? requestOf(entity) : { ...Object(own) }),
    ...(own === undefined ? { format, records, page: pageOf(page), fail: failOf(entity) } : {}),
    parent,
    table: tableName(entity.table),
    key: key.length === 1 ? key[0] : key,
    mode,
    scope: { ...scope, ...scopeOf(entity) },
    fields: Object.fromEntries(columns.map((column) => [column.name, fieldOf(column)])),
    guard: { ...guard, maxDelete: percent(guard.maxDelete), maxReject: percent(guard.maxReject) },
    incremental: incremental && {
      ...incremental,
      from: incremental.from && besideOf(incremental.from),
      overlap: typeof incremental.overlap === "number" ? incremental.overlap : Duration.format(incremental.overlap)
    },
    forEach: forEach && { table: tableName(forEach.table), params: forEach.params, onStatus: forEach.onStatus },
    indexes
  }
  const told = Object.fromEntries(Object.entries(whole).filter(([, value]) => !isEmpty(value) && value !== ""))
  return stringify(told, (_, value: unknown) => (Duration.isDuration(value) ? Duration.format(value) : value), {
    lineWidth: 100,
    aliasDuplicateObjects: false
  })
}
