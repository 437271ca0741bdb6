/**
 * `/plan`: shows what a sync would change, row by row, then applies exactly that or nothing: the buttons are bound to
 * the plan in the message.
 */
import { Effect } from "effect"
import { Composer, InlineKeyboard } from "grammy"
import { Control } from "../../../core/control/Control.ts"
import { bold } from "../../../core/plugin/chat/Html.ts"
import type { Translator } from "../../../core/plugin/chat/Translator.ts"
import { UserFacingError } from "../../../core/plugin/chat/UserFacingError.ts"
import { textOf } from "../../CommandArguments.ts"
import { adminFeature, isAdmin } from "../../Feature.ts"
import { type Handler, HandlerRuntime } from "../../HandlerRuntime.ts"
import { actorOfUpdate } from "../../people/Actor.ts"
import type { BotContext } from "../../session/Context.ts"
import * as EntityPicker from "../../window/EntityPicker.ts"
import * as ProgressBoard from "../../window/ProgressBoard.ts"
import type { View } from "../../window/View.ts"
import { Window } from "../../window/Window.ts"
import * as PlanOffers from "./PlanOffers.ts"
import type * as SavedPlans from "./SavedPlans.ts"
import * as Views from "./Views.ts"

export const make = Effect.gen(function* () {
  const { on } = yield* HandlerRuntime
  const { applyPlan, drop, show, start } = yield* makeHandlers

  const { install, open } = yield* EntityPicker.make("plan", ["full"], start)
  const composer = new Composer<BotContext>()
  const admins = composer.filter(isAdmin)
  install(admins)
  const bound = (what: string, handler: (ctx: BotContext, id: number) => ReturnType<Handler>) =>
    admins.callbackQuery(
      new RegExp(`^plan:${what}:(\\d{1,15})$`),
      on((ctx) => handler(ctx, Number(ctx.match[1])))
    )
  admins.callbackQuery(
    /^plan:rows:(\d{1,15}):(\d{1,3})$/,
    on((ctx) => {
      const id = Number(ctx.match[1])
      return show(ctx, id, (saved) => Views.rows(ctx.translator, id, saved, Number(ctx.match[2])))
    })
  )
  admins.callbackQuery(
    /^plan:(view|apply):(\d{1,15})$/,
    on((ctx) => {
      const id = Number(ctx.match[2])
      const view = ctx.match[1] === "view" ? Views.summary : Views.question
      return show(ctx, id, (saved) => view(ctx.translator, id, saved))
    })
  )
  bound("do", applyPlan)
  bound("drop", drop)

  return adminFeature("plan", composer, open)
})

const makeHandlers = Effect.gen(function* () {
  const { apply, generation, plan: makePlan } = yield* Control
  const offers = yield* PlanOffers.make
  const window = yield* Window

  const start = (ctx: BotContext, chosen: EntityPicker.Selection) => {
    const { translator } = ctx
    const full = chosen.options.includes("full")
    const title = bold(translator.say("plan-running", { what: textOf(chosen) }))
    return window.work(ctx, { text: title }, (show) =>
      Effect.gen(function* () {
        const options = { translator, title, entities: chosen.entities, show }
        const plan = yield* ProgressBoard.live(options, (onEvent) => makePlan(chosen.selectors, { full, onEvent }))
        const { id, saved } = yield* offers.save(plan, chosen, actorOfUpdate(ctx).actor)
        return Views.summary(translator, id, saved)
      })
    )
  }

  const show = (ctx: BotContext, id: number, view: (saved: SavedPlans.SavedPlan) => View) =>
    Effect.flatMap(offers.find(id), (saved) => Effect.asVoid(window.show(ctx, view(saved))))

  const applyPlan = Effect.fnUntraced(function* (ctx: BotContext, id: number) {
    const { translator } = ctx
    const saved = yield* offers.find(id)
    const { hash } = yield* generation
    if (hash !== saved.configHash) return yield* new UserFacingError({ key: "plan-other-configuration" })
    const plan = yield* offers.take(ctx.from?.id ?? 0, saved)
    if (plan === undefined) return
    yield* window.work(ctx, { text: translator.say("plan-applying") }, () =>
      apply(plan, actorOfUpdate(ctx)).pipe(
        Effect.map((runs) => {
          const isWhole = runs.every(({ status }) => status === "ok" || status === "warning")
          const title = translator.say(isWhole ? "plan-applied" : "plan-not-applied")
          const isWithheld = saved.entities.some(({ counts }) => counts.withheld > 0)
          const note = isWithheld ? `\n\n${translator.say("plan-withheld-note")}` : ""
          const text = `${title}\n${ProgressBoard.results(translator, runs)}${note}`
          return { text, keyboard: againOrMenu(translator, saved.again) }
        }),
        Effect.catchTag("RunFailure", ({ reason }) =>
          Effect.fail(new UserFacingError({ key: "plan-refused", why: reason }))
        )
      )
    )
  })

  const drop = Effect.fnUntraced(function* (ctx: BotContext, id: number) {
    const { translator } = ctx
    const saved = yield* offers.find(id)
    if ((yield* offers.take(ctx.from?.id ?? 0, saved)) === undefined) return
    yield* window.show(ctx, { text: translator.say("plan-dropped"), keyboard: againOrMenu(translator, saved.again) })
  })

  return { applyPlan, drop, show, start }
})

const againOrMenu = (translator: Translator, again: string): InlineKeyboard =>
  new InlineKeyboard().text(translator.t("plan-again"), again).row().text(translator.t("menu-back"), "menu")
