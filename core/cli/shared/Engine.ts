/** The engine that a command works with: the database, the registry, the vault and the sync over them. */
import { Effect, type FileSystem, Layer, type Path } from "effect"
import { Accounts } from "../../accounts/Accounts.ts"
import { AccountVendors } from "../../accounts/AccountVendors.ts"
import { MasterKeys, masterKeyVariable, VaultError } from "../../accounts/MasterKeys.ts"
import * as VaultSource from "../../accounts/VaultSource.ts"
import type { Declarations } from "../../config/Declarations.ts"
import type { PluginType } from "../../control/Plugin.ts"
import { sweep } from "../../database/audit/Sweep.ts"
import * as Database from "../../database/connection/Database.ts"
import * as Migrations from "../../plugin/Migrations.ts"
import { Registry } from "../../plugin/Registry.ts"
import { foreignText } from "../../reason/Reason.ts"
import { Sync } from "../../sync/Sync.ts"
import { layerHttp } from "../../upstream/exchange/Http.ts"
import { layerLogs } from "./Logs.ts"
import { dataDirectory, environment } from "./Root.ts"

/** The vault over a database and the running connectors. */
export const layerVault = Layer.unwrap(
  Effect.gen(function* () {
    const services = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
    const masterKey = environment.pipe(
      Effect.map((variables) => variables[masterKeyVariable]),
      Effect.mapError(({ message }) => new VaultError({ reason: foreignText(message) })),
      Effect.provideContext(services)
    )
    return VaultSource.layer.pipe(
      Layer.provideMerge(Layer.merge(Accounts.layer, AccountVendors.layer)),
      Layer.provideMerge(MasterKeys.layer(masterKey))
    )
  })
)

/** All services of a working command; remains of a killed process are removed first. */
export const layerEngine = (
  loaded: Declarations & {
    readonly types: Parameters<typeof Registry.layer>[1]
    readonly pluginTypes: ReadonlyArray<PluginType>
  },
  logs = layerLogs(loaded.daemon.log)
) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const database = Database.layer({ declaration: loaded.daemon.database, dataDirectory: yield* dataDirectory })
      return Sync.layer.pipe(
        Layer.provideMerge(layerVault),
        Layer.provideMerge(Registry.layer(loaded, loaded.types).pipe(Layer.provide(layerHttp))),
        Layer.provideMerge(
          Layer.effectDiscard(Effect.andThen(sweep, Migrations.run([...loaded.types, ...loaded.pluginTypes]))).pipe(
            Layer.provideMerge(database)
          )
        ),
        Layer.provideMerge(logs)
      )
    })
  )
