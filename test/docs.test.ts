import { execFile } from "node:child_process"
import { readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Schema } from "effect"
import { columnTypes } from "../core/config/Column.ts"
import { load } from "../core/config/Configuration.ts"
import { schemaDrift } from "../core/config/schema/JsonSchemas.ts"
import { pluginTypes } from "../core/control/PluginDiscovery.ts"
import { sqlType } from "../core/database/tables/ColumnSql.ts"
import { connectorTypes } from "../core/plugin/Discovery.ts"

const root = new URL("../", import.meta.url)
const file = (name: string) => Effect.promise(() => readFile(new URL(name, root), "utf8"))
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found = ""]) => found)

const Package = Schema.fromJsonString(Schema.Struct({ scripts: Schema.Record(Schema.String, Schema.String) }))

describe("the documentation", () => {
  it.live("the README's YAML is a valid configuration", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const directory = yield* fs.makeTempDirectoryScoped()
      yield* fs.makeDirectory(`${directory}/connectors`)
      const pages = yield* Effect.forEach(["README.md", "docs/observability.md"], file)
      const files = matches(pages.join(), /```yaml\n([\s\S]*?)```/g)
      assert.lengthOf(files, 2)
      for (const yaml of files) {
        const [path = ""] = matches(yaml, /^# config\/(\S+)/g)
        yield* fs.writeFileString(`${directory}/${path}`, yaml)
      }
      const { connectors } = yield* load({ directory, types: yield* connectorTypes, environment: { CRM_TOKEN: "t" } })
      assert.deepStrictEqual(
        connectors.map(({ name, entities }) => [name, entities.map((entity) => entity.table.name)]),
        [["crm", ["crm_deal"]]]
      )
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("every command and script it names exists", () =>
    Effect.gen(function* () {
      const texts = yield* Effect.forEach(
        [
          "README.md",
          "CONTRIBUTING.md",
          "CHANGELOG.md",
          "docs/commands.md",
          "docs/deployment.md",
          "docs/observability.md",
          "docs/api.md"
        ],
        file
      )
      const { scripts } = yield* Schema.decodeUnknownEffect(Package)(yield* file("package.json"))
      for (const script of matches(texts.join(), /npm run ([a-z]+)/g)) assert.property(scripts, script)
      const help = yield* Effect.promise(() =>
        promisify(execFile)(process.execPath, [fileURLToPath(new URL("core/main.ts", root)), "--help"])
      )
      const known = matches(help.stdout.slice(help.stdout.indexOf("\nCommands\n")), /^ {2}(\w+) /gm)
      const [table = ""] = matches(yield* file("docs/commands.md"), /## Commands\n([\s\S]*?)\n## /g)
      const listed = matches(table, /^\| (`.*?) \|/gm).flatMap((cell) => matches(cell, /`(\w+)`/g))
      assert.sameMembers(listed, known)
      for (const command of matches(texts.join(), /tributary(?: --)? (\w+)/g)) assert.include(known, command)
    })
  )

  it.live("the page of rest has every type of a column, and how it is stored", () =>
    Effect.gen(function* () {
      const [, table = ""] = /## Columns\n([\s\S]*?)\n## /.exec(yield* file("connectors/rest/README.md")) ?? []
      const rows = matches(table, /^(\| `.*\|)$/gm).flatMap((row) => {
        const cells = row.split("|").map((cell) => matches(cell, /`([^`]+)`/g))
        return (cells[1] ?? []).map((type, at) => [type, cells[3]?.[at]])
      })
      assert.deepStrictEqual(
        Object.fromEntries(rows),
        Object.fromEntries(columnTypes.map((type) => [type, sqlType({ type, array: false })]))
      )
    })
  )

  it.live("the JSON Schemas are what the code would write now (tributary schema)", () =>
    Effect.gen(function* () {
      const stale = yield* schemaDrift(
        fileURLToPath(new URL("config/schemas", root)),
        yield* connectorTypes,
        yield* pluginTypes
      )
      assert.deepStrictEqual(stale, [])
    }).pipe(Effect.provide(NodeServices.layer))
  )
})
