/** Bitrix24: what a portal has in its CRM, its lists and its people, by an incoming webhook. */
import { Context, Duration, Effect, Layer } from "effect"
import { Action, Connector, type ConnectorType } from "../../core/sdk.ts"
import { actions } from "./actions.ts"
import { Config } from "./Config.ts"
import { categories } from "./forms/Categories.ts"
import { entityKeys } from "./lists/EntityKeys.ts"
import { PortalService } from "./portal/PortalService.ts"

export const connectorType: ConnectorType<typeof Config> = {
  type: "bitrix24",
  description: "Bitrix24: deals, contacts, companies, leads, smart processes, lists, users and stages of a portal.",
  config: Config,
  entityDefaults: {},
  entityKeys,
  actions,
  cache: categories,
  accounts: {
    perOwner: 1,
    // An access token works for an hour.
    refreshBefore: Duration.minutes(10),
    refreshGrace: Duration.seconds(60),
    ofConnector: ({ application }: Config) => application !== undefined
  },
  // A bucket of 50 requests for each portal and address, which drains at 2 a second.
  defaultLimits: { rate: { limit: 2, window: Duration.seconds(1) }, burst: 50 },
  // Checking a configuration has no use for the client.
  layer: (declaration) =>
    Layer.effect(
      Connector,
      Effect.gen(function* () {
        const { make } = yield* Effect.promise(() => import("./Client.ts"))
        const { accounts, inbox, portal, probe, read } = yield* make(declaration)
        const own = Context.make(PortalService, portal)
        return Connector.of({
          ...{ probe, read, inbox, actions: Action.provide(actions, declaration, own) },
          ...(accounts === undefined ? {} : { accounts })
        })
      })
    ),
  routes: () => import("./routes.ts"),
  sandbox: () => import("./sandbox.ts")
}
