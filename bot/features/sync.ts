/**
 * `/sync`: reads the picked or typed entities now, with the options of the command line. One message shows the progress
 * and then the results.
 */
import { Effect } from "effect"
import { Composer, InlineKeyboard } from "grammy"
import { Control } from "../../core/control/Control.ts"
import { bold } from "../../core/plugin/chat/Html.ts"
import { textOf } from "../CommandArguments.ts"
import { adminFeature, isAdmin } from "../Feature.ts"
import { actorOfUpdate } from "../people/Actor.ts"
import { Settings } from "../Settings.ts"
import type { BotContext } from "../session/Context.ts"
import * as EntityPicker from "../window/EntityPicker.ts"
import * as ProgressBoard from "../window/ProgressBoard.ts"
import { Window } from "../window/Window.ts"

export const make = Effect.gen(function* () {
  const { sync } = yield* Control
  const { features } = yield* Settings
  const window = yield* Window

  const start = (ctx: BotContext, chosen: EntityPicker.Selection) => {
    const { translator } = ctx
    const { again, entities, options, selectors } = chosen
    const [what, full, pastRejected] = [textOf(chosen), options.includes("full"), options.includes("past-rejected")]
    const title = bold(translator.say("sync-running", { what }))
    const keyboard = new InlineKeyboard().text(translator.t("sync-again"), again)
    if (features.log) keyboard.text(translator.t("sync-log"), "log")
    keyboard.row().text(translator.t("back"), "sync").text(translator.t("menu-back"), "menu")
    // A started sync continues without the bot: the control port ensures that.
    return window.work(ctx, { text: title }, (show) =>
      ProgressBoard.live({ translator, title, entities, show }, (onEvent) =>
        sync(selectors, actorOfUpdate(ctx), { full, pastRejected, onEvent })
      ).pipe(
        Effect.map((runs) => ({
          text: `${translator.say("sync-done", { what })}\n${ProgressBoard.results(translator, runs)}`,
          keyboard
        }))
      )
    )
  }

  const { install, open } = yield* EntityPicker.make("sync", ["full", "past-rejected"], start)
  const composer = new Composer<BotContext>()
  install(composer.filter(isAdmin))
  return adminFeature("sync", composer, open)
})
