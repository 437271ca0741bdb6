/** A daemon's API over a connector whose accounts a fake vendor grants; its entity has the same rows for each of them. */
import { Channel, Effect, Layer, Schema } from "effect"
import { HttpClient } from "effect/http"
import * as VaultSource from "../../core/accounts/VaultSource.ts"
import { perAccount } from "../../core/config/AccountEntity.ts"
import type { ConnectorDeclaration } from "../../core/config/Declarations.ts"
import type { Entity } from "../../core/config/Entity.ts"
import { withVersions } from "../../core/config/VersionedEntity.ts"
import { Connector, type ConnectorType } from "../../core/plugin/Connector.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Sync } from "../../core/sync/Sync.ts"
import type { ReadOptions, Source } from "../../core/upstream/Source.ts"
import { connectorOf, entity, sourceOf } from "../support/source.ts"
import { layerVault } from "../support/vault.ts"
import { rows } from "../sync/fixtures.ts"
import type { TestVendor } from "./fixtures.ts"

const kept = (name: string) => ({ schema: "public", name: `fake_order_${name}` })

export const order = perAccount(withVersions(entity("order", { history: kept("history"), versions: kept("versions") })))

const typeOf = ({ vendor }: TestVendor, source: (options: ReadOptions) => Source): ConnectorType => ({
  type: "fake",
  description: "a variable with accounts",
  config: Schema.Unknown,
  entityDefaults: {},
  accounts: { ...vendor.traits, perOwner: 2 },
  layer: () =>
    Layer.succeed(
      Connector,
      Connector.of({
        read: (_, options = {}) => Channel.suspend(() => source(options)),
        probe: Effect.succeed("fine"),
        accounts: vendor.operations
      })
    ),
  sandbox: () => Promise.reject(new Error("the fake has no sandbox"))
})

const noHttp = Layer.succeed(
  HttpClient.HttpClient,
  HttpClient.make(() => Effect.die("a fake source makes no requests"))
)

/** The engine over that vendor, in place of one without accounts. */
export const layerEngine = (
  vendor: TestVendor,
  entities: ReadonlyArray<Entity> = [order],
  declared: Partial<ConnectorDeclaration> = {},
  source: (options: ReadOptions) => Source = () => sourceOf({ records: rows(1, 3) })
) =>
  Sync.layer.pipe(
    Layer.provideMerge(VaultSource.layer),
    Layer.provideMerge(layerVault),
    Layer.provideMerge(
      Registry.layer({ connectors: [{ ...connectorOf(entities), ...declared }], jobs: [] }, [
        typeOf(vendor, source)
      ]).pipe(Layer.provide(noHttp))
    )
  )
