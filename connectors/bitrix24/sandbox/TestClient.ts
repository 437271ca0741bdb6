/** A portal, and the connector that its tests declare for it. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, FileSystem } from "effect"
import { load } from "../../../core/config/Configuration.ts"
import { connect, entityOf } from "../../../test/support/sample.ts"
import { drain } from "../../../test/upstream/vendor.ts"
import { connectorType } from "../index.ts"
import { type PortalOptions, sandbox } from "../sandbox.ts"

export const start = Effect.fnUntraced(function* (yaml: string, options: PortalOptions = {}) {
  const portal = yield* sandbox.start({ seed: 3, ...options })
  const declaration = yield* declare(yaml, portal.environment)
  const connector = yield* connect(connectorType, declaration)
  const asked = Effect.map(portal.requests, (all) => all.map(({ path }) => path.split("/").at(-1) ?? ""))
  return {
    portal,
    declaration,
    connector,
    /** The methods that were called, or `batch`. */
    asked,
    read: (name: string, more: Parameters<typeof connector.read>[1] = {}) =>
      drain(connector.read(entityOf(declaration, name), more))
  }
})

const byWebhook = "webhook: { secret: BITRIX24_WEBHOOK }"

export const declare = Effect.fnUntraced(
  function* (yaml: string, environment: Readonly<Record<string, string>>, access = byWebhook) {
    const fs = yield* FileSystem.FileSystem
    const directory = yield* fs.makeTempDirectoryScoped()
    yield* fs.makeDirectory(`${directory}/connectors`)
    yield* fs.writeFileString(`${directory}/connectors/crm.yaml`, `type: bitrix24\n${access}\nretry: []\n${yaml}`)
    const { connectors } = yield* load({ directory, types: [connectorType], environment })
    return yield* Effect.fromNullishOr(connectors[0])
  },
  Effect.scoped,
  Effect.provide(NodeServices.layer),
  Effect.orDie
)
