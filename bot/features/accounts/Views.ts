/** The windows of `/accounts`: the list, one account, and an authorization. */
import { DateTime } from "effect"
import { InlineKeyboard } from "grammy"
import { durationText } from "../../../core/config/schema/Scalars.ts"
import type {
  Account,
  AccountSchedule,
  AuthorizationProgress,
  OfferedList,
  ShownList,
  Task,
  Viewer
} from "../../../core/control/AccountControl.ts"
import { bold, code, cut, escapeHtml, fitLines } from "../../../core/plugin/chat/Html.ts"
import { reasonText } from "../../../core/plugin/chat/ReasonText.ts"
import type { Translator } from "../../../core/plugin/chat/Translator.ts"
import type { Reason } from "../../../core/reason/Reason.ts"
import type { View } from "../../window/View.ts"
import { progressText } from "./SyncViews.ts"

const icons: Readonly<Record<Account["status"], string>> = { active: "✅", paused: "⏸", invalid: "❌" }

/** What needs a person comes first. */
const order: Readonly<Record<Account["status"], number>> = { invalid: 0, paused: 1, active: 2 }

const maxButtons = 20
const maxReason = 700
const maxFailures = 3
const maxLabel = 60

const nameOf = ({ name, owner }: Pick<Task, "name" | "owner">): string => `${owner}/${name}`

export const quotedReason = (translator: Translator, why: Reason): string =>
  `<blockquote>${escapeHtml(cut(reasonText(translator, why), maxReason))}</blockquote>`

export const listView = (
  translator: Translator,
  accounts: ReadonlyArray<Account>,
  connectors: ReadonlyArray<string>,
  viewer: Viewer
): View => {
  const [none, title, how] =
    viewer === "all"
      ? (["accounts-none", "accounts-title", "accounts-how"] as const)
      : (["accounts-own-none", "accounts-own-title", "accounts-own-how"] as const)
  const sorted = accounts.toSorted((left, right) => order[left.status] - order[right.status])
  const keyboard = new InlineKeyboard()
  for (const [at, account] of sorted.slice(0, maxButtons).entries()) {
    keyboard.text(`${icons[account.status]} ${nameOf(account)}`, `accounts:show:${account.id}`)
    if (at % 2 === 1) keyboard.row()
  }
  keyboard.row().text(translator.t("menu-back"), "menu")
  const lines = sorted.map(
    (account) => `${icons[account.status]} ${bold(escapeHtml(nameOf(account)))} · ${escapeHtml(account.connector)}`
  )
  const head = translator.say(accounts.length === 0 ? none : title)
  const text = fitLines([head, ...lines], (left) => translator.say("accounts-more", { count: left }))
  const [connector = ""] = viewer === "all" ? connectors : sorted.map((account) => account.connector)
  // An owner adds another account; the first one is an admin's.
  if (viewer !== "all" && accounts.length === 0) return { text, keyboard }
  return { text: `${text}\n\n${translator.say(how, { connector })}`, keyboard }
}

/** What an account's window shows beside the account itself. */
export interface AboutAccount {
  readonly lists: ReadonlyArray<OfferedList>
  readonly failures: ReadonlyArray<{ readonly entity: string; readonly reason: Reason }>
  readonly schedules: ReadonlyArray<AccountSchedule>
  /** The started syncs that run. */
  readonly syncs: ReadonlyArray<Task>
}

const maxSchedules = 10

const cadenceText = ({ cadence }: AccountSchedule): string =>
  cadence._tag === "Every" ? durationText(cadence.every) : cadence.pattern

/** All entities, or some of them, and how often. */
const scheduleText = (translator: Translator, schedule: AccountSchedule): string =>
  [schedule.entities?.join(", ") ?? translator.t("accounts-everything"), cadenceText(schedule)].join(" · ")

const scheduleLine = (translator: Translator, schedule: AccountSchedule): string => {
  const { enabled, nextFire } = schedule
  const next =
    !enabled || nextFire === null
      ? translator.say("accounts-schedule-off")
      : translator.say("accounts-schedule-next", { at: translator.moment(nextFire) })
  return `🗓 ${escapeHtml(scheduleText(translator, schedule))} · ${next}`
}

/** The name of the list does not fit into the data of a button beside the account's id; its place does. */
export const accountView = (translator: Translator, account: Account, about: AboutAccount): View => {
  const { failures, lists, syncs } = about
  const schedules = about.schedules.slice(0, maxSchedules)
  const { belongsTo, connector, id, lastUsedAt, reason, status } = account
  const keyboard = new InlineKeyboard()
  if (status === "active") {
    keyboard.text(translator.t("accounts-sync"), `accounts:sync:${id}`)
    keyboard.text(translator.t("accounts-pause"), `accounts:pause:${id}`)
  }
  if (status === "paused") keyboard.text(translator.t("accounts-resume"), `accounts:resume:${id}`)
  if (status !== "active") keyboard.text(translator.t("accounts-again"), `accounts:again:${id}`)
  for (const sync of syncs) {
    keyboard.row().text(translator.t("accounts-follow"), `accounts:follow:${sync.id}`)
    keyboard.text(translator.t("accounts-stop"), `accounts:stop:${sync.id}`)
  }
  for (const [at, { title }] of lists.entries()) {
    keyboard.row().text(`📋 ${reasonText(translator, title)}`, `accounts:list${at}:${id}`)
  }
  for (const schedule of schedules) {
    const way = schedule.enabled ? "off" : "on"
    const label = translator.t(`accounts-schedule-turn-${way}`, { what: scheduleText(translator, schedule) })
    keyboard.row().text(cut(label, maxLabel), `accounts:${way}:${schedule.id}`)
  }
  keyboard.row().text(translator.t("back"), "accounts").text(translator.t("menu-back"), "menu")
  const used = lastUsedAt === null ? "" : ` · ${translator.say("accounts-used", { at: translator.moment(lastUsedAt) })}`
  const why = reason === null ? [] : [quotedReason(translator, reason)]
  // An account that is not read at all has one reason for everything.
  const failed = status === "active" ? failures.slice(0, maxFailures) : []
  const failing = failed.map(
    (one) => `${translator.say("accounts-failed", { entity: one.entity })}${quotedReason(translator, one.reason)}`
  )
  const text = [
    `${icons[status]} ${bold(escapeHtml(nameOf(account)))} · ${escapeHtml(connector)}`,
    translator.say(`accounts-is-${status}`),
    ...why,
    ...failing,
    ...syncs.map((sync) => `⏳ ${progressText(translator, sync)}`),
    ...schedules.map((schedule) => scheduleLine(translator, schedule)),
    `${translator.say("accounts-belongs", { to: belongsTo })}${used}`
  ].join("\n")
  return { text, keyboard }
}

export const rowsView = (translator: Translator, account: Account, { head, lines, title }: ShownList): View => {
  const shown = lines.map((line) => escapeHtml(reasonText(translator, line)))
  const first = `${bold(escapeHtml(reasonText(translator, title)))} · ${escapeHtml(nameOf(account))}`
  const text = fitLines([first, escapeHtml(reasonText(translator, head)), "", ...shown], (left) =>
    translator.say("accounts-more", { count: left })
  )
  return { text, keyboard: backTo(translator, account.id) }
}

/** `progress`: only for the person who asked. */
export const taskView = (translator: Translator, task: Task, progress: AuthorizationProgress | undefined): View => {
  const keyboard = new InlineKeyboard()
  const name = nameOf(task)
  if (task.state === "running") keyboard.text(translator.t("accounts-check"), `accounts:task:${task.id}`)
  else if (task.account !== null) keyboard.text(name, `accounts:show:${task.account}`)
  keyboard.row().text(translator.t("back"), "accounts").text(translator.t("menu-back"), "menu")
  const { reason, state } = task
  const lines = [
    translator.say(`accounts-task-${state}`, { name }),
    ...(state === "running" && progress !== undefined ? linkOf(translator, progress) : []),
    ...(reason === null ? [] : [quotedReason(translator, reason)])
  ]
  return { text: lines.join("\n"), keyboard }
}

const linkOf = (
  translator: Translator,
  { expiresAt, link, userCode }: AuthorizationProgress
): ReadonlyArray<string> => [
  escapeHtml(link),
  `${translator.say("accounts-code")} ${code(userCode)}`,
  translator.say("accounts-until", { at: translator.moment(DateTime.toUtc(expiresAt)) })
]

export const backTo = (translator: Translator, account: string): InlineKeyboard =>
  new InlineKeyboard().text(translator.t("back"), `accounts:show:${account}`).text(translator.t("menu-back"), "menu")
