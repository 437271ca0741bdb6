/** One run of the audit: all its warnings and notes, and the last request of a failed one. */
import { InlineKeyboard } from "grammy"
import type { AuditedRun, AuditedRunDetail } from "../../../core/control/Control.ts"
import { code, cutMiddle, fitLines, maxText, pre } from "../../../core/plugin/chat/Html.ts"
import { reasonHtml } from "../../../core/plugin/chat/ReasonText.ts"
import type { Translator } from "../../../core/plugin/chat/Translator.ts"
import { duration } from "../../window/ProgressBoard.ts"
import type { View } from "../../window/View.ts"

/** The columns of a block that a phone shows without breaking a line. */
const width = 32
const requestsShown = 5
const maxReason = 500

/** `first` is the run's line in the list; HTML. */
export const runView = (translator: Translator, run: AuditedRunDetail, first: string): View => {
  const { errorReason, id, last_requests, noteReasons, reasons, requests } = run
  const took =
    run.finished_at === null ? [] : [duration(translator, run.finished_at.getTime() - run.started_at.getTime())]
  const asked = last_requests.slice(-requestsShown).flatMap((request) => requestLines(translator, request))
  const block = asked.length === 0 ? "" : `\n${translator.say("log-last-requests")}\n${pre(asked.join("\n"))}`
  const lines = [
    first,
    [code(`№ ${id}`), translator.say("log-requests", { count: requests }), ...took].join(" · "),
    ...(errorReason === null ? [] : [`❌ ${reasonHtml(translator, errorReason, maxReason)}`]),
    ...reasons.map((one) => `⚠️ ${reasonHtml(translator, one, maxReason)}`),
    ...noteReasons.map((one) => `ℹ️ ${reasonHtml(translator, one, maxReason)}`)
  ]
  const text = fitLines(lines, (left) => translator.say("log-more", { count: left }), maxText - block.length)
  const keyboard = new InlineKeyboard().text(translator.t("back"), "log:newest").text(translator.t("menu-back"), "menu")
  return { text: `${text}${block}`, keyboard }
}

const requestLines = (
  translator: Translator,
  { error, method, ms, path, status }: AuditedRunDetail["last_requests"][number]
): ReadonlyArray<string> => {
  const outcome = status === null ? (error ?? translator.t("log-no-answer")) : String(status)
  return [cutMiddle(`${method} ${path}`, width), cutMiddle(`  ${ms} ms · ${outcome}`, width)]
}

/** Whether the run has more details than its line on the page shows. */
export const hasMore = ({ error, notes, warnings }: AuditedRun): boolean =>
  error !== null || warnings.length > 0 || notes.length > 0

export const runData = (id: bigint): string => `log:run:${id}`
