import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Path } from "effect"
import { jsonSchemas, schemaDrift } from "../../core/config/schema/JsonSchemas.ts"
import { types } from "./cases/harness.ts"

type Json = { readonly [key: string]: unknown }
const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null

/** Follows keys and indexes. */
const at = (value: unknown, ...path: ReadonlyArray<string | number>): unknown =>
  path.reduce<unknown>((inner, key) => (isJson(inner) ? inner[key] : undefined), value)

const [daemon, connector] = jsonSchemas(types).map(({ schema }) => schema)

const directory = (files: Readonly<Record<string, string>>) =>
  Layer.merge(FileSystem.layerNoop({ readFileString: (file) => Effect.succeed(files[file] ?? "") }), Path.layer)

describe("the JSON Schemas for editors", () => {
  it("close every object and describe every key", () => {
    const walk = (schema: unknown, where: string): void => {
      if (!isJson(schema)) return
      const properties = at(schema, "properties")
      if (schema.type === "object" && isJson(properties) && !where.endsWith("/root")) {
        // Beside `mark` there are names of fields, whose values have a schema.
        const named = at(schema, "allOf", 0, "additionalProperties")
        assert.isTrue(schema.additionalProperties === false || isJson(named), where)
        for (const [name, property] of Object.entries(properties)) {
          const literal = at(property, "enum")
          const isDescribed =
            at(property, "description") !== undefined || (Array.isArray(literal) && literal.length === 1)
          assert.isTrue(isDescribed, `${where}/${name} is not described`)
        }
      }
      for (const [key, inner] of Object.entries(schema)) walk(inner, `${where}/${key}`)
    }
    walk(at(daemon, "properties"), "daemon")
    walk(at(connector, "allOf", 0, "then"), "connector")
    walk(at(connector, "$defs"), "connector/$defs")
  })

  it("ask for a secret where one belongs, and take a variable for any plain value", () => {
    const secret = at(daemon, "properties", "http", "properties", "adminToken")
    assert.deepStrictEqual(at(secret, "allOf"), [{ $ref: "#/$defs/Secret" }])
    assert.deepStrictEqual(at(daemon, "properties", "http", "properties", "port", "anyOf"), [
      { type: "integer", minimum: 0, maximum: 65_535 },
      { $ref: "#/$defs/Variable" }
    ])
  })

  it("tell the connector types apart by `type`", () => {
    assert.deepStrictEqual(at(connector, "properties", "type", "enum"), ["rest", "till", "market"])
    const rest = at(connector, "allOf", 0)
    assert.deepStrictEqual(at(rest, "if"), { properties: { type: { const: "rest" } } })
    assert.deepStrictEqual(at(rest, "then", "required"), ["type", "baseUrl"])
    assert.isDefined(at(rest, "then", "properties", "token"))
    assert.isUndefined(at(connector, "allOf", 1, "then", "properties", "token"))
  })

  it.effect("are known to be stale when they are not what would be written now", () =>
    Effect.gen(function* () {
      const files = Object.fromEntries(jsonSchemas(types).map(({ file, text }) => [`schemas/${file}`, text]))
      const drift = (written: Readonly<Record<string, string>>) =>
        schemaDrift("schemas", types).pipe(Effect.provide(directory(written)))
      assert.deepStrictEqual(yield* drift(files), [])
      assert.deepStrictEqual(yield* drift({ ...files, "schemas/daemon.schema.json": "{}" }), ["daemon.schema.json"])
      assert.deepStrictEqual(yield* drift({}), ["daemon.schema.json", "connector.schema.json", "jobs.schema.json"])
    })
  )
})
