/** The settings of `config/bot.yaml`, and the daemon's time zone. */
import { Context } from "effect"
import type { Config } from "./Config.ts"

export class Settings extends Context.Service<Settings, Config & { readonly timezone: string }>()(
  "tributary/bot/Settings"
) {}
