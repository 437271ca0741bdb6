/** The chat module of the connector that `bot.yaml` names; without features if it names none that is declared. */
import { Context, Effect, Layer } from "effect"
import { Control } from "../../core/control/Control.ts"
import type { ConnectorChat } from "../../core/plugin/chat/ChatFeature.ts"
import { Settings } from "../Settings.ts"

const nothing: ConnectorChat = { features: [] }

export class ConnectorModule extends Context.Service<ConnectorModule, ConnectorChat>()(
  "tributary/bot/kernel/ConnectorModule"
) {
  static readonly layer = Layer.effect(
    ConnectorModule,
    Effect.gen(function* () {
      const [{ chat }, { connector }] = [yield* Control, yield* Settings]
      return connector === undefined ? nothing : ((yield* chat(connector)) ?? nothing)
    })
  )
}
