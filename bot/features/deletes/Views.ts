/** The windows of `/deletes`: the list, the rows of one, the question before a decision, and the decision. */
import { InlineKeyboard } from "grammy"
import type { DecidedDelete, PendingDelete, PendingDeletePage } from "../../../core/control/Control.ts"
import { code, cut, escapeHtml, fitLines } from "../../../core/plugin/chat/Html.ts"
import { reasonHtml } from "../../../core/plugin/chat/ReasonText.ts"
import type { Translator } from "../../../core/plugin/chat/Translator.ts"
import { combineReasons } from "../../../core/reason/Reason.ts"
import type { View } from "../../window/View.ts"

/** The number of rows in one message. */
export const pageSize = 8
/** The number of pending deletes in one message; there have never been more. */
const maxListed = 20
const maxReason = 300

/** A selector; the id of an account that has no name any more. */
export const entityOf = (row: PendingDelete | PendingDeletePage): string =>
  `${row.connector}.${row.entity}${row.account === null ? "" : `@${row.account_name ?? row.account}`}`

export const backToList = (translator: Translator): InlineKeyboard =>
  new InlineKeyboard().text(translator.t("back"), "deletes").text(translator.t("menu-back"), "menu")

export const listView = (translator: Translator, open: ReadonlyArray<PendingDelete>): View => {
  const keyboard = new InlineKeyboard()
  for (const one of open.slice(0, maxListed)) {
    keyboard
      .text(translator.t("deletes-choose", { entity: entityOf(one), rows: one.total }), `deletes:show:${one.id}:0`)
      .row()
  }
  keyboard.text(translator.t("menu-back"), "menu")
  const lines = open.map((one) => translator.say("deletes-line", { entity: entityOf(one), rows: one.total }))
  const text =
    open.length === 0
      ? translator.say("deletes-none")
      : fitLines([translator.say("deletes-title"), ...lines], (left) => translator.say("deletes-more", { count: left }))
  return { text, keyboard }
}

export const rowsView = (translator: Translator, id: bigint, offset: number, page: PendingDeletePage): View => {
  const keyboard = new InlineKeyboard()
  if (offset > 0)
    keyboard.text(translator.t("deletes-previous"), `deletes:show:${id}:${Math.max(0, offset - pageSize)}`)
  if (offset + pageSize < page.total)
    keyboard.text(translator.t("deletes-next"), `deletes:show:${id}:${offset + pageSize}`)
  keyboard
    .row()
    .text(translator.t("deletes-apply"), `deletes:ask:apply:${id}`)
    .text(translator.t("deletes-drop"), `deletes:ask:drop:${id}`)
    .row()
    .text(translator.t("back"), "deletes")
  const rows = page.page.map((key, at) => rowLine(key, page.current[at] ?? null))
  const to = Math.min(offset + pageSize, page.total)
  const text = fitLines(
    [
      translator.say("deletes-shown", { entity: entityOf(page), rows: page.total }),
      `<i>${reasonHtml(translator, combineReasons(page.reasons), maxReason)}</i>`,
      "",
      translator.say("deletes-range", { from: Math.min(offset + 1, to), to, total: page.total }),
      ...rows
    ],
    (left) => translator.say("deletes-more", { count: left })
  )
  return { text, keyboard }
}

/** `decision`: `apply` or `drop`. */
export const questionView = (translator: Translator, pending: PendingDelete, decision: string): View => ({
  text: translator.say(`deletes-ask-${decision}`, { entity: entityOf(pending), rows: pending.total }),
  keyboard: new InlineKeyboard()
    .text(translator.t(`deletes-yes-${decision}`, { rows: pending.total }), `deletes:do:${decision}:${pending.id}`)
    .row()
    .text(translator.t("cancel"), `deletes:show:${pending.id}:0`)
})

/** How it was decided, and by whom. */
export const decidedView = (translator: Translator, decided: DecidedDelete, by: string): View => ({
  text: translator.say(`deletes-was-${decided.status}`, {
    entity: entityOf(decided),
    by,
    at: decided.decided_at === null ? "" : translator.moment(decided.decided_at),
    rows: decided.status === "applied" ? (decided.deleted ?? decided.total) : decided.total
  }),
  keyboard: backToList(translator)
})

type Row = Readonly<Record<string, string | null>>

/** The columns that people know a row by, the best first. */
const readable = [/^name$/, /name$/, /^title$/, /^(?:description|label|comment)$/]

const rowLine = (key: Row, current: Row | null): string => {
  const id = Object.values(key)
    .map((value) => value ?? "∅")
    .join(" · ")
  const names = Object.entries(current ?? {}).filter(([column, value]) => !(column in key) && value !== null)
  const name = readable
    .map((pattern) => names.filter(([column]) => pattern.test(column)).map(([, value]) => (value ?? "").trim()))
    .find((found) => found.length > 0)
  const what = name === undefined ? "" : ` ${escapeHtml(cut(name.join(", "), 120))}`
  return `• ${code(cut(id, 80))}${current === null ? " 🫥" : what}`
}
