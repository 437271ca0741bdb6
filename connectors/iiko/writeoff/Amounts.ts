/** Amounts as people type them: `1,5`, `1 000`, and with a unit, `1,5 л`, `500 г`. */
import { BigDecimal, Option, Schema } from "effect"
import { Amount } from "../documents/Document.ts"

const isAmount = Schema.is(Amount)

/** The names of units, what they measure, and their size in the base unit of that measure. */
const units: ReadonlyArray<readonly [name: RegExp, measure: string, each: string]> = [
  [/^(?:кг|кило|килограмм\p{L}*|kg|kilos?|kilograms?)$/u, "mass", "1"],
  [/^(?:г|гр|грамм\p{L}*|g|gr|grams?)$/u, "mass", "0.001"],
  [/^(?:л|литр\p{L}*|l|lit(?:er|re)s?)$/u, "volume", "1"],
  [/^(?:мл|миллилитр\p{L}*|ml|millilit(?:er|re)s?)$/u, "volume", "0.001"],
  [/^(?:шт|штук\p{L}*|pcs?|pieces?)$/u, "pieces", "1"],
  [/^(?:порц|порци\p{L}*|portions?)$/u, "portions", "1"],
  [/^(?:уп|упак|упаков\p{L}*|packs?)$/u, "packs", "1"],
  [/^(?:бут|бутыл\p{L}*|bottles?)$/u, "bottles", "1"]
]

const folded = (name: string): string => name.trim().toLowerCase().replaceAll("ё", "е").replace(/\.$/, "")

const unitOf = (name: string) => units.find(([called]) => called.test(name))

/** How many of the product's own units make one typed unit; undefined if they measure different things. */
const factorOf = (typed: string, own: string | null): string | undefined => {
  if (typed === "" || typed === folded(own ?? "")) return "1"
  const [, measure, each] = unitOf(typed) ?? []
  const [, ownMeasure, ownEach] = unitOf(folded(own ?? "")) ?? []
  if (measure === undefined || measure !== ownMeasure) return undefined
  return each === ownEach ? "1" : ownEach === "1" ? each : "1000"
}

const withUnit = /^([\d\s.,]+?)\s*(\p{L}[\p{L}\s]*\.?)?$/u

/** Why there is no amount: not a number above zero, or a unit that does not measure this product. */
export type NoAmount = "amount" | "unit"

type AmountResult = { readonly amount: string } | { readonly why: NoAmount }

/** Decimal text in the product's own unit, or why the meaning is unclear. */
export const readAmount = (typed: string, unit: string | null = null): AmountResult => {
  const [, number = "", name = ""] = withUnit.exec(typed.normalize("NFC").trim()) ?? []
  const text = number.replaceAll(/\s/g, "").replace(",", ".").replace(/^\./, "0.")
  if (!/^\d+(?:\.\d+)?$/.test(text)) return { why: "amount" }
  const factor = factorOf(folded(name), unit)
  if (factor === undefined) return { why: "unit" }
  const [amount, each] = [BigDecimal.fromString(text), BigDecimal.fromString(factor)]
  if (Option.isNone(amount) || Option.isNone(each)) return { why: "amount" }
  const meant = BigDecimal.format(BigDecimal.normalize(BigDecimal.multiply(amount.value, each.value)))
  return isAmount(meant) ? { amount: meant } : { why: "amount" }
}

export const amountOf = (typed: string, unit: string | null = null): string | undefined => {
  const read = readAmount(typed, unit)
  return "amount" in read ? read.amount : undefined
}
