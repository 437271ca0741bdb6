/**
 * `/plan`: shows what a sync would change, row by row, then applies exactly that or nothing: the buttons are bound to
 * the plan in the message. It is applied once, whoever presses and however often.
 */
import { Effect, Schema } from "effect"
import { Composer, InlineKeyboard } from "grammy"
import { Control } from "../../../core/control/Control.ts"
import { bold } from "../../../core/plugin/chat/Html.ts"
import type { Translator } from "../../../core/plugin/chat/Translator.ts"
import { UserFacingError } from "../../../core/plugin/chat/UserFacingError.ts"
import { Plan } from "../../../core/sync/plan/Plan.ts"
import { textOf } from "../../CommandArguments.ts"
import { type Feature, isAdmin } from "../../Feature.ts"
import { type Handler, HandlerRuntime } from "../../HandlerRuntime.ts"
import { actorOfUpdate } from "../../people/Actor.ts"
import type { BotContext } from "../../session/Context.ts"
import * as EntityPicker from "../../window/EntityPicker.ts"
import { PendingConfirmations } from "../../window/PendingConfirmations.ts"
import * as Progress from "../../window/Progress.ts"
import type { View } from "../../window/View.ts"
import { Window } from "../../window/Window.ts"
import * as SavedPlans from "./SavedPlans.ts"
import * as Views from "./Views.ts"

const decodePlan = Schema.decodeUnknownEffect(Plan)
const encodePlan = Schema.encodeEffect(Schema.toCodecJson(Plan))
const encodeKept = Schema.encodeEffect(Schema.toCodecJson(SavedPlans.SavedPlan))

/** The limit of the document in characters; a larger plan is applied on the command line. */
const maxOffered = 4_000_000

export const make = Effect.gen(function* () {
  const { on } = yield* HandlerRuntime
  const { apply, generation, plan: makePlan } = yield* Control
  const confirmations = yield* PendingConfirmations
  const window = yield* Window

  /** The person who recently took each plan: a second tap of the same person is no error to report. */
  const takers = new Map<number, number>()

  const keep = Effect.fnUntraced(function* (plan: Plan, { again, selectors }: EntityPicker.Chosen, madeBy: string) {
    const { entities } = yield* generation
    const keys = new Map(entities.map(({ connector, key, name }) => [`${connector}.${name}`, key]))
    const kept = SavedPlans.entitiesOf(plan, (id) => keys.get(id) ?? [])
    const document = yield* Effect.orDie(encodePlan(plan))
    const isTooLarge = JSON.stringify(document).length > maxOffered
    const canApply = plan.entities.every(({ error }) => error === null) && kept.some(SavedPlans.changesSomething)
    const confirmation = canApply && !isTooLarge ? yield* confirmations.make("plan", document, madeBy) : null
    const view: SavedPlans.SavedPlan = {
      selectors,
      again,
      configHash: plan.configHash,
      offer: confirmation,
      isTooLarge: canApply && isTooLarge,
      entities: kept
    }
    return { kept: view, id: yield* confirmations.make("plan-view", yield* Effect.orDie(encodeKept(view)), madeBy) }
  })

  const start = (ctx: BotContext, chosen: EntityPicker.Chosen) => {
    const { translator } = ctx
    const full = chosen.options.includes("full")
    const title = bold(translator.say("plan-running", { what: textOf(chosen) }))
    return window.work(ctx, { text: title }, (show) =>
      Effect.gen(function* () {
        const options = { translator, title, entities: chosen.entities, show }
        const plan = yield* Progress.live(options, (onEvent) => makePlan(chosen.selectors, { full, onEvent }))
        const { id, kept } = yield* keep(plan, chosen, actorOfUpdate(ctx).actor)
        return Views.summary(translator, id, kept)
      })
    )
  }

  const look = Effect.fnUntraced(function* (id: number) {
    const about = yield* confirmations.look("plan-view", id)
    if (about === undefined) return yield* new UserFacingError({ key: "offer-gone" })
    return yield* Effect.orDie(SavedPlans.decode(about))
  })

  const show = (ctx: BotContext, id: number, view: (kept: SavedPlans.SavedPlan) => View) =>
    Effect.flatMap(look(id), (kept) => Effect.asVoid(window.show(ctx, view(kept))))

  /** Returns `undefined` if the same person has already taken it. */
  const take = Effect.fnUntraced(function* (ctx: BotContext, { offer: confirmation }: SavedPlans.SavedPlan) {
    const own = ctx.from?.id ?? 0
    if (confirmation !== null && takers.get(confirmation) === own) return undefined
    const document = confirmation === null ? undefined : yield* confirmations.take("plan", confirmation)
    if (confirmation === null || document === undefined) return yield* new UserFacingError({ key: "offer-gone" })
    const [oldest] = takers.keys()
    if (takers.size > takersKept && oldest !== undefined) takers.delete(oldest)
    takers.set(confirmation, own)
    // Another version of the bot may have made the plan.
    return yield* Effect.mapError(decodePlan(document), () => new UserFacingError({ key: "offer-gone" }))
  })

  const applyIt = Effect.fnUntraced(function* (ctx: BotContext, id: number) {
    const { translator } = ctx
    const kept = yield* look(id)
    const { hash } = yield* generation
    if (hash !== kept.configHash) return yield* new UserFacingError({ key: "plan-other-configuration" })
    const plan = yield* take(ctx, kept)
    if (plan === undefined) return
    yield* window.work(ctx, { text: translator.say("plan-applying") }, () =>
      apply(plan, actorOfUpdate(ctx)).pipe(
        Effect.map((runs) => {
          const isWhole = runs.every(({ status }) => status === "ok" || status === "warning")
          const title = translator.say(isWhole ? "plan-applied" : "plan-not-applied")
          const isWithheld = kept.entities.some(({ counts }) => counts.withheld > 0)
          const note = isWithheld ? `\n\n${translator.say("plan-withheld-note")}` : ""
          return {
            text: `${title}\n${Progress.results(translator, runs)}${note}`,
            keyboard: againOr(translator, kept.again)
          }
        }),
        Effect.catchTag("RunFailure", ({ reason }) =>
          Effect.fail(new UserFacingError({ key: "plan-refused", why: reason }))
        )
      )
    )
  })

  const drop = Effect.fnUntraced(function* (ctx: BotContext, id: number) {
    const kept = yield* look(id)
    const plan = yield* take(ctx, kept)
    if (plan === undefined) return
    yield* window.show(ctx, { text: ctx.translator.say("plan-dropped"), keyboard: againOr(ctx.translator, kept.again) })
  })

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
      return show(ctx, id, (kept) => Views.rows(ctx.translator, id, kept, Number(ctx.match[2])))
    })
  )
  admins.callbackQuery(
    /^plan:(view|apply):(\d{1,15})$/,
    on((ctx) => {
      const id = Number(ctx.match[2])
      const view = ctx.match[1] === "view" ? Views.summary : Views.question
      return show(ctx, id, (kept) => view(ctx.translator, id, kept))
    })
  )
  bound("do", applyIt)
  bound("drop", drop)

  const feature: Feature = {
    namespaces: ["plan"],
    composer,
    entries: [{ key: "menu-plan", audience: "admins", open }],
    commands: [{ name: "plan", audience: "admins" }]
  }
  return feature
})

const takersKept = 200

const againOr = (translator: Translator, again: string): InlineKeyboard =>
  new InlineKeyboard().text(translator.t("plan-again"), again).row().text(translator.t("menu-back"), "menu")
