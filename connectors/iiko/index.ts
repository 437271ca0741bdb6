/** The iiko Server: lists, balances, documents, recipes and OLAP reports, read over one session. */
import { Effect, Layer } from "effect"
import { Connector, type ConnectorType } from "../../core/plugin/Connector.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import * as Client from "./Client.ts"
import { Config } from "./Config.ts"
import { sandbox } from "./sandbox.ts"

export const connectorType: ConnectorType<typeof Config> = {
  type: "iiko",
  description: "iiko Server: products, stores, people, stock, documents, recipes and OLAP reports.",
  config: Config,
  /** Most lists are bare JSON arrays. */
  entityDefaults: { format: "json", records: "" },
  layer: (declaration) =>
    Layer.effect(
      Connector,
      Effect.map(Client.make(declaration), ({ probe, upstream }) =>
        Connector.of({ read: HttpSource.make(upstream), probe })
      )
    ),
  sandbox
}
