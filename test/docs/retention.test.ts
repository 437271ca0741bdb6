/** Every table of the daemon's own has a decision about how long its rows stay. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { pluginTypes } from "../../core/control/PluginDiscovery.ts"
import { connectorTypes } from "../../core/plugin/Discovery.ts"
import * as Migrations from "../../core/plugin/Migrations.ts"
import { layerDatabase } from "../support/database.ts"
import { root } from "./Written.ts"

describe("docs/retention.md", () => {
  it.live("says of every table of the daemon's own which of its rows go", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* Migrations.run([...(yield* connectorTypes), ...(yield* pluginTypes)])
      const made = yield* sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'tributary'`
      const text = yield* Effect.promise(() => readFile(join(root, "docs/retention.md"), "utf8"))
      const tables = [...text.matchAll(/^\| (`.*?) \| .+ \| .+ \|$/gm)].flatMap(([, cell = ""]) =>
        [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name)
      )
      assert.sameMembers(
        tables,
        made.map(({ name }) => name)
      )
    }).pipe(Effect.provide(layerDatabase))
  )
})
