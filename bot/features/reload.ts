/**
 * `/reload`: loads the edited files; the answer says what changed, or what is wrong and where. The reload may replace
 * the bot itself, which finishes its work before it stops.
 */
import { Effect } from "effect"
import { Composer, InlineKeyboard } from "grammy"
import { Control } from "../../core/control/Control.ts"
import { isLoaded, outcome } from "../ConfigurationText.ts"
import { adminFeature, isAdmin } from "../Feature.ts"
import { type Handler, HandlerRuntime } from "../HandlerRuntime.ts"
import { actorOfUpdate } from "../people/Actor.ts"
import { Settings } from "../Settings.ts"
import type { BotContext } from "../session/Context.ts"
import { Window } from "../window/Window.ts"

export const make = Effect.gen(function* () {
  const { on } = yield* HandlerRuntime
  const { reload } = yield* Control
  const { features } = yield* Settings
  const window = yield* Window

  const open: Handler = (ctx) => {
    const { translator } = ctx
    return window.work(ctx, { text: translator.say("reload-running") }, () =>
      Effect.map(reload(actorOfUpdate(ctx)), (version) => {
        const keyboard = new InlineKeyboard()
        if (!isLoaded(version)) keyboard.text(translator.t("reload-again"), "reload")
        if (features.config) keyboard.text(translator.t("menu-config"), "config")
        keyboard.row().text(translator.t("menu-back"), "menu")
        return { text: outcome(translator, version), keyboard }
      })
    )
  }

  const composer = new Composer<BotContext>()
  const admins = composer.filter(isAdmin)
  admins.command("reload", on(open))
  admins.callbackQuery("reload", on(open))

  return adminFeature("reload", composer, open)
})
