/** Runs a connector type with its own `sample.yaml`, against a vendor that the test started. */
import { fileURLToPath } from "node:url"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Context, Duration, Effect, FileSystem, Layer } from "effect"
import { Caches } from "../../core/cache/Caches.ts"
import { load } from "../../core/config/Configuration.ts"
import type { ConnectorDeclaration } from "../../core/config/Declarations.ts"
import type { Entity } from "../../core/config/Entity.ts"
import type { Environment } from "../../core/config/files/References.ts"
import { Connector, type ConnectorType } from "../../core/plugin/Connector.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { VendorState } from "../../core/upstream/exchange/VendorState.ts"

/** Declares the type's sample as the only file of a configuration, with waits short enough for a test. */
export const declareSample = Effect.fn("declareSample")(
  function* (type: ConnectorType, environment: Environment) {
    const fs = yield* FileSystem.FileSystem
    const directory = yield* fs.makeTempDirectoryScoped()
    yield* fs.makeDirectory(`${directory}/connectors`)
    const sample = new URL(`../../connectors/${type.type}/sample.yaml`, import.meta.url)
    yield* fs.copyFile(fileURLToPath(sample), `${directory}/connectors/${type.type}.yaml`)
    const { connectors } = yield* load({ directory, types: [type], environment })
    const declaration = yield* Effect.fromNullishOr(connectors[0])
    return { ...declaration, retry: { delays: declaration.retry.delays.map(() => Duration.millis(2)) } }
  },
  Effect.scoped,
  Effect.provide(NodeServices.layer),
  Effect.orDie
)

/** The running connector and what is kept of its vendor, until the scope closes. */
export const start = (type: ConnectorType, declaration: ConnectorDeclaration) =>
  Layer.build(
    type.layer(declaration).pipe(Layer.provideMerge([VendorState.layer, Caches.layer]), Layer.provide(layerHttp))
  )

/** The running connector, until the scope closes. */
export const connect = (type: ConnectorType, declaration: ConnectorDeclaration) =>
  Effect.map(start(type, declaration), Context.get(Connector))

export const entityOf = ({ entities }: ConnectorDeclaration, name: string): Entity => {
  const found = entities.find((entity) => entity.name === name)
  if (found === undefined) throw new Error(`the sample has no entity ${name}`)
  return found
}
