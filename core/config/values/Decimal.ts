/** Compares numbers by their digits, without a float and whatever their exponents. */

export interface Decimal {
  readonly sign: -1 | 0 | 1
  /** The power of ten of the first digit. */
  readonly magnitude: number
  /** Without zeros at either end. */
  readonly digits: string
}

const grammar = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/** Longer texts are no numbers that somebody compares. */
const maxLength = 1_000

/** A number as JSON writes it; undefined: the text is none. */
export const decimalOf = (text: string): Decimal | undefined => {
  const match = text.length > maxLength ? null : grammar.exec(text)
  if (match === null) return undefined
  const [, minus, whole = "", fraction = "", exponent = "0"] = match
  const all = whole + fraction
  const first = all.search(/[1-9]/)
  if (first < 0) return { sign: 0, magnitude: 0, digits: "" }
  return {
    sign: minus === "-" ? -1 : 1,
    magnitude: whole.length - first + Number(exponent),
    digits: all.slice(first).replace(/0+$/, "")
  }
}

/** Negative if the first one is less, positive if it is greater. */
export const compareDecimals = (one: Decimal, other: Decimal): number => {
  if (one.sign !== other.sign) return one.sign - other.sign
  if (one.magnitude !== other.magnitude) return one.magnitude > other.magnitude ? one.sign : -one.sign
  // Without zeros behind them, digits compare as texts do.
  return one.digits === other.digits ? 0 : one.digits > other.digits ? one.sign : -one.sign
}
