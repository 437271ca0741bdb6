/** A list of incoming invoices, and one of them with its lines. */
import { InlineKeyboard } from "grammy"
import type { Invoice, Line } from "../../../connectors/iiko/documents/Incoming.ts"
import type { Words } from "../../i18n/Translator.ts"
import { bold, cut, escapeHtml } from "../../telegram/Html.ts"
import { keyOf, type Scope, scopePattern } from "../../window/Departments.ts"
import { addPages, pageOf } from "../../window/Pages.ts"
import type { View } from "../../window/Window.ts"

/** What people choose from, in days. */
const periods = [1, 7, 30] as const
export const usualDays = 7
export const mostDays = 30

/** Data of buttons: days, scope, page. */
export const listPattern = new RegExp(`^invoices:list:(${periods.join("|")}):(${scopePattern}):(\\d{1,3})$`)

const perPage = 6
const linesPerPage = 15

export interface Listed {
  readonly scope: Scope
  readonly days: number
  readonly page: number
  readonly isAdmin: boolean
}

export const listOf = (words: Words, all: ReadonlyArray<Invoice>, { days, isAdmin, page, scope }: Listed): View => {
  const shown = pageOf(all, page, perPage)
  const key = keyOf(scope)
  const name = scope === "all" ? words.t("departments-all") : scope.name
  const title = words.say("invoices-title", { name, days })
  const body = all.length === 0 ? [words.say("invoices-none")] : shown.items.map((one) => headOf(words, one))
  const keyboard = new InlineKeyboard()
  for (const [at, { id, number }] of shown.items.entries()) {
    keyboard.text(cut(number ?? "—", 20), `invoices:open:${id}:0`)
    if (at % 2 === 1 || at === shown.items.length - 1) keyboard.row()
  }
  addPages(keyboard, shown, (next) => `invoices:list:${days}:${key}:${next}`)
  for (const period of periods) {
    const label = words.t("invoices-period", { days: period })
    keyboard.text(period === days ? `• ${label}` : label, `invoices:list:${period}:${key}:0`)
  }
  keyboard.row()
  if (isAdmin) keyboard.text(words.t("departments-other"), "invoices").row()
  keyboard.text(words.t("menu-back"), "menu")
  return { text: [title, ...body].join("\n\n"), keyboard }
}

export const opened = (
  words: Words,
  invoice: Invoice,
  lines: ReadonlyArray<Line>,
  { back, page }: { readonly back: string; readonly page: number }
): View => {
  const shown = pageOf(lines, page, linesPerPage)
  const body = lines.length === 0 ? [words.say("invoices-empty")] : shown.items.map((line) => lineOf(words, line))
  const store = invoice.store === null ? [] : [words.say("invoices-store", { store: cut(invoice.store, 200) })]
  const keyboard = new InlineKeyboard()
  addPages(keyboard, shown, (next) => `invoices:open:${invoice.id}:${next}`)
  keyboard.text(words.t("back"), back).row().text(words.t("menu-back"), "menu")
  return { text: [[headOf(words, invoice), ...store].join("\n"), body.join("\n")].join("\n\n"), keyboard }
}

const statuses: ReadonlySet<string | null> = new Set(["NEW", "PROCESSED", "DELETED"])

const statusOf = (words: Words, status: string | null): string =>
  statuses.has(status) ? words.say(`invoices-${status?.toLowerCase()}`) : escapeHtml(status ?? "")

const headOf = (words: Words, { date, number, status, sum, supplier }: Invoice): string => {
  const isDeleted = status === "DELETED"
  const title = bold(escapeHtml(cut(number ?? "—", 40)))
  const said = isDeleted ? `🗑 <s>${title}</s>` : title
  const from = words.say("invoices-head", {
    day: words.day(date),
    supplier: cut(supplier ?? words.t("invoices-no-supplier"), 100)
  })
  return `${said} ${from}\n${words.say("invoices-sum", { sum: words.number(sum) })}, ${statusOf(words, status)}`
}

const lineOf = (words: Words, { amount, price, product, sum, unit }: Line): string => {
  const name = escapeHtml(cut(product ?? words.t("invoices-no-product"), 100))
  const figure = (value: string | null) => (value === null ? "—" : words.number(value))
  const amounts = { amount: [figure(amount), unit ?? ""].join(" ").trim(), price: figure(price), sum: figure(sum) }
  return `• ${name}\n   ${words.say("invoices-line", amounts)}`
}
