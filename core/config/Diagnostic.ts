/** A problem in the configuration with its place: file, line, column, the line itself, and what to write instead. */
import { Schema, Struct } from "effect"
import { Reason, reason, render, storedReason } from "../reason/Reason.ts"

export const Diagnostic = Schema.Struct({
  file: Schema.String.annotate({ description: "As the person who started the program would name it." }),
  line: Schema.Int.annotate({ description: "From 1." }),
  column: Schema.Int.annotate({ description: "From 1, in UTF-16 units, as editors count." }),
  message: Schema.String,
  reason: Reason.annotate({ description: "What `message` says, as data." }),
  sourceLine: Schema.String.annotate({ description: "Empty where there is no text, as for a missing file." }),
  length: Schema.Int.annotate({ description: "How much of the line is meant." }),
  hint: Schema.optionalKey(Schema.String).annotate({ description: "What to do about it." }),
  hintReason: Schema.optionalKey(Reason.annotate({ description: "What `hint` says, as data." })),
  page: Schema.optionalKey(Schema.String).annotate({ description: "The part of the reference that it is about." })
})
export type Diagnostic = typeof Diagnostic.Type

/** The texts alone, in any language. */
export type DiagnosticText = Omit<Diagnostic, "reason" | "hintReason">

/** The place of a problem, as a diagnostic shows it. */
export type Location = Omit<DiagnosticText, "message" | "hint" | "page">

export const diagnose = (location: Location, why: Reason, hint?: Reason, page?: string): Diagnostic => ({
  ...location,
  message: render(why),
  reason: why,
  ...(hint === undefined ? {} : { hint: render(hint), hintReason: hint }),
  ...(page === undefined ? {} : { page })
})

/** The form of a diagnostic in a row, or from a daemon of any version; `fromStored` makes a diagnostic of it. */
export const StoredDiagnostic = Diagnostic.mapFields(
  Struct.assign({ reason: Schema.optionalKey(Schema.Json), hintReason: Schema.optionalKey(Schema.Json) })
)

export const fromStored = (row: typeof StoredDiagnostic.Type): Diagnostic => {
  const { hint, hintReason, reason, ...rest } = row
  const why = { ...rest, reason: storedReason(reason, rest.message) }
  return hint === undefined ? why : { ...why, hint, hintReason: storedReason(hintReason, hint) }
}

/** The place and the reason as one reason. */
export const locatedReason = ({ column, file, line, reason: why }: Diagnostic): Reason =>
  reason("file.at", { file, line, column, why })

/** Nothing of the configuration may be used; `diagnostics` holds every problem, in the order of files and lines. */
export class ConfigurationInvalid extends Schema.TaggedError<ConfigurationInvalid>()("ConfigurationInvalid", {
  diagnostics: Schema.NonEmptyArray(Diagnostic)
}) {
  override get message(): string {
    const count = this.diagnostics.length
    return `the configuration has ${count === 1 ? "a problem" : `${count} problems`}\n\n${renderDiagnostics(this.diagnostics)}`
  }
}

/**
 * Formats diagnostics like a compiler: `file:line:col: message`, the line, a caret below it, the hint, and where to read
 * on; `label` is the word before the hint.
 */
export const renderDiagnostics = (diagnostics: ReadonlyArray<DiagnosticText>, label = "hint"): string =>
  diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, label)).join("\n\n")

const renderDiagnostic = (diagnostic: DiagnosticText, label: string): string => {
  const { column, file, hint, length, line, message, page, sourceLine } = diagnostic
  const head = `${file}:${line}:${column}: ${message}`
  const tail = [hint === undefined ? [] : `  ${label}: ${hint}`, page === undefined ? [] : `  ${page}`].flat()
  if (sourceLine.trim() === "") return [head, ...tail].join("\n")
  const number = String(line)
  const shown = excerpt(sourceLine, column, length)
  // Tabs stay tabs, so that the caret is below its place whatever their width.
  const before = shown.text.slice(0, shown.column - 1).replace(/[^\t]/g, " ")
  return [
    head,
    `  ${number} | ${shown.text}`,
    `  ${" ".repeat(number.length)} | ${before}${"^".repeat(shown.length)}`,
    ...tail
  ].join("\n")
}

const widest = 160

/** A minified file is one long line: only the part around the place is shown. */
const excerpt = (text: string, column: number, length: number) => {
  if (text.length <= widest) return { text, column, length }
  const start = Math.max(0, column - 1 - 40)
  const cut = start === 0 ? "" : "…"
  const shown = cut + text.slice(start, start + widest) + (start + widest < text.length ? "…" : "")
  const at = column - start + cut.length
  return { text: shown, column: at, length: Math.max(1, Math.min(length, shown.length - at + 1)) }
}
