/** How an alert reads in a chat, while it is open and when it is over. */
import { InlineKeyboard } from "grammy"
import type { Alert } from "../../../core/control/Control.ts"
import type { FeatureName } from "../../Config.ts"
import { told } from "../../i18n/Reasons.ts"
import type { Words } from "../../i18n/Translator.ts"
import { code, cut, escapeHtml, within } from "../../telegram/Html.ts"
import { handleOf } from "../../window/CallbackIds.ts"
import type { View } from "../../window/Window.ts"

/** Kind and what it is about, from the key of an alert, whose code says nothing to people. */
const partsOf = (subject: string): readonly [kind: string, about: string] => {
  const [kind = "", about = ""] = subject.split(" ")
  return [kind, about]
}

const mostMessage = 700
const mostNames = 2_000

/** `lasted`: it is still so after that long. */
export const open = (words: Words, alert: Alert, keyboard: InlineKeyboard, lasted?: string): View => {
  const { entities, kind, reason, subject } = alert
  const title = `🔴 <b>${words.say(`alert-${kind}`)}</b>${lasted === undefined ? "" : ` ${words.say("alert-still", { lasted })}`}`
  const facts = [quote(told(words, reason)), words.say(`alert-${kind}-todo`)]
  const about = entities.length < 2 ? [code(subject)] : entities.map((id) => `• ${code(id)}`)
  // Whatever the number of names, why it is so is told.
  const names = within(about, (left) => words.say("alert-more", { count: left }), mostNames)
  return { text: [title, names, ...facts].join("\n"), keyboard }
}

const quote = (message: string): string => `<blockquote>${escapeHtml(cut(message, mostMessage))}</blockquote>`

/** It is not over, but told with others. */
export const merged = (words: Words, subject: string): View => {
  const [kind, about] = partsOf(subject)
  return { text: `↪️ ${titleOf(words, kind)}: ${code(about)}\n${words.say("alert-merged")}` }
}

/** `lasted` is not known of what ended while nobody looked. */
export const over = (words: Words, subject: string, lasted: string | undefined): View => {
  const [kind, about] = partsOf(subject)
  const end = lasted === undefined ? words.say("alert-over") : words.say("alert-recovered", { lasted })
  return { text: `✅ ${titleOf(words, kind)}: ${code(about)}\n${end}` }
}

const titleOf = (words: Words, kind: string): string =>
  words.say(isKnown(kind, words) ? `alert-${kind}` : "alert-unknown")

/** Fluent answers the key in braces for what it does not have. */
const isKnown = (kind: string, words: Words): boolean =>
  /^[a-z_]+$/.test(kind) && !words.t(`alert-${kind}`).startsWith("{")

/** Where to look: buttons that open beside the message, which stays to be edited. */
export const buttons = (
  words: Words,
  { entities, kind, subject }: Pick<Alert, "entities" | "kind" | "subject">,
  has: (feature: FeatureName) => boolean
): InlineKeyboard => {
  const keyboard = new InlineKeyboard()
  const way = (feature: FeatureName, key: string, data: string) => {
    if (has(feature)) keyboard.text(words.t(key), `alerts:to:${data}`)
  }
  if (kind === "guard_held") way("deletes", "alert-to-deletes", "deletes")
  if (kind === "action_unknown") way("unknown", "alert-to-unknown", "unknown")
  if (kind === "job_failed") way("jobs", "alert-to-job", `jobs:show:${handleOf(subject)}`)
  if (kind === "circuit_open" || entities.length > 0) way("log", "alert-to-log", `log:of:${handleOf(subject)}`)
  way("status", "alert-to-status", "status")
  return muteButton(words, keyboard.row())
}

/** All that is offered in a group: the rest is about more than alerts. */
export const muteButton = (words: Words, keyboard: InlineKeyboard): InlineKeyboard =>
  keyboard.text(words.t("alert-to-mute"), "alerts:to:mute")
