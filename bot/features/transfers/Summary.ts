/** What the bot says of transfers: of a run that ended or of a dry one, and of an evening in the log; failures first. */
import { Schema } from "effect"
import type { Moved } from "../../../connectors/iiko/documents/Transfers.ts"
import type { ActionRun } from "../../../core/control/Control.ts"
import { Reason, stored } from "../../../core/reason/Reason.ts"
import { toldHtml, told as toldIn } from "../../i18n/Reasons.ts"
import type { Words } from "../../i18n/Translator.ts"
import { bold, cut, escapeHtml, within } from "../../telegram/Html.ts"
import { Left } from "./SkippedTransfers.ts"

const Item = Schema.Struct({ product: Schema.String, amount: Schema.String, unit: Schema.NullOr(Schema.String) })

const Transfer = Schema.Struct({
  source: Schema.String,
  target: Schema.String,
  status: Schema.String,
  detailReason: Schema.NullOr(Reason),
  items: Schema.Array(Item)
})
type Transfer = typeof Transfer.Type

/** What the action found out. */
const Found = Schema.Struct({
  day: Schema.String,
  transfers: Schema.Array(Transfer),
  ...Left.fields
})
export type Found = typeof Found.Type
export const decodeFound = Schema.decodeUnknownEffect(Found)

/** An entry of the log, with the names of its stores. */
export interface LoggedMove extends Pick<Moved, "status" | "detail"> {
  readonly source: string
  readonly target: string
  /** How many products; `undefined`: the entry does not say. */
  readonly count: number | undefined
}

export interface Evening {
  readonly day: string
  readonly moves: ReadonlyArray<LoggedMove>
  readonly left: Left
}

/** Of one line; a long one would hide all the others. */
const mostDetail = 500

/** What needs somebody comes first. */
const urgency = ["failed", "unknown", "busy", "sending", "planned", "done", "already"]
const marks: Readonly<Record<string, string>> = {
  failed: "❌",
  unknown: "❓",
  busy: "⏳",
  sending: "⏳",
  planned: "📝",
  done: "✅",
  already: "☑️"
}
const troubles: ReadonlySet<string> = new Set(["failed", "unknown", "busy"])

const byUrgency = <A extends { readonly status: string }>(all: ReadonlyArray<A>): ReadonlyArray<A> =>
  all.toSorted((one, other) => urgency.indexOf(one.status) - urgency.indexOf(other.status))

const lineOf = (words: Words, { count, detail, source, status, target }: LoggedMove): string => {
  const counted = count === undefined ? "" : `: ${words.say("transfers-count", { count })}`
  const state = troubles.has(status) || status === "already" ? `, ${bold(words.say(`transfers-${status}`))}` : ""
  const isTold = detail !== null && troubles.has(status)
  const why = isTold ? `\n   <i>${toldHtml(words, detail, mostDetail)}</i>` : ""
  return `${marks[status] ?? "•"} ${escapeHtml(source)} → ${escapeHtml(target)}${counted}${state}${why}`
}

const fitted = (words: Words, lines: ReadonlyArray<string>): string =>
  within(lines, (count) => words.say("transfers-more", { count }))

const listOf = (words: Words, { items }: Transfer): ReadonlyArray<string> =>
  items.map(({ amount, product, unit }) => {
    const measured = unit === null ? words.number(amount) : `${words.number(amount)} ${unit}`
    return `   · ${escapeHtml(product)}: ${escapeHtml(measured)}`
  })

type Unmatched = Left["unmatched"][number]["products"]

/** Products of one reason stand together, so that it is read once. */
const reasonsOf = (words: Words, products: Unmatched): string =>
  [...Map.groupBy(products, (one) => whyOf(words, one))]
    .map(([why, those]) => `${why}: ${those.map(({ product }) => product).join(", ")}`)
    .join("; ")

const whyOf = (words: Words, { why, whyReason }: Pick<Left["skipped"][number], "why" | "whyReason">): string =>
  toldIn(words, stored(whyReason, why))

const leftOf = (words: Words, { skipped, unmatched }: Left): ReadonlyArray<string> => [
  ...skipped.map((one) => words.say("transfers-skipped", { restaurant: one.restaurant, why: whyOf(words, one) })),
  ...unmatched.map(({ products, restaurant }) =>
    words.say("transfers-unmatched", { restaurant, products: cut(reasonsOf(words, products), mostDetail) })
  )
]

const isTrouble = ({ status }: { readonly status: string }): boolean => troubles.has(status)

/** What failed, what was left, what went well. */
const told = <A extends { readonly status: string }>(
  words: Words,
  moves: ReadonlyArray<A>,
  left: Left,
  linesOf: (move: A) => ReadonlyArray<string>
): ReadonlyArray<string> => {
  const sorted = byUrgency(moves)
  const well = sorted.filter((move) => !isTrouble(move))
  return [...sorted.filter(isTrouble).flatMap(linesOf), ...leftOf(words, left), ...well.flatMap(linesOf)]
}

/** Of a dry run with every product: that is what somebody asked for. */
export const ofFound = (words: Words, found: Found, dryRun: boolean): string => {
  const title = words.say(dryRun ? "transfers-would-title" : "transfers-did-title", { day: words.day(found.day) })
  const lines = told(words, found.transfers, found, (one) => [
    lineOf(words, { ...one, detail: one.detailReason, count: one.items.length }),
    ...(dryRun ? listOf(words, one) : [])
  ])
  return lines.length === 0 ? `${title}\n\n${words.say("transfers-nothing")}` : fitted(words, [title, "", ...lines])
}

/** One that broke off found nothing out. */
export const ofBroken = (words: Words, { items, summaryReason }: ActionRun): string =>
  fitted(words, [
    words.say("transfers-broken", { why: cut(toldIn(words, summaryReason), mostDetail) }),
    ...byUrgency(items).map(
      ({ status, whatReason }) => `${marks[status] ?? "•"} ${escapeHtml(toldIn(words, whatReason))}`
    )
  ])

export const ofEvening = (words: Words, { day, left, moves }: Evening): string =>
  fitted(words, [
    words.say("transfers-did-title", { day: words.day(day) }),
    "",
    ...told(words, moves, left, (one) => [lineOf(words, one)])
  ])
