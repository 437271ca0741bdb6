/**
 * Google Sheets: ranges of spreadsheets that are shared with a service account as tables, and tabs as targets of
 * exports.
 */
import { Duration, Effect, Layer } from "effect"
import { Connector, type ConnectorType } from "../../core/sdk.ts"
import { Config } from "./Config.ts"
import { entityKeys } from "./EntityKeys.ts"
import { exportKeys, isKeys } from "./exports/ExportKeys.ts"

export const connectorType: ConnectorType<typeof Config> = {
  type: "gsheet",
  description:
    "Google Sheets: ranges read by their headers, wide tables unpivoted; rows of the database written to tabs.",
  config: Config,
  entityDefaults: {},
  entityKeys,
  exportKeys,
  /** All spreadsheets share one address. */
  destinationOf: (config, own) => (isKeys(own) ? (own.spreadsheet ?? config.spreadsheet) : undefined),
  /** Google's read limit for one user; a service account is a user. */
  defaultLimits: { rate: { limit: 60, window: Duration.minutes(1) } },
  // Checking a configuration has no use for it.
  layer: (settings) =>
    Layer.effect(
      Connector,
      Effect.flatMap(
        Effect.promise(() => import("./Client.ts")),
        (Client) => Effect.map(Client.make(settings), Connector.of)
      )
    ),
  sandbox: () => import("./sandbox.ts")
}
