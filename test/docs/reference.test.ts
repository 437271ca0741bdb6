/** `docs/reference.md` is generated: it is as it would be written now, and says of every key what it should. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer, Schema, SchemaAST } from "effect"
import { parse } from "yaml"
import { ActionsYaml } from "../../core/config/declare/DeclareActions.ts"
import type { Path } from "../../core/config/files/Tree.ts"
import { examples } from "../../core/config/reference/examples.ts"
import { describeKey } from "../../core/config/reference/Key.ts"
import { anchorOf, pageOf, referenceFile } from "../../core/config/reference/Page.ts"
import { chapters, renderReference } from "../../core/config/reference/Reference.ts"
import { type Json, type Key, listOf, literalOf, objectOf } from "../../core/config/reference/Sections.ts"
import { CommonYaml } from "../../core/config/schema/ConnectorYaml.ts"
import { DaemonYaml } from "../../core/config/schema/DaemonYaml.ts"
import { EntityYaml } from "../../core/config/schema/EntityYaml.ts"
import { JobYaml } from "../../core/config/schema/JobsYaml.ts"
import { jsonSchemas } from "../../core/config/schema/JsonSchemas.ts"
import { pluginTypes } from "../../core/control/PluginDiscovery.ts"
import { connectorTypes } from "../../core/plugin/Discovery.ts"
import { root } from "./Written.ts"

const how = "npm run tributary -- schema --reference docs/reference.md"

const make = Effect.gen(function* () {
  const [types, plugins] = [yield* connectorTypes, yield* pluginTypes]
  const all = chapters(types, plugins)
  const sections = all.flatMap((chapter) => chapter.sections)
  const titles = new Map(sections.map((section) => [section.title, section]))
  const keys = sections.flatMap(({ forms, title }) =>
    forms.flatMap((form) =>
      form.keys.flatMap((key) =>
        literalOf(key.schema) === undefined ? { title, key, ...describeKey(title, key, titles) } : []
      )
    )
  )
  return {
    keys,
    plugins,
    sections,
    text: yield* Effect.promise(() => readFile(join(root, referenceFile), "utf8")),
    types
  }
}).pipe(Effect.provide(NodeServices.layer))

class Reference extends Context.Service<Reference, Effect.Success<typeof make>>()("test/docs/Reference") {
  static readonly layer = Layer.effect(Reference, make)
}

/** What a JSON Schema says about a value, as far as the schemas of the configuration use it. */
const accepts = (schema: Json, value: unknown, definitions: Json): boolean => {
  const one = (inner: unknown, part: unknown) => accepts(objectOf(inner), part, definitions)
  const { $ref, additionalProperties, allOf, anyOf, enum: values, items, pattern, properties, required, type } = schema
  if (typeof $ref === "string" && !one(definitions[$ref.slice("#/$defs/".length)], value)) return false
  if (allOf !== undefined && !listOf(allOf).every((inner) => one(inner, value))) return false
  if (anyOf !== undefined && !listOf(anyOf).some((inner) => one(inner, value))) return false
  if (values !== undefined && !listOf(values).includes(value)) return false
  if (type !== undefined && ![type].flat().some((name) => isOfType(String(name), value))) return false
  if (typeof pattern === "string" && typeof value === "string" && !new RegExp(pattern, "u").test(value)) return false
  if (Array.isArray(value)) return items === undefined || value.every((item) => one(items, item))
  if (typeof value !== "object" || value === null || properties === undefined) return true
  const given = Object.entries(value)
  return (
    listOf(required).every((name) => given.some(([known]) => known === name)) &&
    given.every(([name, part]) =>
      name in objectOf(properties) ? one(objectOf(properties)[name], part) : additionalProperties !== false
    )
  )
}

const isOfType = (type: string, value: unknown): boolean => {
  if (type === "integer") return Number.isInteger(value)
  if (type === "array") return Array.isArray(value)
  if (type === "null") return value === null
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value)
  return typeof value === type
}

/** The ways to every key of a schema; a name stands for any name. */
const pathsIn = (
  encoded: SchemaAST.AST,
  path: Path = [],
  open: ReadonlyArray<SchemaAST.AST> = []
): ReadonlyArray<Path> => {
  if (open.includes(encoded)) return [path]
  const inner = (type: SchemaAST.AST, step?: PropertyKey) =>
    pathsIn(type, step === undefined ? path : [...path, step as string | number], [...open, encoded]) // no symbols are keys
  switch (encoded._tag) {
    case "Suspend":
      return inner(encoded.thunk())
    case "Union":
      return encoded.types.flatMap((type) => inner(type))
    case "Arrays":
      return encoded.rest.flatMap((type) => inner(type, 0))
    case "Objects":
      return [
        path,
        ...encoded.propertySignatures.flatMap(({ name, type }) => inner(type, name)),
        ...encoded.indexSignatures.flatMap(({ type }) => inner(type, "of my own"))
      ]
    default:
      return [path]
  }
}

layer(Reference.layer, { excludeTestServices: true })("the reference", (it) => {
  it.effect(`is what would be written now (${how})`, () =>
    Effect.gen(function* () {
      const { plugins, text, types } = yield* Reference
      assert.isTrue(renderReference(types, plugins) === text, `${referenceFile} is stale: ${how}`)
    })
  )

  it.effect("gives every key a meaning and an example, and every optional one that is a plain value its default", () =>
    Effect.gen(function* () {
      const { keys } = yield* Reference
      assert.isAbove(keys.length, 200)
      const place = ({ key, title }: { readonly key: Key; readonly title: string }) => `${title}: ${key.name}`
      assert.deepEqual(keys.filter(({ meaning }) => meaning === "").map(place), [])
      assert.deepEqual(keys.filter(({ example }) => example === "").map(place), [])
      assert.deepEqual(keys.filter(({ meaning }) => /\bDefault\b/.test(meaning)).map(place), [])
    })
  )

  it.effect("has examples that the schemas take", () =>
    Effect.gen(function* () {
      const { keys, plugins, types } = yield* Reference
      const definitions = Object.assign({}, ...jsonSchemas(types, plugins).map(({ schema }) => objectOf(schema).$defs))
      for (const { example, key, title } of keys) {
        const written: unknown = parse(example)
        assert.deepEqual(Object.keys(objectOf(written)), [key.name], example)
        assert.isTrue(accepts(key.schema, objectOf(written)[key.name], definitions), `${title}: ${example}`)
      }
      const used = new Set(keys.map(({ key, title }) => `${title}: ${key.name}`))
      const named = Object.entries(examples).flatMap(([title, known]) =>
        Object.keys(known).map((key) => `${title}: ${key}`)
      )
      assert.deepEqual(
        named.filter((key) => !used.has(key)),
        []
      )
    })
  )

  it.effect("has each anchor once, and one for every place that an error can be at", () =>
    Effect.gen(function* () {
      const { plugins, sections, text, types } = yield* Reference
      const anchors = sections.flatMap(({ aliases, title }) => [title, ...aliases].map(anchorOf))
      assert.lengthOf(new Set(anchors), anchors.length)
      for (const { aliases, title } of sections) {
        assert.include(text, `\n### ${title}\n`)
        for (const alias of aliases) assert.include(text, `<a id="${anchorOf(alias)}"></a>`)
      }
      const known = new Set(anchors.map((anchor) => `${referenceFile}#${anchor}`))
      const decoded: ReadonlyArray<readonly [section: string, schema: Schema.Top]> = [
        ["daemon", DaemonYaml],
        ["connector", CommonYaml],
        ["entity", EntityYaml],
        ["job", JobYaml],
        ...plugins.map(({ config, name }) => [name, config(types.flatMap(({ chat }) => chat ?? []))] as const),
        ...types.flatMap(({ actions = [], config, entityKeys, exportKeys, type }) => [
          [type, config] as const,
          [type, Schema.Struct({ actions: ActionsYaml(actions) })] as const,
          ...(entityKeys === undefined ? [] : [[`${type} entity`, entityKeys.schema] as const]),
          ...(exportKeys === undefined ? [] : [[`${type} exports`, exportKeys.schema] as const])
        ])
      ]
      let places = 0
      for (const [section, { ast }] of decoded) {
        for (const path of pathsIn(SchemaAST.toEncoded(ast))) {
          places++
          assert.include([...known], pageOf(section, ast, path), `${section}: ${path.join(".")}`)
        }
      }
      assert.isAbove(places, 300)
    })
  )

  it.effect("is named by the innermost map that is described", () =>
    Effect.sync(() => {
      const page = (...path: Path) => pageOf("entity", EntityYaml.ast, path)
      assert.strictEqual(page("pgae"), "docs/reference.md#entity")
      assert.strictEqual(page("page"), "docs/reference.md#entity-page")
      assert.strictEqual(page("page", "sise"), "docs/reference.md#entity-page")
      assert.strictEqual(page("guard", "maxDelete"), "docs/reference.md#entity-guard")
      // A column may be named like a key.
      assert.strictEqual(page("fields", "lookup", "typ"), "docs/reference.md#entity-fields")
      assert.strictEqual(page("fields", "lookup", "lookup", "tabel"), "docs/reference.md#entity-fields-lookup")
      assert.strictEqual(page("fields", "x", "transform", 1, "map"), "docs/reference.md#entity-fields-transform")
    })
  )
})
