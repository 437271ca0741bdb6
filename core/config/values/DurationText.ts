/**
 * Spans of time as seconds, with every digit: `PT1H30M`, `1:30:00`, `1.12:00:00` (a day and a half). Months and years of
 * ISO 8601 have no number of seconds, and `1:30` is hours or seconds, as the format says.
 */
import { shiftDecimal } from "./Shift.ts"

const digits = "(\\d+(?:[.,]\\d+)?)"
const iso = new RegExp(
  `^([+-]?)P(?=.)(?:${digits}W)?(?:${digits}D)?(?:T(?=.)(?:${digits}H)?(?:${digits}M)?(?:${digits}S)?)?$`
)
const whole = /^([+-]?)()(?:(\d+)\.)?(\d+):([0-5]\d):([0-5]\d(?:[.,]\d+)?)$/

/** A sign, then weeks, days, hours, minutes and seconds. */
const forms: Readonly<Record<string, ReadonlyArray<RegExp>>> = {
  duration: [iso, whole],
  "H:mm": [/^([+-]?)()()(\d+):([0-5]\d)()$/, whole],
  "m:ss": [/^([+-]?)()()()(\d+):([0-5]\d(?:[.,]\d+)?)$/, whole]
}

const units = [604_800n, 86_400n, 3_600n, 60n, 1n]

/** `duration`, `H:mm` and `m:ss`. */
export const isDurationFormat = (format: string): boolean => Object.hasOwn(forms, format)

/** More digits are no span of time, and would take long to multiply. */
const maxLength = 100

export const durationSeconds = (format: string): ((value: unknown) => string | undefined) => {
  const known = forms[format] ?? []
  return (value) => {
    if (typeof value !== "string" || value.length > maxLength) return undefined
    const text = value.trim()
    const found = known.map((form) => form.exec(text)).find((one) => one !== null)
    if (found === undefined || found === null) return undefined
    const [, sign = "", ...parts] = found
    const scale = Math.max(...parts.map((part) => fractionOf(part).length))
    const sum = parts.reduce((total, part, at) => {
      const [count = ""] = (part ?? "").split(/[.,]/)
      return total + BigInt(count + fractionOf(part).padEnd(scale, "0")) * (units[at] ?? 0n)
    }, 0n)
    return shiftDecimal(`${sign === "-" && sum > 0n ? sign : ""}${sum}`, scale)
  }
}

const fractionOf = (part: string | undefined): string => (part ?? "").split(/[.,]/)[1] ?? ""
