/** The window of `/log`: a page of runs, and buttons that narrow or widen it. */
import { Schema } from "effect"
import { InlineKeyboard } from "grammy"
import type { AuditedRun } from "../../../core/control/Control.ts"
import { fitLines } from "../../../core/plugin/chat/Html.ts"
import type { Translator } from "../../../core/plugin/chat/Translator.ts"
import type { View } from "../../window/View.ts"
import { icons } from "./Lines.ts"
import { hasMore, runData } from "./LoggedRunView.ts"

/** The runs that the chat looks at: those of a connector, an entity or an export (`of`), or all of them. */
export const LogFilter = Schema.Struct({ of: Schema.NullOr(Schema.String), failed: Schema.Boolean })
export type LogFilter = typeof LogFilter.Type

/** The number of runs on a page. */
export const pageSize = 8

export interface LogPage {
  readonly filter: LogFilter
  readonly runs: ReadonlyArray<AuditedRun>
  /** The text of each run. */
  readonly lines: ReadonlyArray<string>
  readonly isFirst: boolean
  readonly isLast: boolean
}

export const logView = (translator: Translator, page: LogPage): View => {
  const { failed, of } = page.filter
  const title = of === null ? translator.say("log-title") : translator.say("log-title-of", { of })
  const note = failed ? [translator.say("log-failed-note")] : []
  const lines = page.lines.length > 0 ? page.lines : [translator.say(failed ? "log-none-failed" : "log-none")]
  const text = fitLines([title, ...note, "", ...lines], (left) => translator.say("log-more", { count: left }))
  return { text, keyboard: keyboardOf(translator, page) }
}

const keyboardOf = (translator: Translator, { filter, isFirst, isLast, runs }: LogPage): InlineKeyboard => {
  const keyboard = new InlineKeyboard()
  for (const [at, run] of runs.filter(hasMore).entries()) {
    if (at > 0 && at % 2 === 0) keyboard.row()
    keyboard.text(`${icons[run.status]} ${translator.time(run.started_at)} ${run.entity}`, runData(run.id))
  }
  keyboard.row()
  if (!isFirst) keyboard.text(translator.t("log-newest"), "log:newest")
  const oldest = runs.at(-1)
  if (!isLast && oldest !== undefined) keyboard.text(translator.t("log-older"), `log:older:${oldest.id}`)
  const [label, data] = filter.failed ? ["log-also-good", "log:good"] : ["log-only-failed", "log:failed"]
  keyboard.row().text(translator.t(label), data)
  if (filter.of !== null) keyboard.text(translator.t("log-of-all"), "log:all")
  return keyboard.row().text(translator.t("menu-back"), "menu")
}
