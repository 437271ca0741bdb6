/** The text of an alert in a chat, while it is open and when it is over. */
import { InlineKeyboard } from "grammy"
import type { Alert } from "../../../core/control/Control.ts"
import { code, cut, escapeHtml, fitLines } from "../../../core/plugin/chat/Html.ts"
import { reasonText } from "../../../core/plugin/chat/ReasonText.ts"
import type { Translator } from "../../../core/plugin/chat/Translator.ts"
import type { FeatureName } from "../../Config.ts"
import { callbackIdOf } from "../../window/CallbackIds.ts"
import type { View } from "../../window/View.ts"

/** Returns the kind and the subject, from the key of an alert, whose code means nothing to people. */
const partsOf = (subject: string): readonly [kind: string, about: string] => {
  const [kind = "", ...about] = subject.split(" ")
  // A system's name has several words where its vendor counts a part separately; elsewhere a code follows.
  return [kind, kind === "circuit_open" ? about.join(" ") : (about[0] ?? "")]
}

const maxMessage = 700
const maxNames = 2_000

/** `lasted`: the alert is still open after that long. */
export const openView = (translator: Translator, alert: Alert, keyboard: InlineKeyboard, lasted?: string): View => {
  const { entities, kind, reason, subject } = alert
  const title = `🔴 <b>${translator.say(`alert-${kind}`)}</b>${lasted === undefined ? "" : ` ${translator.say("alert-still", { lasted })}`}`
  const facts = [quote(reasonText(translator, reason)), translator.say(`alert-${kind}-todo`)]
  const about = entities.length < 2 ? [code(subject)] : entities.map((id) => `• ${code(id)}`)
  // The reason is shown whatever the number of names.
  const names = fitLines(about, (left) => translator.say("alert-more", { count: left }), maxNames)
  return { text: [title, names, ...facts].join("\n"), keyboard }
}

const quote = (message: string): string => `<blockquote>${escapeHtml(cut(message, maxMessage))}</blockquote>`

/** The alert is not over, but another message reports it together with others. */
export const mergedView = (translator: Translator, subject: string): View => {
  const [kind, about] = partsOf(subject)
  return { text: `↪️ ${titleOf(translator, kind)}: ${code(about)}\n${translator.say("alert-merged")}` }
}

/** `lasted` is unknown if the alert ended while the bot was stopped. */
export const overView = (translator: Translator, subject: string, lasted: string | undefined): View => {
  const [kind, about] = partsOf(subject)
  const end = lasted === undefined ? translator.say("alert-over") : translator.say("alert-recovered", { lasted })
  return { text: `✅ ${titleOf(translator, kind)}: ${code(about)}\n${end}` }
}

const titleOf = (translator: Translator, kind: string): string =>
  translator.say(isKnown(kind, translator) ? `alert-${kind}` : "alert-unknown")

/** Fluent returns the key in braces for a missing message. */
const isKnown = (kind: string, translator: Translator): boolean =>
  /^[a-z_]+$/.test(kind) && !translator.t(`alert-${kind}`).startsWith("{")

/** Adds buttons that lead to the cause. They open a message below, so that this one can still be edited. */
export const addButtons = (
  translator: Translator,
  { entities, kind, subject }: Pick<Alert, "entities" | "kind" | "subject">,
  has: (feature: FeatureName) => boolean
): InlineKeyboard => {
  const keyboard = new InlineKeyboard()
  const way = (feature: FeatureName, key: string, data: string) => {
    if (has(feature)) keyboard.text(translator.t(key), `alerts:to:${data}`)
  }
  if (kind === "guard_held") way("deletes", "alert-to-deletes", "deletes")
  if (kind === "action_unknown") way("unknown", "alert-to-unknown", "unknown")
  if (kind === "account_invalid") way("accounts", "menu-accounts", "accounts")
  if (kind === "job_failed") way("jobs", "alert-to-job", `jobs:show:${callbackIdOf(subject)}`)
  if (kind === "circuit_open" || entities.length > 0) {
    const [logged = ""] = subject.split(/[ @]/)
    way("log", "alert-to-log", `log:of:${callbackIdOf(logged)}`)
  }
  way("status", "alert-to-status", "status")
  return muteButton(translator, keyboard.row())
}

/** The only button of a group: the others lead to more than alerts. */
export const muteButton = (translator: Translator, keyboard: InlineKeyboard): InlineKeyboard =>
  keyboard.text(translator.t("alert-to-mute"), "alerts:to:mute")
