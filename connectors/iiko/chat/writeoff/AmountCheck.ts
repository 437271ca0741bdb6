/**
 * Amounts far above the stock have to be confirmed: when they are entered, before they are submitted (also of a repeated
 * write-off), when an admin corrects them, and before approval. A confirmation only holds for the amounts that were shown.
 */
import { createHash } from "node:crypto"
import { fitLines, type Translator } from "../../../../core/sdk.ts"
import { isFar, type StoreStock } from "../../writeoff/OnHand.ts"
import type { WriteoffItem } from "../../writeoff/Writeoff.ts"
import { amountText, itemLine } from "./StockOnHand.ts"

type Line = Pick<WriteoffItem, "amount" | "productId">

/** Confirmed amounts by product. */
export type ConfirmedAmounts = Readonly<Record<string, string>>

/** The lines that need a confirmation. */
export const doubtfulLines = <A extends Line>(
  lines: ReadonlyArray<A>,
  stock: StoreStock | undefined,
  confirmed: ConfirmedAmounts = {}
): ReadonlyArray<A> =>
  lines.filter(({ amount, productId }) => confirmed[productId] !== amount && isFar(amount, stock?.of(productId)))

/** A hash of the lines, in the data of the confirming button: it does not confirm other lines or amounts. */
export const hashOfLines = (lines: ReadonlyArray<Line>): string => {
  const asked = lines.map(({ amount, productId }) => `${productId} ${amount}`).toSorted()
  return createHash("sha256").update(asked.join("\n")).digest("hex").slice(0, 16)
}

/** The question about one line. */
export const questionAbout = (
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

/** All lines to confirm, with their stock. */
export const questionsAbout = (
  translator: Translator,
  lines: ReadonlyArray<WriteoffItem>,
  stock: StoreStock | undefined
): string =>
  [
    translator.say("writeoff-far-lines"),
    fitLines(
      lines.map((line) => itemLine(translator, line, stock)),
      (count) => translator.say("writeoff-more", { count }),
      2_000
    )
  ].join("\n")
