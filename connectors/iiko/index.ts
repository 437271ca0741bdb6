/** The iiko Server: lists, balances, documents, recipes and OLAP reports, read over one session; iikoCloud: stop lists. */
import { Context, Effect, Layer } from "effect"
import { Action, Connector, type ConnectorType, HttpSource } from "../../core/sdk.ts"
import { actions } from "./actions.ts"
import * as Client from "./Client.ts"
import { Config } from "./Config.ts"
import { chatYaml } from "./chat/IikoChatYaml.ts"
import * as Cloud from "./cloud/Cloud.ts"
import { Server } from "./documents/DocumentServer.ts"
import { personalData } from "./writeoff/PersonalData.ts"

export const connectorType: ConnectorType<typeof Config> = {
  type: "iiko",
  description: "iiko Server: products, stores, people, stock, documents, recipes and OLAP reports.",
  config: Config,
  /** Most lists are bare JSON arrays. */
  entityDefaults: { format: "json", records: "" },
  actions,
  migrations: new URL("migrations/", import.meta.url),
  personal: personalData,
  layer: (declaration) =>
    Layer.effect(
      Connector,
      Effect.gen(function* () {
        const { probe, ready, upstream } = yield* Client.make(declaration)
        const [server, cloud] = [HttpSource.make(upstream), yield* Cloud.make(declaration)]
        const probes = cloud.probe === undefined ? [probe] : [probe, cloud.probe]
        const own = Context.make(Server, { connector: declaration.name, upstream, ready })
        return Connector.of({
          actions: Action.provide(actions, declaration, own),
          read: (entity, options) => (Cloud.isCloud(entity) ? cloud.read : server)(entity, options),
          probe: Effect.map(Effect.all(probes, { concurrency: 2 }), (lines) => lines.join("; ")),
          ...(cloud.hook === undefined ? {} : { hook: cloud.hook })
        })
      })
    ),
  chat: { ...chatYaml, load: () => import("./chat/index.ts") },
  sandbox: () => import("./sandbox.ts")
}
