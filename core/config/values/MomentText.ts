/** Whether a text is a moment in a format, for checks before anything is read. */
import { compilePattern, dotNetDate } from "./DatePattern.ts"
import { ambiguous, numberText } from "./NumberText.ts"
import { parseRfc822 } from "./Rfc822.ts"

export const isMomentText = (text: string, type: string, format: string): boolean => {
  if (format === dotNetDate) return /^\/Date\(-?\d{1,15}(?:[+-]\d{4})?\)\/$/.test(text)
  if (format === "rfc822") return parseRfc822(text) !== undefined
  if (/^unix/.test(format)) {
    const number = numberText(undefined)(text)
    return number !== undefined && number !== ambiguous
  }
  return type === "time"
    ? compilePattern(`yyyy ${format}`)(`2000 ${text}`) !== undefined
    : compilePattern(format)(text) !== undefined
}
