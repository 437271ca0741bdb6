/** Moves the point of a decimal number without arithmetic, so that every digit stays. */

/** Divides a number as `NumberText` writes it by a power of ten; undefined if its exponent is too long to be written. */
export const shiftDecimal = (text: string, places: number): string | undefined => {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text) ?? []
  const digits = whole + fraction
  const point = whole.length + Number(exponent) - places
  if (digits === "" || Math.abs(point) > 2_000) return undefined
  const padded = point <= 0 ? digits.padStart(digits.length - point + 1, "0") : digits.padEnd(point, "0")
  const at = point <= 0 ? 1 : point
  const before = padded.slice(0, at).replace(/^0+(?=\d)/, "")
  return `${sign === "-" ? sign : ""}${before}${at < padded.length ? `.${padded.slice(at)}` : ""}`
}
