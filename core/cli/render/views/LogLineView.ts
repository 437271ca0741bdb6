/**
 * A log line for a person: the local time, the level, the message, and on the same line, dimmed, the informative
 * attributes.
 */
import { DateTime } from "effect"
import type { Level, LogLine } from "../../../observe/LogLine.ts"
import { escapeControls } from "../../../observe/SafeText.ts"
import type { Style, Tone } from "../terminal/Style.ts"

const tones: Readonly<Record<Level, Tone>> = {
  trace: "dim",
  debug: "dim",
  info: "good",
  warn: "warn",
  error: "bad",
  fatal: "bad"
}

export const render =
  (style: Style) =>
  ({ fields, level, message, timestamp }: LogLine): string => {
    const { connector, entity, span_id, stack, trace_id, ...others } = fields
    const subject =
      typeof connector === "string" && typeof entity === "string" ? `${oneLine(`${connector}.${entity}`)} ` : ""
    const rest = Object.entries(subject === "" ? { connector, entity, ...others } : others)
      .filter(([, value]) => value !== null && value !== undefined && value !== 0)
      .map(([name, value]) => `${name}=${quotedOf(value)}`)
    const first = [
      style("dim", timeOf(timestamp)),
      style(tones[level], level.toUpperCase().padEnd(5)),
      style("strong", subject) + below(escapeControls(message)),
      style("dim", oneLine(rest.join(" ")))
    ]
    const trace = typeof stack === "string" ? `\n${style("dim", `    ${below(escapeControls(stack))}`)}` : ""
    return first.filter((part) => part !== "").join(" ") + trace
  }

/** Indented, so that no line of a text looks like a line of the log. */
const below = (text: string): string => text.replaceAll("\n", "\n    ")

const oneLine = (text: string): string => escapeControls(text).replaceAll("\n", "\\n")

const timeOf = (timestamp: string): string => {
  const { day, hour, minute, month, second, year } = DateTime.toParts(
    DateTime.setZone(DateTime.makeUnsafe(timestamp), DateTime.zoneMakeLocal())
  )
  const two = (part: number) => String(part).padStart(2, "0")
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`
}

/** Quoted if the value would be confused with its neighbours. */
const quotedOf = (value: unknown): string => {
  const text = typeof value === "string" ? value : JSON.stringify(value)
  return typeof value === "string" && /[\s"=]/.test(text) ? JSON.stringify(text) : text
}
