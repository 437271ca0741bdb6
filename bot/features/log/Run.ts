/** One run of the audit: all that it warned of and noted, and what it asked for last when it went wrong. */
import { InlineKeyboard } from "grammy"
import type { AuditedRun, AuditedRunDetail } from "../../../core/control/Control.ts"
import { toldHtml } from "../../i18n/Reasons.ts"
import type { Words } from "../../i18n/Translator.ts"
import { code, cutMiddle, mostText, pre, within } from "../../telegram/Html.ts"
import { duration } from "../../window/Progress.ts"
import type { View } from "../../window/Window.ts"

/** Columns of a block that a phone shows without breaking a line. */
const width = 32
const requestsShown = 5
const mostReason = 500

/** `first` is the run's line in the list; HTML. */
export const runView = (words: Words, run: AuditedRunDetail, first: string): View => {
  const { errorReason, id, last_requests, noteReasons, reasons, requests } = run
  const took = run.finished_at === null ? [] : [duration(words, run.finished_at.getTime() - run.started_at.getTime())]
  const asked = last_requests.slice(-requestsShown).flatMap((request) => requestLines(words, request))
  const block = asked.length === 0 ? "" : `\n${words.say("log-last-requests")}\n${pre(asked.join("\n"))}`
  const lines = [
    first,
    [code(`№ ${id}`), words.say("log-requests", { count: requests }), ...took].join(" · "),
    ...(errorReason === null ? [] : [`❌ ${toldHtml(words, errorReason, mostReason)}`]),
    ...reasons.map((one) => `⚠️ ${toldHtml(words, one, mostReason)}`),
    ...noteReasons.map((one) => `ℹ️ ${toldHtml(words, one, mostReason)}`)
  ]
  const text = within(lines, (left) => words.say("log-more", { count: left }), mostText - block.length)
  const keyboard = new InlineKeyboard().text(words.t("back"), "log:newest").text(words.t("menu-back"), "menu")
  return { text: `${text}${block}`, keyboard }
}

const requestLines = (
  words: Words,
  { error, method, ms, path, status }: AuditedRunDetail["last_requests"][number]
): ReadonlyArray<string> => {
  const outcome = status === null ? (error ?? words.t("log-no-answer")) : String(status)
  return [cutMiddle(`${method} ${path}`, width), cutMiddle(`  ${ms} ms · ${outcome}`, width)]
}

/** Those of a page that there is more to tell of than their line does. */
export const hasMore = ({ error, notes, warnings }: AuditedRun): boolean =>
  error !== null || warnings.length > 0 || notes.length > 0

export const runData = (id: bigint): string => `log:run:${id}`
