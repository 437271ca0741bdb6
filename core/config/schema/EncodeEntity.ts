/**
 * An entity as YAML again: everything it resolved to, with defaults, encoded by the schemas that decode its file, so that
 * `check` accepts the text and makes the same entity of it. Values of headers may come from the environment and are left
 * out; a comment names the headers.
 */
import { Schema } from "effect"
import { Document } from "yaml"
import { type Column, type Pointer, type TableName, typeText } from "../Column.ts"
import type { Condition, DeletedWhen } from "../Condition.ts"
import { depthOf, type Entity, entityId, rowParameter } from "../Entity.ts"
import { camelCase, pointerText, pointerTo } from "../Pointer.ts"
import { isBoundName, isKeyName, levelsOf, placeOf as placeAt, placeTexts } from "../RecordPlaces.ts"
import type { Page } from "../RequestTemplate.ts"
import { versionColumns } from "../VersionedEntity.ts"
import type { EntityKeys } from "./ConnectorYaml.ts"
import { EntityYaml, sharedEntityYaml } from "./EntityYaml.ts"
import type { Scalar } from "./Scalars.ts"

/** Omits keys whose value is the default. */
const unlessEmpty = <A extends object | string>(value: A): A | undefined =>
  Object.keys(value).length === 0 ? undefined : value

const withoutUndefined = (value: object) =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined))

/** The pointer to a place beside the records. */
/** How many keys of objects the records of an entity have, and those of the entities between, the nearest first. */
const keysOf = ({ between = [], parent, places, records }: Entity): ReadonlyArray<number> => {
  if (parent === undefined) return [places === undefined ? 0 : levelsOf(places)]
  return [records, ...between.toReversed()].map((one) =>
    levelsOf([placeAt(one)].filter((place) => place !== undefined))
  )
}

const fromOf = ({ tokens, up }: Pointer, entity: Entity): string => {
  const [name = "", deeper] = tokens
  if (isBoundName(name)) return `${"../".repeat(up)}${name}`
  const isKey = deeper === undefined && isKeyName(name)
  if (!isKey) return up > 0 ? `${"/..".repeat(up).slice(1)}${pointerTo(tokens)}` : pointerText(tokens)
  const keys = keysOf(entity)
  if (up === 0 && keys[0] === 0) return pointerTo(tokens)
  const steps = keys.slice(0, up).reduce((sum, count) => sum + Math.max(1, count), 0)
  return `${"../".repeat(steps)}${name}`
}

const tableText = ({ name, schema }: TableName): string => (schema === "public" ? name : `${schema}.${name}`)

/** The place of a column in the record, unless it is the default. */
const placeOf = ({ name, source }: Column, entity: Entity) => {
  if (source._tag === "Constant") return { value: source.value }
  if (name === entity.leads?.at) return {}
  if (source._tag === "Parameter") {
    // `../column` climbs as many levels more as there are records around.
    const isOfRow = source.name.startsWith(rowParameter(""))
    return isOfRow ? { from: `${"../".repeat(depthOf(entity))}${source.name}` } : { value: `{${source.name}}` }
  }
  if (source._tag !== "Pointer" || source.otherwise !== undefined) return {}
  const from = fromOf(source.pointer, entity)
  return from === name && camelCase(name) === name ? {} : { from }
}

/** The long form of a field, or the type alone if it has no other keys. */
const fieldOf = (entity: Entity, column: Column) => {
  const { key, scope, within = [] } = entity
  const { format, lookup, name, optional, required, transform, words } = column
  const long = {
    ...(name in scope || within.includes(name) ? {} : placeOf(column, entity)),
    type: typeText(column),
    ...(format === undefined ? {} : { format }),
    ...words,
    ...(transform === undefined ? {} : { transform }),
    ...(required && !key.includes(name) ? { required } : {}),
    ...(optional === true ? { optional } : {}),
    ...(column.default === undefined ? {} : { default: column.default }),
    ...(lookup === undefined
      ? {}
      : { lookup: { table: tableText(lookup.table), key: lookup.key, value: lookup.value } })
  }
  return Object.keys(long).length === 1 ? long.type : long
}

/** Whether the scope alone can make this column: a text that every row has. */
const isOfScope = ({ scope }: Entity, { array, name, required, source, type }: Column): boolean =>
  name in scope && source._tag === "Constant" && type === "text" && !array && required

/** Without those that the engine adds. */
const columnsOf = ({ columns, perAccount, versions }: Entity) =>
  columns.slice(perAccount === true ? 1 : 0, versions === undefined ? undefined : -versionColumns.length)
const keyOf = ({ key, perAccount }: Entity) => (perAccount === true ? key.slice(1) : key)

/** All columns without the last ones, which the raw record, `mark` and the scope add automatically. */
const fieldsOf = (entity: Entity) => {
  const mark = entity.deletedWhen?.mark
  const columns = columnsOf(entity).filter(({ name, source }) => source._tag !== "Record" && name !== mark)
  const declared = columns.slice(0, columns.findLastIndex((column) => !isOfScope(entity, column)) + 1)
  return Object.fromEntries(declared.map((column) => [column.name, fieldOf(entity, column)]))
}

/** The constants of the scope, and the columns that parameters of `forEach` fill. */
const scopeOf = ({ columns, scope, within = [] }: Entity) => ({
  ...scope,
  ...Object.fromEntries(
    columns.flatMap(({ name, source }) =>
      source._tag === "Parameter" && within.includes(name) ? [[name, `{${source.name}}`]] : []
    )
  )
})

const pageOf = (page: Page) =>
  Object.fromEntries(
    Object.entries(page).flatMap(([name, value]: [string, unknown]) => {
      // `by` says it.
      if (name === "places") return []
      return [[name, Array.isArray(value) && name !== "endStatus" ? pointerTo(value) : value]]
    })
  )

const failOf = ({ fail }: Entity) => (typeof fail === "object" ? { ...fail, pointer: pointerTo(fail.pointer) } : fail)

/** Cursors that are moments, dates or numbers have an overlap; a vendor's own cursor is sent unchanged. */
const incrementalOf = ({ columns, incremental }: Entity) => {
  if (incremental === undefined) return undefined
  const { cursor, format, from, initial, maxAge, ordered, overlap, param } = incremental
  const start = incremental.start && { ...incremental.start, pointer: pointerTo(incremental.start.pointer) }
  if (from !== undefined) return { from: pointerTo(from), param, initial, start, maxAge, ordered }
  const type = columns.find(({ name }) => name === cursor)?.type
  const isSpan = (type === "timestamp" || type === "date") && format !== "text"
  return {
    cursor,
    param,
    overlap: isSpan || typeof overlap === "number" ? overlap : undefined,
    format,
    initial,
    start,
    maxAge,
    ordered
  }
}

/** `entities`: all declared entities, which include the one whose rows `forEach` iterates over. */
const forEachOf = ({ connector, forEach }: Entity, entities: ReadonlyArray<Entity>) => {
  if (forEach === undefined) return undefined
  if ("values" in forEach) {
    const [as] = Object.values(forEach.params)
    return { values: forEach.values, as, ...(forEach.onStatus === undefined ? {} : { onStatus: forEach.onStatus }) }
  }
  const { onStatus, params, scope = [], table } = forEach
  const isTarget = (one: Entity) =>
    tableText(one.table) === tableText(table) &&
    scope.every(({ name, source }) => source._tag === "Constant" && one.scope[name] === source.value)
  const target = entities.find(isTarget)
  if (target === undefined) return undefined
  return {
    entity: target.connector === connector ? target.name : entityId(target),
    params: Object.fromEntries(Object.entries(params).filter(([name]) => !name.startsWith(rowParameter("")))),
    ...(onStatus === undefined ? {} : { onStatus })
  }
}

const conditionsOf = (conditions: ReadonlyArray<Condition>, entity: Entity) =>
  Object.fromEntries(
    conditions.map(({ comparison: { is, not, ...others }, otherwise, pointer }) => {
      const from = fromOf(pointer, entity)
      // A plain name would be looked for in camelCase, too, or is a key of `deletedWhen`.
      const isPlain = camelCase(from) === from ? from !== "mark" : otherwise !== undefined
      return [
        isPlain || pointer.up > 0 ? from : pointerTo(pointer.tokens),
        is === undefined ? { ...(not === undefined ? {} : { not: single(not) }), ...others } : single(is)
      ]
    })
  )

const deletedWhenOf = ({ conditions, mark }: DeletedWhen, entity: Entity) => ({
  ...conditionsOf(conditions, entity),
  ...(mark === undefined ? {} : { mark })
})

/** A list of one is written as its value. */
const single = (values: ReadonlyArray<Scalar>) => (values.length === 1 ? values[0] : values)
const recordsOf = ([first, ...others]: ReadonlyArray<string>) => (others.length === 0 ? first : [first, ...others])

const requestOf = (entity: Entity) => {
  const { charset, csv, format, page, records, request, separator } = entity
  return {
    path: request.path,
    method: request.method,
    query: unlessEmpty(request.query),
    body: request.body,
    form: request.form,
    graphql: request.graphql,
    format,
    records: entity.places === undefined ? unlessEmpty(records) : recordsOf(placeTexts(entity.places)),
    separator,
    charset,
    ...csv,
    page: pageOf(page),
    windows: entity.windows,
    fail: failOf(entity)
  }
}

const readingOf = (entity: Entity) => {
  if (entity.own !== undefined) return {}
  return entity.parent === undefined
    ? requestOf(entity)
    : { parent: entity.parent, records: unlessEmpty(entity.records) }
}

export interface EncodeOptions {
  readonly entities: ReadonlyArray<Entity>
  /** The own keys of the entity's type. */
  readonly keys?: EntityKeys | undefined
}

export const encodeEntity = (entity: Entity, { entities, keys }: EncodeOptions): string => {
  const { history, incremental, indexes, mode, own, request, unique, versions } = entity
  const key = keyOf(entity)
  const ofAll = {
    table: tableText(entity.table),
    key: key.length === 1 ? key[0] : key,
    unique,
    optional: entity.optional,
    mode,
    scope: unlessEmpty(scopeOf(entity)),
    fields: fieldsOf(entity),
    where: entity.where && conditionsOf(entity.where, entity),
    deletedWhen: entity.deletedWhen && deletedWhenOf(entity.deletedWhen, entity),
    drop: entity.drop?.map(({ optional, ways: [way] }) =>
      optional === true ? { from: pointerText(way), optional } : pointerText(way)
    ),
    raw: entity.columns.some(({ source }) => source._tag === "Record") ? true : undefined,
    guard: entity.guard,
    incremental: incremental && withoutUndefined({ ...incrementalOf(entity) }),
    forEach: forEachOf(entity, entities),
    one: entity.one,
    leads: entity.leads,
    history: history && tableText(history),
    versions: versions && tableText(versions),
    indexes: unlessEmpty(indexes.map((columns) => (columns.length === 1 ? columns[0] : columns)))
  }
  const written =
    own === undefined
      ? Schema.encodeUnknownSync(EntityYaml)(withoutUndefined({ ...readingOf(entity), ...ofAll }))
      : {
          ...(keys === undefined ? Object(own) : Object(Schema.encodeUnknownSync(keys.schema)(own))),
          ...Schema.encodeUnknownSync(sharedEntityYaml(keys ?? {}))(withoutUndefined(ofAll))
        }
  const document = new Document(written, { aliasDuplicateObjects: false })
  const headers = Object.keys(entity.parent === undefined ? request.headers : {})
  if (headers.length > 0) document.commentBefore = ` The values of headers are not shown: ${headers.join(", ")}`
  return document.toString({ lineWidth: 100 })
}
