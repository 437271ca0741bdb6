/**
 * JSON Schemas for editors, generated from the schemas that decode: one for `daemon.yaml`, one for a connector of any
 * type, one for `jobs.yaml`, one for each plugin's own file. Every plain value may be `{ env: NAME }`; every secret
 * must be `{ secret: NAME }`.
 */
import { Effect, FileSystem, Path, Schema } from "effect"
import { ActionsYaml } from "../declare/DeclareActions.ts"
import { ExportsYaml } from "../declare/DeclareExports.ts"
import * as DeclarePlugins from "../declare/DeclarePlugins.ts"
import type { PluginSchema } from "../PluginDeclaration.ts"
import { cacheKey } from "./CacheYaml.ts"
import type { ChatYaml } from "./ChatYaml.ts"
import { accountsKey, aliasesKey, type ConnectorSchema, commonKeys, readsPerAccount } from "./ConnectorYaml.ts"
import { DaemonYaml } from "./DaemonYaml.ts"
import { EntityYaml, MatrixYaml, sharedEntityYaml } from "./EntityYaml.ts"
import { JobsYaml } from "./JobsYaml.ts"
import { optional } from "./YamlKeys.ts"

type Json = { readonly [key: string]: unknown }

const entitiesOf = (fields: Schema.Struct.Fields) =>
  optional(
    Schema.Record(
      Schema.String,
      Schema.Struct({
        ...fields,
        matrix: optional(
          MatrixYaml,
          "One declaration expanded over values: each {name} in its strings becomes each value, as in matrix: { kind: [a, b] }."
        )
      }).annotate({ identifier: "Entity" })
    ),
    "The entities, by name."
  )

const references: Json = {
  Secret: {
    type: "object",
    description: "A secret, read from the environment or .env.",
    properties: {
      secret: { type: "string", minLength: 1, description: "The name of the variable." },
      optional: { type: "boolean", description: "When it is not set, as if this key were not there." }
    },
    required: ["secret"],
    additionalProperties: false
  },
  Variable: {
    type: "object",
    description: "A value read from the environment or .env.",
    properties: {
      env: { type: "string", minLength: 1, description: "The name of the variable." },
      default: { type: ["string", "number", "boolean", "null"], description: "When it is not set." }
    },
    required: ["env"],
    additionalProperties: false
  }
}

export interface JsonSchemaFile {
  /** Relative to `config/schemas/`. */
  readonly file: string
  readonly schema: unknown
  /** The content of the file. */
  readonly text: string
}

export const jsonSchemas = (
  types: ReadonlyArray<ConnectorSchema>,
  plugins: ReadonlyArray<PluginSchema> = []
): ReadonlyArray<JsonSchemaFile> =>
  [
    { file: "daemon.schema.json", schema: document(documentOf(DaemonYaml)) },
    { file: "connector.schema.json", schema: connectorSchema(types) },
    { file: "jobs.schema.json", schema: document(documentOf(JobsYaml)) },
    ...plugins.map((plugin) => ({
      file: `${plugin.name}.schema.json`,
      schema: pluginSchema(
        plugin,
        types.flatMap(({ chat }) => chat ?? [])
      )
    }))
  ].map((one) => ({ ...one, text: `${JSON.stringify(one.schema, null, 2)}\n` }))

/** The files in `directory` that differ from what would be generated now. */
export const schemaDrift = Effect.fn("JsonSchemas.drift")(function* (
  directory: string,
  types: ReadonlyArray<ConnectorSchema>,
  plugins: ReadonlyArray<PluginSchema> = []
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const stale = yield* Effect.filter(jsonSchemas(types, plugins), ({ file, text }) =>
    fs.readFileString(path.join(directory, file)).pipe(
      Effect.map((found) => found !== text),
      Effect.orElseSucceed(() => true)
    )
  )
  return stale.map(({ file }) => file)
})

interface GeneratedSchema {
  readonly schema: Json
  readonly definitions: Json
}

/** `prefix` distinguishes the definitions of one connector type from those of another. */
const documentOf = (schema: Schema.Top, prefix = ""): GeneratedSchema => {
  const generated = Schema.toJsonSchemaDocument(schema, { onExcessProperty: "error" })
  const own = Object.entries(generated.definitions).filter(([name]) => !(name in references))
  return {
    schema: open(generated.schema, prefix),
    definitions: Object.fromEntries(own.map(([name, one]) => [prefix + name, open(one, prefix)]))
  }
}

const document = ({ definitions, schema }: GeneratedSchema): Json => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  ...schema,
  $defs: { ...definitions, ...references }
})

const connectorSchema = (types: ReadonlyArray<ConnectorSchema>): Json => {
  const common = documentOf(Schema.Struct({ ...commonKeys, entities: entitiesOf(EntityYaml.fields) }))
  const each = types.map((connector) => {
    const { actions, cache, config, description, entityKeys, exportKeys, routes, type } = connector
    const own = documentOf(config, `${type}.`)
    const keys = {
      ...(readsPerAccount(connector) ? accountsKey : {}),
      ...(routes === undefined ? {} : aliasesKey),
      ...(cache === undefined ? {} : cacheKey(cache)),
      ...(actions === undefined ? {} : { actions: ActionsYaml(actions) }),
      ...(exportKeys === undefined ? {} : { exports: ExportsYaml(exportKeys) }),
      ...(entityKeys === undefined
        ? {}
        : { entities: entitiesOf({ ...entityKeys.schema.fields, ...sharedEntityYaml(entityKeys).fields }) })
    }
    const more = documentOf(Schema.Struct(keys), `${type}.`)
    const whole = merge(common.schema, own.schema, { const: type, description })
    return {
      definitions: { ...own.definitions, ...more.definitions },
      type,
      whole: { ...whole, properties: { ...objectOf(whole.properties), ...objectOf(more.schema.properties) } }
    }
  })
  const schema = {
    type: "object",
    properties: { type: { enum: types.map(({ type }) => type), description: "The connector type." } },
    required: ["type"],
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    allOf: each.map(({ type, whole }) => ({ if: { properties: { type: { const: type } } }, then: whole }))
  }
  return document({ schema, definitions: Object.assign({}, common.definitions, ...each.map((one) => one.definitions)) })
}

const pluginSchema = ({ config, description, type }: PluginSchema, chats: ReadonlyArray<ChatYaml>): Json => {
  const common = documentOf(Schema.Struct(DeclarePlugins.commonKeys))
  const own = documentOf(config(chats))
  const schema = { ...merge(common.schema, own.schema, { const: type, description }), description }
  return document({ schema, definitions: { ...common.definitions, ...own.definitions } })
}

/** The keys of a type and the common keys, in one closed object. */
const merge = (common: Json, own: Json, type: Json): Json => ({
  type: "object",
  properties: { ...objectOf(common.properties), type, ...objectOf(own.properties) },
  required: [...listOf(common.required), ...listOf(own.required)],
  additionalProperties: false
})

const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)
const objectOf = (value: unknown): Json => (isJson(value) ? value : {})
const listOf = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

const plainTypes = new Set<unknown>(["string", "number", "integer", "boolean"])

/** A single literal distinguishes members of a union, and so is never a variable. */
const isPlain = (schema: Json): boolean => plainTypes.has(schema.type) && listOf(schema.enum).length !== 1

const variable: Json = { $ref: "#/$defs/Variable" }

/** A schema whose values may also be references; `prefix` as above. */
const open = (schema: Json, prefix: string): Json => {
  const { $ref, allOf, anyOf, ...rest } = schema
  // The meaning of the key takes precedence over the meaning of its values.
  const described = Object.assign({}, rest, ...listOf(allOf).filter(isDescription))
  const others = listOf(allOf).filter((one) => !isDescription(one))
  if (others.length > 0) described.allOf = others.map((one) => open(objectOf(one), prefix))
  if (typeof $ref === "string") {
    const name = $ref.slice("#/$defs/".length)
    return { ...described, $ref: `#/$defs/${name in references ? name : prefix + name}` }
  }
  if (isPlain(schema)) {
    const { description, ...plain } = described
    return { ...(description === undefined ? {} : { description }), anyOf: [plain, variable] }
  }
  const members = listOf(anyOf).map(objectOf)
  if (members.length > 0) {
    const opened = members.map((member) => (isPlain(member) ? member : open(member, prefix)))
    return { ...described, anyOf: members.some(isPlain) ? [...opened, variable] : opened }
  }
  return Object.fromEntries(
    Object.entries(described).map(([keyword, value]) => [keyword, openKeyword(keyword, value, prefix)])
  )
}

const isDescription = (value: unknown): boolean => Object.keys(objectOf(value)).join() === "description"

const openKeyword = (keyword: string, value: unknown, prefix: string): unknown => {
  switch (keyword) {
    case "properties":
      return Object.fromEntries(
        Object.entries(objectOf(value)).map(([name, one]) => [name, open(objectOf(one), prefix)])
      )
    case "additionalProperties":
    case "items":
      return isJson(value) ? open(value, prefix) : value
    case "prefixItems":
      return listOf(value).map((one) => open(objectOf(one), prefix))
    default:
      return value
  }
}
