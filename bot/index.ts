/** The Telegram bot: a control plane for admins, a daily tool for employees, a plugin like any other. */
import { Effect, Layer } from "effect"
import { Plugin, type PluginType } from "../core/control/Plugin.ts"
import { render } from "../core/reason/Reason.ts"
import { configOf } from "./Config.ts"
import { personalData } from "./people/PersonalData.ts"
import { botReason } from "./reasons.ts"

const noToken = botReason("bot.noToken")

const off = Plugin.of({ health: Effect.succeed({ status: "off", reason: noToken }) })

export const pluginType: PluginType<ReturnType<typeof configOf>> = {
  type: "telegram",
  name: "bot",
  description:
    "The Telegram bot: status, syncs, plans and the configuration for admins; write-offs, stock and the stop list for employees.",
  config: configOf,
  migrations: new URL("migrations/", import.meta.url),
  personal: personalData,
  exclusive: true,
  follows: ({ connector }) => (connector === undefined ? [] : [connector]),
  /** The bot's modules are imported when it runs, because terminal commands do not need them. */
  layer: (settings) => {
    const { token } = settings.config
    if (token === undefined) return Layer.succeed(Plugin, off)
    const bot = Effect.promise(() => import("./Bot.ts"))
    return Layer.unwrap(Effect.map(bot, ({ layer }) => layer(settings, token)))
  },
  probe: ({ config: { apiRoot, chats, token } }) => {
    if (token === undefined) return Effect.succeed(render(noToken))
    const named = Object.values(chats).flatMap((all) => all.map(({ chat }) => chat))
    return Effect.flatMap(
      Effect.promise(() => import("./telegram/Probe.ts")),
      ({ probe }) => probe({ apiRoot, token }, new Set(named.filter((chat) => chat !== 0)))
    )
  },
  problem: Effect.flatMap(
    Effect.promise(() => import("./telegram/UndeliveredMessages.ts")),
    ({ undeliveredReasonBefore }) => undeliveredReasonBefore
  ),
  sandbox: () => import("./sandbox.ts")
}
