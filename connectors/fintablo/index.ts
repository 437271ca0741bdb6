/** FinTablo, API v1: the chain's money, read with a token. */
import { Effect, Layer } from "effect"
import { Connector, type ConnectorType, HttpSource } from "../../core/sdk.ts"
import * as Client from "./Client.ts"
import { Config } from "./Config.ts"

export const connectorType: ConnectorType<typeof Config> = {
  type: "fintablo",
  description: "FinTablo: categories, accounts, partners, deals, obligations, wages, property and transactions.",
  config: Config,
  entityDefaults: Client.listFormat,
  layer: (declaration) =>
    Layer.effect(
      Connector,
      Effect.map(Client.make(declaration), ({ probe, upstream }) =>
        Connector.of({ read: HttpSource.make(upstream), probe })
      )
    ),
  sandbox: () => import("./sandbox.ts")
}
