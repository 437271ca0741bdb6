/** Allegro: the orders of any number of sellers, each of whom has authorized the application. */
import { Duration, Effect, Layer } from "effect"
import { Connector, type ConnectorType, HttpSource, UpstreamError } from "../../core/sdk.ts"
import { Config } from "./Config.ts"
import { allegro } from "./reasons.ts"

export const connectorType: ConnectorType<typeof Config> = {
  type: "allegro",
  description: "Allegro: the orders and order events of any number of sellers.",
  config: Config,
  entityDefaults: { format: "json" },
  // Of the application, whichever account a request is for.
  defaultLimits: { rate: { limit: 9_000, window: Duration.minutes(1) } },
  accounts: {
    perOwner: 1,
    // An access token works for twelve hours.
    refreshBefore: Duration.hours(1),
    refreshGrace: Duration.seconds(60)
  },
  // Checking a configuration has no use for the client.
  layer: (declaration) =>
    Layer.effect(
      Connector,
      Effect.gen(function* () {
        const { make } = yield* Effect.promise(() => import("./Client.ts"))
        const { accounts, probe, upstream } = yield* make(declaration)
        return Connector.of({
          read: (entity, options = {}) =>
            HttpSource.make(upstream.authorized(options.credential ?? withoutAccount))(entity, options),
          probe,
          accounts
        })
      })
    ),
  rows: () => import("./rows.ts"),
  routes: () => import("./routes.ts"),
  sandbox: () => import("./sandbox.ts")
}

const withoutAccount = Effect.fail(new UpstreamError({ kind: "Declaration", reason: allegro("allegro.noAccount") }))
