/**
 * `/status`: problems first, each with a button that leads to it, then a line for each connector and the next fires,
 * under a picture of the last two weeks.
 */
import { Array as Arr, DateTime, Effect, Order } from "effect"
import { Composer, InlineKeyboard } from "grammy"
import { type Alert, Control, type EntitySummary } from "../../core/control/Control.ts"
import { code, escapeHtml, fitLines, maxCaption } from "../../core/plugin/chat/Html.ts"
import { reasonText } from "../../core/plugin/chat/ReasonText.ts"
import type { Translator } from "../../core/plugin/chat/Translator.ts"
import { type Reason, reason } from "../../core/reason/Reason.ts"
import { adminFeature, isAdmin } from "../Feature.ts"
import { HandlerRuntime } from "../HandlerRuntime.ts"
import { Settings } from "../Settings.ts"
import type { BotContext } from "../session/Context.ts"
import { Broadcast } from "../telegram/Broadcast.ts"
import { callbackIdOf } from "../window/CallbackIds.ts"
import { runsChart } from "../window/Chart.ts"
import { type WaitingCount, WaitingCounts } from "../window/WaitingCounts.ts"
import { Window } from "../window/Window.ts"
import { shortReason } from "./log/Lines.ts"

const daysShown = 14
const nextShown = 3
/** The number of buttons that lead to one entity's log. */
const maxLogs = 3
const maxReason = 90

type JobState = Effect.Success<Control["Service"]["jobs"]["list"]>[number]

interface State {
  readonly summaries: ReadonlyArray<EntitySummary>
  readonly jobs: ReadonlyArray<JobState>
  readonly alerts: ReadonlyArray<Alert>
  /** The kinds of which something waits. */
  readonly waiting: ReadonlyArray<WaitingCount>
  /** Why messages do not reach people. */
  readonly unreached: Reason | undefined
}

export const make = Effect.gen(function* () {
  const { on } = yield* HandlerRuntime
  const { unreached } = yield* Broadcast
  const control = yield* Control
  const { features } = yield* Settings
  const waiting = yield* WaitingCounts
  const window = yield* Window

  const open = Effect.fnUntraced(function* (ctx: BotContext) {
    const { translator } = ctx
    const read = Effect.all(
      {
        summaries: control.summaries,
        jobs: control.jobs.list,
        alerts: control.alerts.open,
        waiting: Effect.map(waiting.read(ctx.person), (all) => all.filter(({ count }) => count > 0)),
        unreached,
        days: control.days(daysShown)
      },
      { concurrency: "unbounded" }
    )
    yield* window.work(ctx, { text: translator.say("working") }, () =>
      Effect.map(read, ({ days, ...state }) => ({
        text: textOf(translator, state),
        photo: runsChart(days, {
          title: translator.t("status-chart"),
          ok: translator.t("status-chart-ok"),
          warning: translator.t("status-chart-warning"),
          failed: translator.t("status-chart-failed"),
          empty: translator.t("status-chart-empty"),
          locale: translator.locale
        }),
        keyboard: keyboardOf(translator, state)
      }))
    )
  })

  const keyboardOf = (translator: Translator, { jobs, summaries, waiting }: State) => {
    const keyboard = new InlineKeyboard()
    for (const { count, waiting: what } of waiting) keyboard.text(translator.t(what.label, { count }), what.opens).row()
    if (features.log) {
      for (const { id } of summaries.filter(isFailed).slice(0, maxLogs)) {
        keyboard.text(translator.t("status-to-log", { entity: id }), `log:of:${callbackIdOf(id)}`).row()
      }
    }
    if (features.jobs && jobs.some((job) => job.paused || isWrong(job))) {
      keyboard.text(translator.t("status-to-jobs"), "jobs").row()
    }
    return keyboard.text(translator.t("status-refresh"), "status").text(translator.t("menu-back"), "menu")
  }

  const composer = new Composer<BotContext>()
  const admins = composer.filter(isAdmin)
  admins.command("status", on(open))
  admins.callbackQuery("status", on(open))

  return adminFeature("status", composer, open)
})

const isFailed = ({ state }: EntitySummary): boolean => state === "failed"
const isWrong = ({ enabled, lastFire }: JobState): boolean =>
  enabled && (lastFire?.status === "failed" || lastFire?.status === "missed")

/** Alerts that the summaries of entities and the jobs report better, with the reason. */
const reportedElsewhere: ReadonlyArray<Alert["kind"]> = ["entity_stale", "guard_held", "action_unknown"]

const textOf = (translator: Translator, state: State): string => {
  const problems = problemLines(translator, state)
  const head =
    problems.length === 0
      ? translator.say("status-well")
      : translator.say("status-problems", { count: problems.length })
  const rest = ["", ...connectorLines(translator, state.summaries), ...nextLines(translator, state.jobs)]
  // The list of problems may be long: it leaves room for the rest, which is short.
  const room = Math.max(maxCaption / 2, maxCaption - rest.join("\n").length - head.length - 2)
  const more = (left: number) => translator.say("status-more", { count: left })
  return fitLines([head, ...(problems.length === 0 ? [] : [fitLines(problems, more, room)]), ...rest], more, maxCaption)
}

const problemLines = (
  translator: Translator,
  { alerts, jobs, summaries, unreached, waiting }: State
): ReadonlyArray<string> => {
  const wrongJobs = new Set(jobs.filter(isWrong).map(({ name }) => name))
  const late = summaries.filter((summary) => summary.late).map(({ id }) => id)
  return [
    ...waiting.flatMap(({ count, waiting: { line } }) => (line === undefined ? [] : [translator.say(line, { count })])),
    ...(unreached === undefined
      ? []
      : [translator.say("status-unreached", { why: reasonText(translator, unreached) })]),
    ...alerts
      .filter(
        ({ kind, subject }) => !reportedElsewhere.includes(kind) && !(kind === "job_failed" && wrongJobs.has(subject))
      )
      .map(({ kind, subject }) => `🔴 ${translator.say(`alert-${kind}`)}: ${code(subject)}`),
    ...summaries
      .filter(isFailed)
      .map(
        ({ failure, id }) =>
          `❌ ${code(id)}: ${escapeHtml(shortReason(translator, failure ?? reason("unsaid"), maxReason))}`
      ),
    ...summaries
      .filter(({ pending }) => pending > 0)
      .map(({ id, pending }) => translator.say("status-pending", { entity: id, rows: pending })),
    ...(late.length === 0 ? [] : [translator.say("status-late", { count: late.length, entities: someOf(late) })]),
    ...jobs.filter(isWrong).map(({ lastFire, name }) =>
      translator.say(lastFire?.status === "missed" ? "status-job-missed" : "status-job-failed", {
        job: name,
        why: shortReason(translator, lastFire?.reasons[0] ?? reason("unsaid"), maxReason)
      })
    ),
    ...jobs.filter(({ paused }) => paused).map(({ name }) => translator.say("status-job-paused", { job: name }))
  ]
}

const someOf = (names: ReadonlyArray<string>): string =>
  names.length <= 4 ? names.join(", ") : `${names.slice(0, 3).join(", ")}, …`

const byTime = Order.mapInput(Order.Number, (at: Date) => at.getTime())

const connectorLines = (translator: Translator, summaries: ReadonlyArray<EntitySummary>): ReadonlyArray<string> =>
  [...Map.groupBy(summaries, ({ id }) => id.slice(0, id.indexOf(".")))].map(([connector, own]) => {
    const fresh = Arr.sort(
      own.flatMap(({ freshAt }) => freshAt ?? []),
      byTime
    )
    const [oldest, newest] = [fresh[0], fresh.at(-1)]
    const variables = { connector, count: own.length }
    if (oldest === undefined || newest === undefined) return translator.say("status-connector-never", variables)
    const [from, to] = [translator.moment(oldest), translator.moment(newest)]
    return from === to
      ? translator.say("status-connector-even", { ...variables, at: to })
      : translator.say("status-connector", { ...variables, oldest: from, newest: to })
  })

const nextLines = (translator: Translator, jobs: ReadonlyArray<JobState>): ReadonlyArray<string> => {
  const next = Arr.sort(
    jobs.flatMap(({ name, nextFire }) => (nextFire === null ? [] : [{ name, at: nextFire }])),
    Order.mapInput(DateTime.Order, ({ at }: { readonly at: DateTime.Utc }) => at)
  ).slice(0, nextShown)
  if (next.length === 0) return []
  return [
    translator.say("status-next", { fires: next.map(({ at, name }) => `${translator.time(at)} ${name}`).join(", ") })
  ]
}
