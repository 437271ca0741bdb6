/** The window of a started sync: how far it is, and what came of it. */
import { InlineKeyboard } from "grammy"
import type { Task } from "../../../core/control/AccountControl.ts"
import { progressIn, resultIn } from "../../../core/control/SyncTask.ts"
import { code, cut, escapeHtml, fitLines } from "../../../core/plugin/chat/Html.ts"
import { reasonText } from "../../../core/plugin/chat/ReasonText.ts"
import type { Translator } from "../../../core/plugin/chat/Translator.ts"
import * as ProgressBoard from "../../window/ProgressBoard.ts"
import type { View } from "../../window/View.ts"

const maxReason = 300

/** How far it is; nothing of a task of another version. */
export const progressText = (translator: Translator, { progress }: Task): string => {
  const known = progressIn(progress)
  return known === undefined ? "" : translator.say("accounts-sync-progress", { ...known })
}

const outcomes = (translator: Translator, { reason, result }: Task): ReadonlyArray<string> => {
  const entities = resultIn(result)?.entities
  if (entities === undefined) return reason === null ? [] : [escapeHtml(cut(reasonText(translator, reason), maxReason))]
  return entities.map((one) => {
    const counts = ProgressBoard.counts(translator, one)
    const why = one.error === null ? "" : `: ${escapeHtml(cut(reasonText(translator, one.error), maxReason))}`
    const mark = one.failed > 0 ? "❌" : one.warning > 0 ? "⚠️" : one.skipped > 0 ? "⏭" : "✅"
    return `${mark} ${code(one.entity)}${why}${counts === "" ? "" : `: ${counts}`}`
  })
}

export const taskView = (translator: Translator, task: Task): View => {
  const { account, id, name, owner, state } = task
  const keyboard = new InlineKeyboard()
  if (state === "running") keyboard.text(translator.t("accounts-stop"), `accounts:stop:${id}`).row()
  if (account !== null) keyboard.text(translator.t("back"), `accounts:show:${account}`)
  keyboard.text(translator.t("menu-back"), "menu")
  const head = translator.say(`accounts-sync-${state}`, { name: `${owner}/${name}` })
  const lines = state === "running" ? [progressText(translator, task)] : outcomes(translator, task)
  return { text: fitLines([head, ...lines], (left) => translator.say("accounts-more", { count: left })), keyboard }
}
