/** The windows of `/jobs`: the list, one job, and the outcome of a run. */
import type { Effect } from "effect"
import { InlineKeyboard } from "grammy"
import type { Control, RunResult } from "../../../core/control/Control.ts"
import { bold, cut, escapeHtml, fitLines } from "../../../core/plugin/chat/Html.ts"
import { reasonLines } from "../../../core/plugin/chat/ReasonText.ts"
import type { Translator } from "../../../core/plugin/chat/Translator.ts"
import { callbackIdOf } from "../../window/CallbackIds.ts"
import * as ProgressBoard from "../../window/ProgressBoard.ts"
import type { View } from "../../window/View.ts"
import { scheduleIn } from "./ScheduleWords.ts"

export type JobState = Effect.Success<Control["Service"]["jobs"]["list"]>[number]
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

/** `timezone`: the daemon's; jobs in another one say so. */
export const listView = (translator: Translator, jobs: ReadonlyArray<JobState>, timezone: string): View => {
  const keyboard = new InlineKeyboard()
  for (const [at, { name }] of jobs.entries()) {
    keyboard.text(name, `jobs:show:${callbackIdOf(name)}`)
    if (at % 2 === 1) keyboard.row()
  }
  keyboard.row().text(translator.t("menu-back"), "menu")
  const lines = jobs.map((job) => `\n${bold(escapeHtml(job.name))}, ${factsOf(translator, job, timezone).join("\n")}`)
  const text = fitLines([translator.say(jobs.length === 0 ? "jobs-none" : "jobs-title"), ...lines], (left) =>
    translator.say("jobs-more", { count: left })
  )
  return { text, keyboard }
}

export const jobView = (translator: Translator, job: JobState, timezone: string): View => {
  const id = callbackIdOf(job.name)
  const keyboard = new InlineKeyboard().text(translator.t("jobs-run"), `jobs:run:${id}`)
  if (job.paused) keyboard.text(translator.t("jobs-resume"), `jobs:resume:${id}`)
  else if (job.enabled) keyboard.text(translator.t("jobs-pause"), `jobs:pause:${id}`)
  keyboard.row().text(translator.t("back"), "jobs").text(translator.t("menu-back"), "menu")
  const reasons = job.lastFire?.reasons ?? []
  const text = [
    bold(escapeHtml(job.name)),
    ...factsOf(translator, job, timezone),
    ...(reasons.length === 0 ? [] : ["", detailOf(translator, reasons)])
  ].join("\n")
  return { text, keyboard }
}

interface RunOutcome {
  readonly status: Fire["status"]
  readonly reasons: Fire["reasons"]
  readonly results: ReadonlyArray<RunResult>
}

export const outcomeView = (translator: Translator, job: string, { reasons, results, status }: RunOutcome): View => ({
  text: [
    `${icons[status]} ${translator.say(`jobs-ended-${status}`, { job })}`,
    ...(results.length === 0 ? [] : [ProgressBoard.results(translator, results)]),
    ...(results.length > 0 || reasons.length === 0 ? [] : [detailOf(translator, reasons)])
  ].join("\n"),
  keyboard: new InlineKeyboard()
    .text(translator.t("back"), `jobs:show:${callbackIdOf(job)}`)
    .text(translator.t("menu-back"), "menu")
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
