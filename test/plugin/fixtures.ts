/** A daemon's engine over a directory that a test edits, with the iiko sandbox as its vendor. */
import { fileURLToPath } from "node:url"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Context, Effect, FileSystem, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { connectorType } from "../../connectors/iiko/index.ts"
import type { Behaviour } from "../../connectors/iiko/sandbox/Model.ts"
import { sandbox } from "../../connectors/iiko/sandbox.ts"
import * as Configuration from "../../core/config/Configuration.ts"
import { Alerts } from "../../core/observe/Alerts.ts"
import type { LoadedConfiguration } from "../../core/plugin/LoadedConfiguration.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Reload } from "../../core/plugin/Reload.ts"
import { select } from "../../core/sync/SelectEntities.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { layerDatabase } from "../support/database.ts"

const sample = fileURLToPath(new URL("../../connectors/iiko/sample.yaml", import.meta.url))

const make = Effect.fnUntraced(function* (behaviour: Partial<Behaviour>) {
  const fs = yield* FileSystem.FileSystem
  const vendor = yield* sandbox.start({ behaviour })
  const directory = yield* fs.makeTempDirectoryScoped()
  yield* fs.makeDirectory(`${directory}/connectors`)
  const original = yield* fs.readFileString(sample)
  let environment = vendor.environment
  const write = (name: string, text: string) => fs.writeFileString(`${directory}/${name}`, text)
  yield* write("connectors/iiko.yaml", original)
  const load = Effect.suspend(() => Configuration.load({ directory, types: [connectorType], environment }))
  const first = yield* load

  const loadAs = (files: LoadedConfiguration["files"]) =>
    Effect.flatMap(load, (now) =>
      Configuration.load({
        directory,
        types: [connectorType],
        environment,
        overlay: new Map([
          ...now.files.map(({ name }) => [name, null] as const),
          ...files.map(({ name, text }) => [name, text] as const)
        ])
      })
    )
  const services = yield* Layer.build(
    Reload.layer(first, load).pipe(
      Layer.provide(Alerts.layer),
      Layer.provideMerge(Sync.layer),
      Layer.provideMerge(Registry.layer(first, [connectorType]).pipe(Layer.provide(layerHttp))),
      Layer.provideMerge(layerDatabase)
    )
  )
  const sync = (...selectors: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const generation = yield* Registry.now
      const selected = yield* select(generation.entities, selectors)
      const { run } = yield* Sync
      return yield* run(selected, { trigger: "test", actor: null, generation })
    }).pipe(Effect.provide(services))
  return {
    vendor,
    original,
    write,
    /** Another daemon over the same directory and database; the version it runs. */
    restart: Effect.gen(function* () {
      const reload = yield* Layer.build(Reload.layer(yield* load, load, loadAs).pipe(Layer.provide(Alerts.layer)))
      return (yield* Context.get(reload, Reload).live).version
    }).pipe(Effect.provide(services), Effect.provide(NodeServices.layer)),
    remove: (name: string) => fs.remove(`${directory}/${name}`),
    /** As a restart of nothing would: what `.env` says from now on. */
    setSecret: (name: string, value: string) => {
      environment = { ...environment, [name]: value }
    },
    sync,
    sql: Context.get(services, SqlClient.SqlClient),
    service: Context.get(services, Reload),
    reload: Context.get(services, Reload).reload({ trigger: "test", actor: "ops" }),
    registry: Context.get(services, Registry)
  }
}, Effect.provide(NodeServices.layer))

export const makeWorld = (behaviour: Partial<Behaviour> = {}) => make(behaviour)
