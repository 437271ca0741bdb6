/** `/jobs`: when each job fires and how it last ended. An admin runs one now, pauses or resumes it. */
import { Effect } from "effect"
import { Composer, InlineKeyboard } from "grammy"
import { Control } from "../../../core/control/Control.ts"
import { bold, cut, escapeHtml, within } from "../../../core/plugin/chat/Html.ts"
import { reasonLines } from "../../../core/plugin/chat/ReasonText.ts"
import type { Translator } from "../../../core/plugin/chat/Translator.ts"
import { UserFacingError } from "../../../core/plugin/chat/UserFacingError.ts"
import { type Feature, isAdmin } from "../../Feature.ts"
import { HandlerRuntime } from "../../HandlerRuntime.ts"
import { actorOfUpdate } from "../../people/Actor.ts"
import { Settings } from "../../Settings.ts"
import type { BotContext } from "../../session/Context.ts"
import { callbackIdOf, callbackIdPattern } from "../../window/CallbackIds.ts"
import * as Progress from "../../window/Progress.ts"
import { Window } from "../../window/Window.ts"
import { scheduleIn } from "./ScheduleWords.ts"

type JobState = Effect.Success<Control["Service"]["jobs"]["list"]>[number]
type Fire = NonNullable<JobState["lastFire"]>

const maxDetail = 700

const icons: Readonly<Record<Fire["status"], string>> = {
  ok: "✅",
  warning: "⚠️",
  failed: "❌",
  missed: "❌",
  skipped: "⏭",
  running: "⏳"
}

export const make = Effect.gen(function* () {
  const { on } = yield* HandlerRuntime
  const control = yield* Control
  const { timezone } = yield* Settings
  const window = yield* Window

  const list = Effect.fnUntraced(function* (ctx: BotContext) {
    const { translator } = ctx
    const jobs = yield* control.jobs.list
    const keyboard = new InlineKeyboard()
    for (const [at, { name }] of jobs.entries()) {
      keyboard.text(name, `jobs:show:${callbackIdOf(name)}`)
      if (at % 2 === 1) keyboard.row()
    }
    keyboard.row().text(translator.t("menu-back"), "menu")
    const lines = jobs.map((job) => `\n${bold(escapeHtml(job.name))}, ${factsOf(translator, job, timezone).join("\n")}`)
    const text = within([translator.say(jobs.length === 0 ? "jobs-none" : "jobs-title"), ...lines], (left) =>
      translator.say("jobs-more", { count: left })
    )
    yield* window.show(ctx, { text, keyboard })
  })

  const find = Effect.fnUntraced(function* (wanted: string) {
    const found = (yield* control.jobs.list).find(({ name }) => callbackIdOf(name) === wanted)
    return found === undefined ? yield* new UserFacingError({ key: "jobs-gone" }) : found
  })

  const viewOf = Effect.fnUntraced(function* (translator: Translator, wanted: string) {
    const job = yield* find(wanted)
    const keyboard = new InlineKeyboard().text(translator.t("jobs-run"), `jobs:run:${wanted}`)
    if (job.paused) keyboard.text(translator.t("jobs-resume"), `jobs:resume:${wanted}`)
    else if (job.enabled) keyboard.text(translator.t("jobs-pause"), `jobs:pause:${wanted}`)
    keyboard.row().text(translator.t("back"), "jobs").text(translator.t("menu-back"), "menu")
    const reasons = job.lastFire?.reasons ?? []
    const text = [
      bold(escapeHtml(job.name)),
      ...factsOf(translator, job, timezone),
      ...(reasons.length === 0 ? [] : ["", detailOf(translator, reasons)])
    ].join("\n")
    return { text, keyboard }
  })

  const show = (ctx: BotContext, wanted: string) =>
    Effect.flatMap(viewOf(ctx.translator, wanted), (view) => window.show(ctx, view))

  const run = Effect.fnUntraced(function* (ctx: BotContext, wanted: string) {
    const { translator } = ctx
    const { name } = yield* find(wanted)
    const by = actorOfUpdate(ctx)
    const title = translator.say("jobs-running", { job: name })
    yield* window.work(ctx, { text: title }, (show) =>
      Progress.live({ entities: [], show, title, translator }, (onEvent) =>
        control.jobs.run(name, { ...by, onEvent })
      ).pipe(
        Effect.map(({ reasons, results, status }) => ({
          text: [
            `${icons[status]} ${translator.say(`jobs-ended-${status}`, { job: name })}`,
            ...(results.length === 0 ? [] : [Progress.results(translator, results)]),
            ...(results.length > 0 || reasons.length === 0 ? [] : [detailOf(translator, reasons)])
          ].join("\n"),
          keyboard: new InlineKeyboard()
            .text(translator.t("back"), `jobs:show:${wanted}`)
            .text(translator.t("menu-back"), "menu")
        }))
      )
    )
  })

  const setPaused = Effect.fnUntraced(function* (ctx: BotContext, what: "pause" | "resume", wanted: string) {
    const { name } = yield* find(wanted)
    const by = actorOfUpdate(ctx).actor
    yield* control.jobs[what](name, by)
    yield* Effect.annotateLogs(Effect.logInfo(what === "pause" ? "a job was paused" : "a job goes on"), {
      service: "jobs",
      job: name,
      actor: by
    })
    yield* show(ctx, wanted)
  })

  const composer = new Composer<BotContext>()
  const admins = composer.filter(isAdmin)
  admins.command("jobs", on(list))
  admins.callbackQuery("jobs", on(list))
  admins.callbackQuery(
    new RegExp(`^jobs:show:(${callbackIdPattern})$`),
    on((ctx) => Effect.asVoid(show(ctx, ctx.match[1] ?? "")))
  )
  admins.callbackQuery(
    new RegExp(`^jobs:run:(${callbackIdPattern})$`),
    on((ctx) => run(ctx, ctx.match[1] ?? ""))
  )
  admins.callbackQuery(
    new RegExp(`^jobs:(pause|resume):(${callbackIdPattern})$`),
    on((ctx) => setPaused(ctx, ctx.match[1] === "pause" ? "pause" : "resume", ctx.match[2] ?? ""))
  )

  const feature: Feature = {
    namespaces: ["jobs"],
    composer,
    entries: [{ key: "menu-jobs", audience: "admins", open: list }],
    commands: [{ name: "jobs", audience: "admins" }]
  }
  return feature
})

const detailOf = (translator: Translator, reasons: Fire["reasons"]): string =>
  `<i>${escapeHtml(cut(reasonLines(translator, reasons), maxDetail))}</i>`

/** Returns when the job fires, how it last ended and when it fires next. */
const factsOf = (translator: Translator, job: JobState, timezone: string): ReadonlyArray<string> => {
  const { enabled, lastFire, nextFire, paused } = job
  const zone = job.timezone === timezone ? "" : ` (${escapeHtml(job.timezone)})`
  const last =
    lastFire === null
      ? translator.say("jobs-never")
      : `${icons[lastFire.status]} ${translator.say(`jobs-last-${lastFire.status}`, { at: translator.moment(lastFire.scheduledAt) })}`
  const next = paused
    ? translator.say("jobs-paused")
    : !enabled
      ? translator.say("jobs-disabled")
      : nextFire === null
        ? translator.say("jobs-no-next")
        : translator.say("jobs-next", { at: translator.moment(nextFire) })
  return [`${scheduleIn(translator, job.schedule)}${zone}`, last, next]
}
