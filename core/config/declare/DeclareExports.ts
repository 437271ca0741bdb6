/** Turns the `exports:` of a connector into declarations: the keys that every export has, and those of its type. */
import { Schema, SchemaGetter } from "effect"
import { reason } from "../../reason/Reason.ts"
import { type ExportDeclaration, exportId } from "../ExportDeclaration.ts"
import type { Problems } from "../files/Problems.ts"
import { type Entry, filterKeys, locate } from "../files/Tree.ts"
import { nearest } from "../Nearest.ts"
import type { ExportKeys } from "../schema/ConnectorYaml.ts"
import { decode } from "../schema/Decode.ts"
import { expectedMessage } from "../schema/Expected.ts"
import { PositiveDuration } from "../schema/Scalars.ts"
import { optional, required, withDefault } from "../schema/YamlKeys.ts"
import { namePattern, nameRule } from "./NameRules.ts"

/** The database refuses writes in any case; a query with another beginning was meant to write. */
const reads = /^(?:\s|--.*\n|\/\*[\s\S]*?\*\/)*\(*\s*(?:select|with|values|table)\b/i

const Query = Schema.String.annotate({ examples: ["select name from crm_deal"] })
  .check(
    Schema.makeFilter(
      (sql: string) => reads.test(sql),
      expectedMessage(reason("value.query", { words: "select, with, values, table" }))
    )
  )
  .pipe(
    Schema.decodeTo(Schema.String, {
      decode: SchemaGetter.transform((sql: string) => sql.trim().replace(/[;\s]+$/, "")),
      encode: SchemaGetter.passthrough()
    })
  )

const shared = {
  query: required(Query, reason("meaning.query")),
  timeout: withDefault(PositiveDuration, "30s", "How long the query may take. Default 30s.")
} as const
const SharedExportYaml = Schema.Struct(shared)
const sharedKeys = Object.keys(shared)

/** The map of a type's exports. */
export const ExportsYaml = ({ schema }: ExportKeys) =>
  optional(
    Schema.Record(Schema.String, Schema.Struct({ ...schema.fields, ...shared }).annotate({ identifier: "Export" })),
    "The exports, by name."
  )

export interface DeclaredExports {
  readonly declared: ReadonlyArray<ExportDeclaration>
  /** The ids of all exports, including broken ones; `name.*` for a connector too broken to know its own. */
  readonly known: ReadonlyArray<string>
}

export const unknownExports = (connector: string): DeclaredExports => ({ declared: [], known: [`${connector}.*`] })

export interface DeclareExportsOptions {
  readonly connector: string
  readonly keys: ExportKeys
  /** The names of the connector's entities: the runs of both are distinguished by name. */
  readonly entities: ReadonlyArray<string>
  /** Of the reference. */
  readonly section: string
}

export const declareExports = (
  written: Entry | undefined,
  { connector, entities, keys, section }: DeclareExportsOptions,
  problems: Problems
): DeclaredExports => {
  if (written !== undefined && written.value._tag !== "Map") {
    problems.report(
      written.value.span,
      reason("value.expected", { what: reason("value.exportsMap") }),
      reason("value.example", { example: "exports: { price: { query: …, … } }" })
    )
  }
  const entries = written?.value._tag === "Map" ? [...written.value.entries] : []
  const declared = entries.flatMap(([name, { key, value }]): ReadonlyArray<ExportDeclaration> => {
    if (!namePattern.test(name)) problems.report(key, reason("name.export", { name }), nameRule)
    if (entities.includes(name)) {
      problems.report(key, reason("export.isEntity", { name }), reason("export.another"))
    }
    if (value._tag !== "Map") {
      problems.reportNotMap(key, "{ query: select …, … }")
      return []
    }
    const ownKeys = Object.keys(keys.schema.fields)
    // An unknown key goes to the schema of the probably intended key, so that this key is not also reported missing.
    const isOwn = (key: string) => ownKeys.includes(nearest(key, [...sharedKeys, ...ownKeys]) ?? "")
    const common = filterKeys(value, (key) => !isOwn(key))
    const yaml = decode(SharedExportYaml, common, problems, { owner: key, otherKeys: ownKeys, section })
    const own = decode(keys.schema, filterKeys(value, isOwn), problems, { owner: key, otherKeys: sharedKeys, section })
    if (yaml === undefined || own === undefined) return []
    for (const { hint, path, reason: why } of keys.check?.(own) ?? []) {
      const found = locate(value, path)
      problems.report(found.value === value ? key : found.value.span, why, hint)
    }
    return [{ connector, name, query: yaml.query, timeout: yaml.timeout, own }]
  })
  return { declared, known: entries.map(([name]) => exportId({ connector, name })) }
}
