/** A daemon's control over a directory that a test edits, a vendor that is variables, and a fresh database. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Context, Effect, Exit, FileSystem, Layer, Schema, Scope } from "effect"
import { SqlClient } from "effect/sql"
import { Actions } from "../../core/actions/Actions.ts"
import * as Configuration from "../../core/config/Configuration.ts"
import type { Overlay } from "../../core/config/files/Files.ts"
import { optional } from "../../core/config/schema/YamlKeys.ts"
import { Control } from "../../core/control/Control.ts"
import { Jobs } from "../../core/jobs/Jobs.ts"
import { Alerts } from "../../core/observe/Alerts.ts"
import { Connector, type ConnectorType } from "../../core/plugin/Connector.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Reload } from "../../core/plugin/Reload.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { makeVendor, noHttp } from "../actions/fixtures.ts"
import { typeOf } from "../actions/Vendor.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answer, sourceOf } from "../support/source.ts"
import { layerVault } from "../support/vault.ts"

export const connector = `type: fake
entities:
  thing:
    path: /thing
    key: id
    fields: { id: bigint, name: text }
  other:
    path: /other
    key: id
    fields: { id: bigint, name: text }
`

export const jobs = `night:
  schedule: "0 3 * * *"
  steps: [{ action: fake.send, input: { keys: [flour] } }]
`

/** Whose it is. */
const Board = Schema.Struct({ board: Schema.String })
const isBoard = Schema.is(Board)

/** Can be read as the test says, and acted on. */
const fake = (read: () => Answer): ConnectorType => {
  const { script, vendor } = makeVendor()
  const acting = typeOf(vendor, script)
  return {
    ...acting,
    config: Schema.Struct({ note: optional(Schema.String, "Nothing reads it.") }),
    exportKeys: { schema: Board },
    destinationOf: (_, own) => (isBoard(own) ? own.board : undefined),
    layer: (declaration) =>
      Layer.effect(
        Connector,
        Effect.map(Connector, (connector) => Connector.of({ ...connector, read: () => sourceOf(read()) }))
      ).pipe(Layer.provide(acting.layer(declaration)))
  }
}

export const by = { trigger: "bot", actor: "telegram:42" }

/** `answer` is what the next reads find; `stop` ends the daemon. */
export const world = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const directory = yield* fs.makeTempDirectoryScoped()
  yield* fs.makeDirectory(`${directory}/connectors`)
  const write = (name: string, text: string) => fs.writeFileString(`${directory}/${name}`, text)
  yield* write("daemon.yaml", "timezone: Europe/Kaliningrad\n")
  yield* write("jobs.yaml", jobs)
  yield* write("connectors/fake.yaml", connector)

  const state: { answer: Answer } = { answer: { records: [{ id: 1, name: "one" }] } }
  const types = [fake(() => state.answer)]
  /** What somebody else does right before the next read of the directory: to check an edit, or to load it. */
  const meanwhile: { checked?: Effect.Effect<unknown>; taken?: Effect.Effect<unknown> } = {}
  const load = (overlay: Overlay) => {
    const step = overlay.size > 0 ? "checked" : "taken"
    const happens = Effect.suspend(() => {
      const { [step]: other = Effect.void } = meanwhile
      delete meanwhile[step]
      return other
    })
    return Effect.andThen(happens, Configuration.load({ directory, types, environment: {}, overlay }))
  }
  const first = yield* load(new Map())
  const scope = yield* Scope.fork(yield* Effect.scope)
  const services = yield* Layer.buildWithScope(
    Control.layer({ directory, load, plugins: [] }).pipe(
      Layer.provide(Layer.mergeAll(Actions.layer, Jobs.layer)),
      Layer.provide(Reload.layer(first, load(new Map()))),
      Layer.provideMerge(Layer.mergeAll(Alerts.layer, Sync.layer, layerVault)),
      Layer.provideMerge(Registry.layer(first, types).pipe(Layer.provide(noHttp))),
      Layer.provideMerge(layerDatabase)
    ),
    scope
  )
  return {
    directory,
    state,
    meanwhile,
    write,
    fs,
    read: (name: string) => fs.readFileString(`${directory}/${name}`),
    control: Context.get(services, Control),
    alerts: Context.get(services, Alerts),
    sql: Context.get(services, SqlClient.SqlClient),
    stop: Scope.close(scope, Exit.void)
  }
}).pipe(Effect.provide(NodeServices.layer))
