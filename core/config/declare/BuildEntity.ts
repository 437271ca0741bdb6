/** Builds an entity as the engine sees it: fills in defaults, and checks everything that concerns this entity alone. */
import type { Redacted } from "effect"
import { reason } from "../../reason/Reason.ts"
import type { Column, TableName } from "../Column.ts"
import type { Entity, Mode, OneRecord } from "../Entity.ts"
import { locationOf } from "../files/Problems.ts"
import { locate } from "../files/Tree.ts"
import { withNearest } from "../Nearest.ts"
import type { ConnectorSchema, EntityKeys } from "../schema/ConnectorYaml.ts"
import { versionColumns, versionsColumns } from "../VersionedEntity.ts"
import { byKeyOf, withLoadedAt } from "./ByKey.ts"
import { checkColumn } from "./CheckColumn.ts"
import { columnsOf } from "./Columns.ts"
import { parentConditions, selectionOf } from "./Conditions.ts"
import { atKey, atValue, type EntityDraft, readerOf } from "./EntityDraft.ts"
import { checkForEach } from "./ForEach.ts"
import { incrementalOf } from "./Incremental.ts"
import { parseTable } from "./NameRules.ts"
import { checkBetween } from "./Parents.ts"
import { droppedPlaces } from "./Personal.ts"
import { checkPlaceholders, parameterOf, parametersOf } from "./Placeholders.ts"
import { childPointer } from "./Places.ts"
import { requestSettings } from "./Request.ts"

export interface BuildOptions {
  readonly timezone: string
  /** The key of the step `hash`, if the daemon has one. */
  readonly hashKey: Redacted.Redacted | undefined
  readonly defaults: ConnectorSchema["entityDefaults"]
  /** The entities whose records are inside those of this one, at any depth. */
  readonly children: ReadonlyArray<EntityDraft>
  /** For a type whose entities have their own keys: the decoded keys, and the path derived from them. */
  readonly own:
    | {
        readonly value: unknown
        readonly path: string
        readonly one: OneRecord | undefined
        readonly keys: EntityKeys
      }
    | undefined
}

/** Builds the entity without `forEach`, which refers to another entity and so waits until all are built. */
export const buildEntity = (declared: EntityDraft, options: BuildOptions): Entity => {
  const { name, yaml } = declared
  const key = typeof yaml.key === "string" ? ([yaml.key] as const) : yaml.key
  const params = parametersOf(declared)
  const columns = withLoadedAt(declared, columnsOf(declared, key, params, options.hashKey))
  const drop = droppedPlaces(declared, columns)
  checkKey(declared, key, columns)
  const mode = modeOf(declared)
  const incremental = incrementalOf(declared, columns)
  const indexes = yaml.indexes.map((index) => (typeof index === "string" ? [index] : index))
  indexes.forEach((index, at) => {
    for (const [inner, column] of index.entries()) checkColumn(declared, ["indexes", at, inner], column, columns)
  })
  checkForEach(declared)
  checkPlaceholders(declared, { children: options.children, isOwn: options.own !== undefined })
  checkBetween(declared)
  checkExamples(declared, columns, params)
  const history = historyOf(declared, mode)
  const versions = versionsOf(declared, mode, key)
  const table = parseTable(yaml.table ?? `${declared.connector}_${name}`.replaceAll("-", "_"))
  if ("code" in table) atValue(declared, ["table"], table, reason("entity.shorterTable"))
  for (const { hint, path, reason: why } of options.own?.keys.check?.(options.own.value, columns) ?? []) {
    atValue(declared, path, why, hint)
  }
  return {
    connector: declared.connector,
    name,
    ...(options.own === undefined
      ? requestSettings(declared, options.defaults)
      : ownReading(options.own.value, options.own.path)),
    ...(yaml.parent === undefined ? {} : { parent: yaml.parent }),
    ...readThrough(declared),
    table: "code" in table ? { schema: "public", name } : table,
    columns,
    ...selectionOf(declared, columns),
    ...parentConditions(declared.parents?.at(-1)),
    key,
    ...(yaml.unique === true ? { unique: true } : {}),
    ...(yaml.optional === true ? { optional: true } : {}),
    mode,
    ...scopeOf(declared, columns),
    ...(drop.length === 0 ? {} : { drop }),
    guard: yaml.guard,
    ...(incremental === undefined ? {} : { incremental }),
    ...(yaml.parent === undefined ? byKeyOf(declared, key, columns) : {}),
    ...(options.own?.one === undefined || key.length > 1 ? {} : { one: options.own.one }),
    indexes,
    ...(history === undefined ? {} : { history }),
    ...(versions === undefined ? {} : { versions }),
    examples: yaml.examples.map((example, index) => ({
      ...example,
      location: locationOf(locate(declared.tree, ["examples", index]).value.span)
    })),
    timezone: options.timezone
  }
}

/** For a child of a child. */
const readThrough = ({ parents = [] }: EntityDraft): Pick<Entity, "reader" | "between"> => {
  const reader = parents.at(-1)
  if (parents.length < 2 || reader === undefined) return {}
  return { reader: reader.name, between: parents.slice(0, -1).map(childPointer).toReversed() }
}

const historyOf = (declared: EntityDraft, mode: Mode): TableName | undefined => {
  const { deletedWhen, history } = declared.yaml
  if (history === undefined) return undefined
  const deletes =
    mode === "mirror" || mode === "replace" || (deletedWhen !== undefined && deletedWhen.mark === undefined)
  if (!deletes) {
    atKey(declared, ["history"], reason("entity.noHistory", { mode }), reason("entity.mirror"))
  }
  return keptTable(declared, "history", history)
}

const keptTable = (declared: EntityDraft, key: "history" | "versions", text: string): TableName | undefined => {
  const table = parseTable(text)
  if (!("code" in table)) return table
  atValue(declared, [key], table)
  return undefined
}

/** A row that is never updated has one content. */
const versionsOf = (declared: EntityDraft, mode: Mode, key: ReadonlyArray<string>): TableName | undefined => {
  const { fields, scope, versions } = declared.yaml
  if (versions === undefined) return undefined
  if (mode === "append") atKey(declared, ["versions"], reason("entity.noVersions"), reason("entity.upsertVersions"))
  for (const name of key) {
    if (!versionsColumns.includes(name)) continue
    atKey(declared, ["versions"], reason("versions.key", { column: name }), reason("column.rename"))
  }
  for (const { name } of versionColumns) {
    if (name in fields) atKey(declared, ["fields", name], reason("versions.column", { column: name }))
    if (name in scope) atKey(declared, ["scope", name], reason("versions.column", { column: name }))
  }
  return keptTable(declared, "versions", versions)
}

const ownReading = (own: unknown, path: string): Pick<Entity, "own" | "request" | "format" | "records" | "page"> => ({
  own,
  request: { method: "GET", path, query: {}, headers: {} },
  format: "json",
  records: "",
  page: { type: "none" }
})

const checkKey = (declared: EntityDraft, key: ReadonlyArray<string>, columns: ReadonlyArray<Column>): void => {
  key.forEach((name, index) => {
    // If the key is not a list, the place ends with `key`.
    const path = ["key", index]
    checkColumn(declared, path, name, columns)
    if (key.indexOf(name) < index) atValue(declared, path, reason("column.twiceInKey", { column: name }))
    const column = columns.find((column) => column.name === name)
    if (column?.array) atValue(declared, path, reason("column.arrayInKey", { column: name }))
    else if (column?.type === "json") atValue(declared, path, reason("column.jsonInKey", { column: name }))
  })
}

/** With a cursor, most of the source is not read again: records that were not sent must not be deleted. */
const modeOf = (declared: EntityDraft): Mode => {
  const { incremental, mode } = declared.yaml
  const partial = incremental !== undefined || readerOf(declared)?.yaml.incremental !== undefined
  if (partial && (mode === "mirror" || mode === "replace")) {
    atValue(
      declared,
      ["mode"],
      incremental === undefined ? reason("entity.parentChangedOnly", { mode }) : reason("entity.changedOnly", { mode }),
      reason("entity.upsert")
    )
  }
  return mode ?? (partial ? "upsert" : "mirror")
}

const checkExamples = (declared: EntityDraft, columns: ReadonlyArray<Column>, known: ReadonlyArray<string>): void =>
  declared.yaml.examples.forEach(({ gone, params = {}, reject, row }, index) => {
    for (const name of Object.keys(params)) {
      if (known.includes(name)) continue
      const why = withNearest(reason("place.noParameter", { name }), name, known)
      atKey(declared, ["examples", index, "params", name], why)
    }
    if ([gone, reject, row].filter((one) => one !== undefined).length !== 1) {
      atValue(declared, ["examples", index], reason("entity.example"))
    }
    for (const name of Object.keys(row ?? {}))
      checkColumn(declared, ["examples", index, "row", name], name, columns, atKey)
  })

/** Converted to the columns' types, so that the same values limit writes and deletes. */
const scopeOf = (declared: EntityDraft, columns: ReadonlyArray<Column>): Pick<Entity, "scope" | "within"> => {
  const values = Object.entries(declared.yaml.scope)
  const within = values.flatMap(([name, value]) => (parameterOf(value) === undefined ? [] : [name]))
  const scope = Object.fromEntries(
    values.flatMap(([name, value]) => {
      if (within.includes(name)) return []
      const column = columns.find((column) => column.name === name)
      return [[name, column?.type === "text" ? String(value) : value]]
    })
  )
  return within.length === 0 ? { scope } : { scope, within }
}
