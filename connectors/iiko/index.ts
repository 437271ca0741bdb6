/** The iiko Server: lists, balances, documents, recipes and OLAP reports, read over one session. */
import { Channel, Effect, Layer } from "effect"
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
      Effect.map(Client.make(declaration), ({ probe, session, upstream }) => {
        const read = HttpSource.make(upstream)
        return Connector.of({
          // The login comes first, so that its own retries are not multiplied by those of every waiting read.
          read: (entity, options) => Channel.unwrap(Effect.as(session, read(entity, options))),
          probe
        })
      })
    ),
  sandbox
}
