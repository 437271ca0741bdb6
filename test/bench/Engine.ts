/** The daemon's engine over a configuration directory, put together as the command line does it. */
import { Effect, Layer } from "effect"
import * as Configuration from "../../core/config/Configuration.ts"
import { entityId } from "../../core/config/Entity.ts"
import type { Environment } from "../../core/config/files/References.ts"
import { pluginTypes } from "../../core/control/PluginDiscovery.ts"
import * as Database from "../../core/database/connection/Database.ts"
import { connectorTypes } from "../../core/plugin/Discovery.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import type { RunResult, SyncEvent } from "../../core/sync/RunResult.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"

export const layerEngine = (directory: string, environment: Environment) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const types = yield* connectorTypes
      const loaded = yield* Configuration.load({ directory, types, plugins: yield* pluginTypes, environment })
      return Sync.layer.pipe(
        Layer.provideMerge(Registry.layer(loaded, types).pipe(Layer.provide(layerHttp))),
        Layer.provideMerge(Database.layer({ declaration: loaded.daemon.database, dataDirectory: "" }))
      )
    })
  )

/** Runs the named entities (`connector.entity`), none named means all; a run that was not fine is no figure. */
export const sync = Effect.fn("bench.sync")(function* (
  names: ReadonlyArray<string>,
  onEvent: (event: SyncEvent) => Effect.Effect<void> = () => Effect.void
) {
  const registry = yield* Registry.now
  const service = yield* Sync
  const selected = registry.entities.filter((entity) => names.length === 0 || names.includes(entityId(entity)))
  const results = yield* service.run(selected, { trigger: "bench", actor: null, onEvent })
  const bad = results.find(({ status }) => status === "failed" || status === "skipped")
  if (bad !== undefined) return yield* Effect.die(`${bad.connector}.${bad.entity}: ${bad.error ?? bad.status}`)
  return results
})

export const rowsOf = (results: ReadonlyArray<RunResult>) =>
  results.reduce(
    (sum, { inserted, unchanged }) => ({ inserted: sum.inserted + inserted, unchanged: sum.unchanged + unchanged }),
    {
      inserted: 0,
      unchanged: 0
    }
  )
