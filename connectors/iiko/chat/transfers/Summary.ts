/** Texts about transfers: a run, a dry run, and an evening in the log; failures first. */
import { Schema } from "effect"
import {
  type ActionOutcome,
  bold,
  cut,
  escapeHtml,
  fitLines,
  Reason,
  reasonHtml,
  reasonText,
  storedReason,
  type Translator
} from "../../../../core/sdk.ts"
import type { TransferEntry } from "../../documents/Transfers.ts"
import { SkippedTransfers } from "./SkippedTransfers.ts"

const Item = Schema.Struct({ product: Schema.String, amount: Schema.String, unit: Schema.NullOr(Schema.String) })

const Transfer = Schema.Struct({
  source: Schema.String,
  target: Schema.String,
  status: Schema.String,
  detailReason: Schema.NullOr(Reason),
  items: Schema.Array(Item)
})
type Transfer = typeof Transfer.Type

/** The data of the action. */
const TransferData = Schema.Struct({
  day: Schema.String,
  transfers: Schema.Array(Transfer),
  ...SkippedTransfers.fields
})
export type TransferData = typeof TransferData.Type
export const decodeTransfers = Schema.decodeUnknownEffect(TransferData)

/** An entry of the log with the names of its stores. */
export interface LoggedMove extends Pick<TransferEntry, "status" | "detail"> {
  readonly source: string
  readonly target: string
  /** The number of products; `undefined` if the entry does not have it. */
  readonly count: number | undefined
}

export interface Evening {
  readonly day: string
  readonly moves: ReadonlyArray<LoggedMove>
  readonly left: SkippedTransfers
}

/** The longest detail of a line; a longer one would hide the other lines. */
const maxDetail = 500

/** Statuses that need a person come first. */
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

const lineOf = (translator: Translator, { count, detail, source, status, target }: LoggedMove): string => {
  const counted = count === undefined ? "" : `: ${translator.say("transfers-count", { count })}`
  const state = troubles.has(status) || status === "already" ? `, ${bold(translator.say(`transfers-${status}`))}` : ""
  const isTold = detail !== null && troubles.has(status)
  const why = isTold ? `\n   <i>${reasonHtml(translator, detail, maxDetail)}</i>` : ""
  return `${marks[status] ?? "•"} ${escapeHtml(source)} → ${escapeHtml(target)}${counted}${state}${why}`
}

const fitted = (translator: Translator, lines: ReadonlyArray<string>): string =>
  fitLines(lines, (count) => translator.say("transfers-more", { count }))

const listOf = (translator: Translator, { items }: Transfer): ReadonlyArray<string> =>
  items.map(({ amount, product, unit }) => {
    const measured = unit === null ? translator.number(amount) : `${translator.number(amount)} ${unit}`
    return `   · ${escapeHtml(product)}: ${escapeHtml(measured)}`
  })

type UnmatchedProducts = SkippedTransfers["unmatched"][number]["products"]

/** Groups products by reason, so that each reason is shown once. */
const reasonsOf = (translator: Translator, products: UnmatchedProducts): string =>
  [...Map.groupBy(products, (one) => whyOf(translator, one))]
    .map(([why, those]) => `${why}: ${those.map(({ product }) => product).join(", ")}`)
    .join("; ")

const whyOf = (
  translator: Translator,
  { why, whyReason }: Pick<SkippedTransfers["skipped"][number], "why" | "whyReason">
): string => reasonText(translator, storedReason(whyReason, why))

const leftOf = (translator: Translator, { skipped, unmatched }: SkippedTransfers): ReadonlyArray<string> => [
  ...skipped.map((one) =>
    translator.say("transfers-skipped", { restaurant: one.restaurant, why: whyOf(translator, one) })
  ),
  ...unmatched.map(({ products, restaurant }) =>
    translator.say("transfers-unmatched", { restaurant, products: cut(reasonsOf(translator, products), maxDetail) })
  )
]

const isTrouble = ({ status }: { readonly status: string }): boolean => troubles.has(status)

/** Failed transfers, then what was left, then successful transfers. */
const transferLines = <A extends { readonly status: string }>(
  translator: Translator,
  moves: ReadonlyArray<A>,
  left: SkippedTransfers,
  linesOf: (move: A) => ReadonlyArray<string>
): ReadonlyArray<string> => {
  const sorted = byUrgency(moves)
  const well = sorted.filter((move) => !isTrouble(move))
  return [...sorted.filter(isTrouble).flatMap(linesOf), ...leftOf(translator, left), ...well.flatMap(linesOf)]
}

/** A dry run is shown with every product. */
export const runText = (translator: Translator, found: TransferData, dryRun: boolean): string => {
  const title = translator.say(dryRun ? "transfers-would-title" : "transfers-did-title", {
    day: translator.day(found.day)
  })
  const lines = transferLines(translator, found.transfers, found, (one) => [
    lineOf(translator, { ...one, detail: one.detailReason, count: one.items.length }),
    ...(dryRun ? listOf(translator, one) : [])
  ])
  return lines.length === 0
    ? `${title}\n\n${translator.say("transfers-nothing")}`
    : fitted(translator, [title, "", ...lines])
}

/** A run that broke off has no data. */
export const failureText = (translator: Translator, { items, summaryReason }: ActionOutcome): string =>
  fitted(translator, [
    translator.say("transfers-broken", { why: cut(reasonText(translator, summaryReason), maxDetail) }),
    ...byUrgency(items).map(
      ({ status, whatReason }) => `${marks[status] ?? "•"} ${escapeHtml(reasonText(translator, whatReason))}`
    )
  ])

export const eveningText = (translator: Translator, { day, left, moves }: Evening): string =>
  fitted(translator, [
    translator.say("transfers-did-title", { day: translator.day(day) }),
    "",
    ...transferLines(translator, moves, left, (one) => [lineOf(translator, one)])
  ])
