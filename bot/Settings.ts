/** What `config/bot.yaml` says, for whoever needs it, and the daemon's time zone. */
import { Context } from "effect"
import type { Config } from "./Config.ts"

export class Settings extends Context.Service<Settings, Config & { readonly timezone: string }>()(
  "tributary/bot/Settings"
) {}
