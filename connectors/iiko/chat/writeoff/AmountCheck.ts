/**
 * Whether somebody means it: what goes in far larger amounts than there are is asked about where it is put down, before it
 * is sent (what is repeated, too), where an admin corrects it, and before they approve it. A "yes" is for the very amounts
 * that were shown.
 */
import { createHash } from "node:crypto"
import { type Translator, within } from "../../../../core/sdk.ts"
import { isFar, type StoreStock } from "../../writeoff/OnHand.ts"
import type { WriteoffItem } from "../../writeoff/Writeoff.ts"
import { amountText, itemLine } from "./StockOnHand.ts"

type Line = Pick<WriteoffItem, "amount" | "productId">

/** Amounts that somebody has said yes to, by product. */
export type Confirmed = Readonly<Record<string, string>>

/** Of the lines those that are to be asked about. */
export const doubted = <A extends Line>(
  lines: ReadonlyArray<A>,
  stock: StoreStock | undefined,
  confirmed: Confirmed = {}
): ReadonlyArray<A> =>
  lines.filter(({ amount, productId }) => confirmed[productId] !== amount && isFar(amount, stock?.of(productId)))

/** What the button that says yes carries: of other lines, or other amounts of theirs, it is no answer. */
export const markOf = (lines: ReadonlyArray<Line>): string => {
  const asked = lines.map(({ amount, productId }) => `${productId} ${amount}`).toSorted()
  return createHash("sha256").update(asked.join("\n")).digest("hex").slice(0, 16)
}

/** Of one line, while its amount is asked for. */
export const doubtOf = (
  translator: Translator,
  { name, ...line }: WriteoffItem,
  stock: StoreStock | undefined
): string => {
  const isKnown = stock?.of(line.productId) !== undefined
  return translator.say(isKnown ? "writeoff-far" : "writeoff-far-unknown", {
    amount: amountText(translator, line),
    name
  })
}

/** Line by line, with what there is. */
export const doubtsOf = (
  translator: Translator,
  lines: ReadonlyArray<WriteoffItem>,
  stock: StoreStock | undefined
): string =>
  [
    translator.say("writeoff-far-lines"),
    within(
      lines.map((line) => itemLine(translator, line, stock)),
      (count) => translator.say("writeoff-more", { count }),
      2_000
    )
  ].join("\n")
