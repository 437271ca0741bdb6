/** The list of incoming invoices, and one invoice with its lines. */

import {
  addPages,
  bold,
  type ChatView,
  cut,
  escapeHtml,
  Keyboard,
  pageOf,
  type Translator
} from "../../../../core/sdk.ts"
import type { Invoice, Line } from "../../documents/Incoming.ts"
import { keyOf, type Scope, scopePattern } from "../Departments.ts"

/** The periods to choose from, in days. */
const periods = [1, 7, 30] as const
export const usualDays = 7
export const maxDays = 30

/** The data of buttons: days, scope, page. */
export const listPattern = new RegExp(`^invoices:list:(${periods.join("|")}):(${scopePattern}):(\\d{1,3})$`)

const perPage = 6
const linesPerPage = 15

export interface InvoiceList {
  readonly scope: Scope
  readonly days: number
  readonly page: number
  readonly isAdmin: boolean
}

export const listOf = (
  translator: Translator,
  all: ReadonlyArray<Invoice>,
  { days, isAdmin, page, scope }: InvoiceList
): ChatView => {
  const shown = pageOf(all, page, perPage)
  const key = keyOf(scope)
  const name = scope === "all" ? translator.t("departments-all") : scope.name
  const title = translator.say("invoices-title", { name, days })
  const body = all.length === 0 ? [translator.say("invoices-none")] : shown.items.map((one) => headOf(translator, one))
  const keyboard = new Keyboard()
  for (const [at, { id, number }] of shown.items.entries()) {
    keyboard.text(cut(number ?? "—", 20), `invoices:open:${id}:0`)
    if (at % 2 === 1 || at === shown.items.length - 1) keyboard.row()
  }
  addPages(keyboard, shown, (next) => `invoices:list:${days}:${key}:${next}`)
  for (const period of periods) {
    const label = translator.t("invoices-period", { days: period })
    keyboard.text(period === days ? `• ${label}` : label, `invoices:list:${period}:${key}:0`)
  }
  keyboard.row()
  if (isAdmin) keyboard.text(translator.t("departments-other"), "invoices").row()
  keyboard.text(translator.t("menu-back"), "menu")
  return { text: [title, ...body].join("\n\n"), keyboard }
}

export const invoiceView = (
  translator: Translator,
  invoice: Invoice,
  lines: ReadonlyArray<Line>,
  { back, page }: { readonly back: string; readonly page: number }
): ChatView => {
  const shown = pageOf(lines, page, linesPerPage)
  const body =
    lines.length === 0 ? [translator.say("invoices-empty")] : shown.items.map((line) => lineOf(translator, line))
  const store = invoice.store === null ? [] : [translator.say("invoices-store", { store: cut(invoice.store, 200) })]
  const keyboard = new Keyboard()
  addPages(keyboard, shown, (next) => `invoices:open:${invoice.id}:${next}`)
  keyboard.text(translator.t("back"), back).row().text(translator.t("menu-back"), "menu")
  return { text: [[headOf(translator, invoice), ...store].join("\n"), body.join("\n")].join("\n\n"), keyboard }
}

const statuses: ReadonlySet<string | null> = new Set(["NEW", "PROCESSED", "DELETED"])

const statusOf = (translator: Translator, status: string | null): string =>
  statuses.has(status) ? translator.say(`invoices-${status?.toLowerCase()}`) : escapeHtml(status ?? "")

const headOf = (translator: Translator, { date, number, status, sum, supplier }: Invoice): string => {
  const isDeleted = status === "DELETED"
  const title = bold(escapeHtml(cut(number ?? "—", 40)))
  const heading = isDeleted ? `🗑 <s>${title}</s>` : title
  const from = translator.say("invoices-head", {
    day: translator.day(date),
    supplier: cut(supplier ?? translator.t("invoices-no-supplier"), 100)
  })
  return `${heading} ${from}\n${translator.say("invoices-sum", { sum: translator.number(sum) })}, ${statusOf(translator, status)}`
}

const lineOf = (translator: Translator, { amount, price, product, sum, unit }: Line): string => {
  const name = escapeHtml(cut(product ?? translator.t("invoices-no-product"), 100))
  const figure = (value: string | null) => (value === null ? "—" : translator.number(value))
  const amounts = { amount: [figure(amount), unit ?? ""].join(" ").trim(), price: figure(price), sum: figure(sum) }
  return `• ${name}\n   ${translator.say("invoices-line", amounts)}`
}
