/** One line for a run in lists, and the shortened reason below it. */
import type { AuditedRun } from "../../../core/control/Control.ts"
import { code, cut, escapeHtml } from "../../../core/plugin/chat/Html.ts"
import { reasonText } from "../../../core/plugin/chat/ReasonText.ts"
import type { Translator } from "../../../core/plugin/chat/Translator.ts"
import type { Reason } from "../../../core/reason/Reason.ts"

const maxError = 140

export const icons: Readonly<Record<AuditedRun["status"], string>> = {
  ok: "✅",
  warning: "⚠️",
  failed: "❌",
  skipped: "⏭",
  running: "⏳"
}

/** Returns when the run was, its entity, its changes and its actor; HTML. */
export const firstLine = (translator: Translator, run: AuditedRun, actor: string | undefined): string => {
  const { connector, deleted, entity, inserted, rejected, started_at, status, trigger, updated } = run
  const counts = [
    ...(inserted > 0 ? [`+${inserted}`] : []),
    ...(updated > 0 ? [`~${updated}`] : []),
    ...(deleted > 0 ? [`−${deleted}`] : []),
    ...(rejected > 0 ? [`🚫${rejected}`] : [])
  ]
  const by = actor === undefined ? triggerOf(translator, trigger) : `👤 ${actor}`
  const what = `${icons[status]} ${translator.moment(started_at)} ${code(`${connector}.${entity}`)}`
  const about = [...(counts.length === 0 ? [] : [counts.join(" ")]), by].map(escapeHtml).join(" · ")
  return `${what} ${about}`
}

/** Returns the worst reason of the run. */
export const whyLine = (
  translator: Translator,
  { errorReason, noteReasons, reasons, status }: AuditedRun
): ReadonlyArray<string> => {
  const why = errorReason ?? (status === "warning" ? reasons[0] : undefined) ?? noteReasons[0]
  return why === undefined ? [] : [`    ${escapeHtml(shortReason(translator, why))}`]
}

/** Shortens a reason so that it fits beside others. */
export const shortReason = (translator: Translator, reason: Reason, most = maxError): string =>
  cut(reasonText(translator, reason).split("\n")[0] ?? "", most)

const triggers = new Set(["job", "cli", "api", "console", "webhook", "bot", "start"])

const triggerOf = (translator: Translator, trigger: string): string =>
  triggers.has(trigger) ? translator.t(`log-trigger-${trigger}`) : trigger
