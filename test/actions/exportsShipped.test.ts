/** The exports of `config/`, from the sandbox of iiko to that of Google Sheets. */
import { fileURLToPath } from "node:url"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { connectorType as fintablo } from "../../connectors/fintablo/index.ts"
import { connectorType as gsheet } from "../../connectors/gsheet/index.ts"
import { sandbox as gsheetSandbox } from "../../connectors/gsheet/sandbox.ts"
import { connectorType as iiko } from "../../connectors/iiko/index.ts"
import { sandbox as iikoSandbox } from "../../connectors/iiko/sandbox.ts"
import { Exports } from "../../core/actions/Exports.ts"
import { load } from "../../core/config/Configuration.ts"
import { entityId } from "../../core/config/Entity.ts"
import { pluginTypes } from "../../core/control/PluginDiscovery.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { layerDatabase } from "../support/database.ts"
import { drain } from "../upstream/vendor.ts"

const types = [fintablo, gsheet, iiko]
const directory = fileURLToPath(new URL("../../config", import.meta.url))
const by = { trigger: "test", actor: null }
const needed = ["iiko.product", "iiko.product_group", "iiko.department"]

it.live(
  "the shipped exports add products and departments, keep every level, and have nothing to do the second time",
  () =>
    Effect.gen(function* () {
      const sheets = yield* gsheetSandbox.start()
      const environment = { FINTABLO_TOKEN: "none", ...sheets.environment, ...(yield* iikoSandbox.start()).environment }
      const plugins = yield* pluginTypes
      const declarations = yield* load({ directory, types, plugins, environment }).pipe(
        Effect.provide(NodeServices.layer)
      )
      const registry = Registry.layer(declarations, types).pipe(Layer.provide(layerHttp))
      const engine = yield* Layer.build(
        Exports.layer.pipe(Layer.provideMerge(Sync.layer), Layer.provideMerge(registry))
      )
      const generation = yield* Context.get(engine, Registry).current
      const synced = yield* Context.get(engine, Sync).run(
        generation.entities.filter((entity) => needed.includes(entityId(entity))),
        by
      )
      assert.deepEqual(
        synced.map(({ error }) => error),
        [null, null, null]
      )
      const stock = generation.entities.find(({ name }) => name === "min_stock") ?? assert.fail("no levels are read")
      const levels = Effect.map(
        Effect.flatMap(generation.connector("gsheet"), (connector) => drain(connector.read(stock))),
        ({ records }) => new Set(records.map((record) => JSON.stringify(Object.entries(record).toSorted())))
      )
      const [levelsTab] = sheets.state.spreadsheets[0]?.sheets ?? []
      // A café that the sheet does not know yet.
      for (const row of levelsTab?.rows ?? []) row?.splice(6, 2)
      Object.assign(levelsTab ?? {}, { columnCount: 24, merges: levelsTab?.merges.filter(({ left }) => left < 6) })
      const before = yield* levels
      const run = Context.get(engine, Exports).run([], by)

      const first = yield* run
      assert.deepEqual(
        first.map(({ entity, error, status, updated }) => [entity, error, status, updated]),
        [
          ["nomenclature", null, "ok", 1],
          ["goods_reference", null, "ok", 0]
        ]
      )
      for (const { inserted } of first) assert.isAbove(inserted, 500)
      assert.strictEqual(levelsTab?.rows[1]?.[6]?.value, "Кафе в Светлогорске")
      assert.deepEqual(yield* levels, before)
      assert.isAbove(before.size, 20)

      const again = yield* run
      assert.deepEqual(
        again.map(({ changes, unchanged }) => [changes, unchanged > 500]),
        [
          [[], true],
          [[], true]
        ]
      )
      assert.strictEqual(sheets.state.counters.writes, 2)
    }).pipe(Effect.provide(layerDatabase))
)
