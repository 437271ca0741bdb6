/**
 * How an alert reads in a chat, while it is open and when it is over. What concerns many entities of one system is one
 * message: when a system does not answer, all its entities are late together, and nobody needs sixty messages.
 */
import { InlineKeyboard } from "grammy"
import type { Alert } from "../../../core/control/Control.ts"
import type { FeatureName } from "../../Config.ts"
import { handleOf } from "../../Handles.ts"
import { code, cut, escapeHtml, within } from "../../Html.ts"
import { reasonOf } from "../../Reasons.ts"
import type { View } from "../../Window.ts"
import type { Words } from "../../Words.ts"

/** Which message it is told in: of late entities one for each connector, of the rest one for each alert. */
export const subjectOf = ({ key, kind, subject }: Pick<Alert, "key" | "kind" | "subject">): string =>
  kind === "entity_stale" && subject.includes(".") ? `${kind} ${subject.slice(0, subject.indexOf("."))}` : key

/** Kind and what it is about, from the subject of a message; kinds of an older version have no words. */
const partsOf = (subject: string): readonly [kind: string, about: string] => {
  const space = subject.indexOf(" ")
  return space < 0 ? [subject, ""] : [subject.slice(0, space), subject.slice(space + 1)]
}

const mostMessage = 700

/** `alerts` have one subject and are not empty; `lasted`: it is still so after that long. */
export const open = (words: Words, alerts: ReadonlyArray<Alert>, keyboard: InlineKeyboard, lasted?: string): View => {
  const [first] = alerts
  const kind = first?.kind ?? ""
  const title = `🔴 <b>${words.say(`alert-${kind}`)}</b>${lasted === undefined ? "" : ` ${words.say("alert-still", { lasted })}`}`
  const [only, ...others] = alerts.map(({ subject }) => subject)
  const about = others.length === 0 ? [code(only ?? "")] : alerts.map(({ subject }) => `• ${code(subject)}`)
  const told = others.length === 0 && first !== undefined ? [quote(reasonOf(words, first.message))] : []
  const text = within([title, ...about, ...told, words.say(`alert-${kind}-todo`)], (left) =>
    words.say("alert-more", { count: left })
  )
  return { text, keyboard }
}

const quote = (message: string): string => `<blockquote>${escapeHtml(cut(message, mostMessage))}</blockquote>`

/** `lasted` is not known of what ended while nobody looked. */
export const over = (words: Words, subject: string, lasted: string | undefined): View => {
  const [kind, about] = partsOf(subject)
  const what = words.say(isKnown(kind, words) ? `alert-${kind}` : "alert-unknown")
  const end = lasted === undefined ? words.say("alert-over") : words.say("alert-recovered", { lasted })
  return { text: `✅ ${what}: ${code(about)}\n${end}` }
}

/** Fluent answers the key in braces for what it does not have. */
const isKnown = (kind: string, words: Words): boolean =>
  /^[a-z_]+$/.test(kind) && !words.t(`alert-${kind}`).startsWith("{")

/** Where to look: buttons that open beside the message, which stays to be edited. */
export const buttons = (
  words: Words,
  { kind, subject }: Pick<Alert, "kind" | "subject">,
  has: (feature: FeatureName) => boolean
): InlineKeyboard => {
  const keyboard = new InlineKeyboard()
  const way = (feature: FeatureName, key: string, data: string) => {
    if (has(feature)) keyboard.text(words.t(key), `alerts:to:${data}`)
  }
  if (kind === "guard_held") way("deletes", "alert-to-deletes", "deletes")
  if (kind === "action_unknown") way("unknown", "alert-to-unknown", "unknown")
  if (kind === "job_failed") way("jobs", "alert-to-job", `jobs:show:${handleOf(subject)}`)
  if (kind === "guard_held" || kind === "circuit_open") way("log", "alert-to-log", `log:of:${handleOf(subject)}`)
  if (kind === "entity_stale") way("log", "alert-to-log", `log:of:${handleOf(subject.slice(0, subject.indexOf(".")))}`)
  way("status", "alert-to-status", "status")
  return muteButton(words, keyboard.row())
}

/** All that is offered in a group: the rest is about more than alerts. */
export const muteButton = (words: Words, keyboard: InlineKeyboard): InlineKeyboard =>
  keyboard.text(words.t("alert-to-mute"), "alerts:to:mute")
