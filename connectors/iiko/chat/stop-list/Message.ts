/** Texts about the stop list: its products, its changes, and how long each product was stopped on a day. */
import { DateTime } from "effect"
import { bold, escapeHtml, fitLines, type Translator } from "../../../../core/sdk.ts"
import type { Line } from "../../stop-list/Report.ts"
import type { Difference, StoppedProduct } from "../../stop-list/State.ts"

export interface Reader {
  /** The reader's department; `null` for all, each named in its line. */
  readonly part: string | null
  /** Times of the same day are shown without a date. */
  readonly now: DateTime.Zoned
}

export interface Report {
  readonly date: string
  readonly from: string
  readonly to: string
  readonly lines: ReadonlyArray<Line>
}

export const ofDepartment = <A extends { readonly departmentId: string | null }>(
  all: ReadonlyArray<A>,
  part: string | null
): ReadonlyArray<A> => (part === null ? all : all.filter(({ departmentId }) => departmentId === part))

export const differenceOf = ({ added, gone, still }: Difference, part: string | null): Difference => ({
  added: ofDepartment(added, part),
  gone: ofDepartment(gone, part),
  still: ofDepartment(still, part)
})

export const isChange = ({ added, gone }: Difference): boolean => added.length + gone.length > 0

/** The changes; only the list if there are none. */
export const changes = (translator: Translator, difference: Difference, reader: Reader): string => {
  const part = differenceOf(difference, reader.part)
  if (!isChange(part)) return list(translator, part.still, reader)
  const lines = (all: ReadonlyArray<StoppedProduct>) => all.map((one) => `• ${stopped(translator, one, reader)}`)
  const gone = part.gone.map((one) => `• <s>${named(translator, one, reader)}</s>`)
  return fitted(translator, [
    translator.say("stop-list-title"),
    ...section(translator.say("stop-list-added", { count: part.added.length }), lines(part.added)),
    ...section(translator.say("stop-list-gone", { count: part.gone.length }), gone),
    ...section(translator.say("stop-list-still", { count: part.still.length }), lines(part.still)),
    ...(part.added.length + part.still.length === 0 ? ["", translator.say("stop-list-empty")] : [])
  ])
}

/** The list without changes. */
export const list = (translator: Translator, all: ReadonlyArray<StoppedProduct>, reader: Reader): string => {
  const own = ofDepartment(all, reader.part)
  if (own.length === 0) return `${translator.say("stop-list-title")}\n\n${translator.say("stop-list-empty")}`
  const lines = own.map((one) => `• ${stopped(translator, one, reader)}`)
  return fitted(translator, [translator.say("stop-list-title-of", { count: own.length }), "", ...lines])
}

/** In the given order: the longest first. */
export const report = (translator: Translator, { date, from, lines, to }: Report, part: string | null): string => {
  const title = translator.say("stop-list-report-title", { day: translator.day(date), from, to })
  const own = ofDepartment(lines, part)
  if (own.length === 0) return `${title}\n\n${translator.say("stop-list-report-none")}`
  const rows = own.map(({ department, minutes, product, productId, stillStopped }) => {
    const name = nameOf(translator, { department, product, productId }, part)
    const open = stillStopped ? ` ${translator.say("stop-list-report-open")}` : ""
    return `• ${name}: ${bold(duration(translator, minutes))}${open}`
  })
  const total = own.reduce((sum, { minutes }) => sum + minutes, 0)
  return [
    fitted(translator, [title, "", ...rows]),
    "",
    translator.say("stop-list-report-total", { duration: duration(translator, total) })
  ].join("\n")
}

const fitted = (translator: Translator, lines: ReadonlyArray<string>): string =>
  fitLines(lines, (count) => translator.say("stop-list-more", { count }))

const section = (title: string, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length === 0 ? [] : ["", title, ...lines]

const nameOf = (
  translator: Translator,
  { department, product, productId }: Pick<StoppedProduct, "department" | "product" | "productId">,
  part: string | null
): string => {
  const name = escapeHtml(product ?? productId)
  if (part !== null) return name
  return `${name} (${department === null ? translator.say("stop-list-nowhere") : escapeHtml(department)})`
}

const named = (translator: Translator, one: StoppedProduct, { part }: Reader): string => nameOf(translator, one, part)

const stopped = (translator: Translator, one: StoppedProduct, reader: Reader): string => {
  const since = DateTime.setZone(DateTime.makeUnsafe(one.since), reader.now.zone)
  const isToday = DateTime.formatIsoDate(since) === DateTime.formatIsoDate(reader.now)
  const left = one.balance === null || one.balance === "0" || one.balance.startsWith("-") ? null : one.balance
  return [
    named(translator, one, reader),
    ...(left === null ? [] : [translator.say("stop-list-left", { balance: translator.number(left) })]),
    translator.say("stop-list-since", { since: isToday ? translator.time(since) : translator.moment(since) })
  ].join(", ")
}

const duration = (translator: Translator, minutes: number): string => {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (hours === 0) return translator.say("stop-list-minutes", { minutes: rest })
  return rest === 0
    ? translator.say("stop-list-hours", { hours })
    : translator.say("stop-list-hours-minutes", { hours, minutes: rest })
}
