/** The texts: pages of the opened list, and the message of a job. */
import { Option } from "effect"
import {
  addPages,
  bold,
  type ChatView,
  escapeHtml,
  fitLines,
  Keyboard,
  pageOf,
  type Translator
} from "../../../../core/sdk.ts"
import { keyOf, type Scope } from "../Departments.ts"
import type { Departments, Product } from "./Shortages.ts"

/** Products on a page, of two lines each. */
const perPage = 12

export interface StockList {
  readonly scope: Scope
  readonly departments: Departments
  readonly at: Date | null
  /** Some data could not be synced and is older. */
  readonly isStale: boolean
}

export const listView = (
  translator: Translator,
  { at, departments, isStale, scope }: StockList,
  page: number,
  isAdmin: boolean
): ChatView => {
  const rows = flat(departments)
  const shown = pageOf(rows, page, perPage)
  const name = scope === "all" ? translator.t("departments-all") : scope.name
  const title = translator.say("stock-title", { name, count: rows.length })
  const body =
    rows.length === 0
      ? translator.say("stock-enough")
      : linesOf(translator, shown.items, scope === "all")
          .join("\n")
          .trim()
  const read = Option.match(Option.fromNullishOr(at), {
    onNone: () => translator.say("stock-never-read"),
    onSome: (moment) => translator.say("stock-read", { at: translator.moment(moment) })
  })
  const key = keyOf(scope)
  const keyboard = new Keyboard()
  addPages(keyboard, shown, (next) => `stock:page:${key}:${next}`)
  keyboard.text(translator.t("stock-refresh"), `stock:refresh:${key}:0`).row()
  if (isAdmin) keyboard.text(translator.t("departments-other"), "stock").row()
  keyboard.text(translator.t("menu-back"), "menu")
  return { text: [title, body, isStale ? `${read}\n${translator.say("stock-stale")}` : read].join("\n\n"), keyboard }
}

/** `named`: with the names of departments as headings. */
export const notification = (translator: Translator, departments: Departments, named: boolean): ChatView => ({
  text: [translator.say("stock-told"), bodyOf(translator, departments, named)].join("\n\n")
})

const bodyOf = (translator: Translator, departments: Departments, named: boolean): string => {
  const rows = flat(departments)
  if (rows.length === 0) return translator.say("stock-enough")
  return fitLines(linesOf(translator, rows, named), (count) => translator.say("stock-more", { count }))
}

const flat = (departments: Departments) =>
  departments.flatMap(({ name, products }) => products.map((product) => ({ department: name, product })))

const linesOf = (
  translator: Translator,
  rows: Readonly<ReturnType<typeof flat>>,
  named: boolean
): ReadonlyArray<string> =>
  rows.flatMap(({ department, product }, at) => [
    ...(named && rows[at - 1]?.department !== department ? [`\n🏠 ${bold(escapeHtml(department))}`] : []),
    lineOf(translator, product)
  ])

const lineOf = (translator: Translator, { deficit, maximum, minimum, name, stock, unit }: Product): string => {
  const amounts = {
    stock: translator.number(stock),
    minimum: amount(translator, minimum, unit),
    deficit: amount(translator, deficit, unit)
  }
  const second =
    maximum === null
      ? translator.say("stock-amounts", amounts)
      : translator.say("stock-amounts-most", { ...amounts, maximum: translator.number(maximum) })
  return `${bold(escapeHtml(name))}\n${second}`
}

const amount = (translator: Translator, number: string, unit: string | null): string =>
  unit === null ? translator.number(number) : `${translator.number(number)} ${unit}`
