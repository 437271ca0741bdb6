/** Collects every problem of a load, whichever stage finds it, each once and at its place in the text. */
import { redact } from "../observe/Secrets.ts"
import { mapTexts, type Reason } from "../reason/Reason.ts"
import { type Diagnostic, diagnose, type Location } from "./Diagnostic.ts"

export interface Source {
  readonly file: string
  readonly text: string
}

/** A piece of a file; it knows its file, so that a problem can be told from the piece alone. */
export interface Span {
  readonly source: Source
  readonly start: number
  readonly end: number
}

export class Problems {
  readonly #found = new Map<string, Diagnostic>()
  readonly #places = new Set<string>()

  report(span: Span, why: Reason, hint?: Reason): void {
    this.#add(diagnose(locationOf(span), why, hint))
  }

  /** For a text that should have been a secret: what stands in the file is not repeated. */
  reportMasked(span: Span, why: Reason, hint?: Reason): void {
    const location = locationOf(span)
    const sourceLine = `${location.sourceLine.slice(0, location.column - 1)}***`
    this.#add(diagnose({ ...location, length: 3, sourceLine }, why, hint))
  }

  /** Whether something was already said about exactly this place, so that what follows from it need not be. */
  has(span: Span): boolean {
    return this.#places.has(placeOf(span))
  }

  /** Without the values of secrets, which are all known by now; whoever edits the files need not be who may see them. */
  get diagnostics(): ReadonlyArray<Diagnostic> {
    return [...this.#found.values()]
      .map(withoutSecrets)
      .sort((a, b) => a.file.localeCompare(b.file, "en") || a.line - b.line || a.column - b.column)
  }

  #add(diagnostic: Diagnostic): void {
    const place = `${diagnostic.file}:${diagnostic.line}:${diagnostic.column}`
    const id = `${place}:${diagnostic.message}`
    this.#places.add(place)
    if (!this.#found.has(id)) this.#found.set(id, diagnostic)
  }
}

const withoutSecrets = ({ hintReason, reason, sourceLine, ...found }: Diagnostic): Diagnostic =>
  diagnose(
    { ...found, sourceLine: redact(sourceLine) },
    mapTexts(reason, redact),
    hintReason === undefined ? undefined : mapTexts(hintReason, redact)
  )

/** What can be said of a file as a whole. */
export const wholeFile = (source: Source): Span => ({ source, start: 0, end: 0 })

export const placeOf = (span: Span): string => {
  const { column, file, line } = locationOf(span)
  return `${file}:${line}:${column}`
}

export const locationOf = ({ end, source, start }: Span): Location => {
  const lineStart = source.text.lastIndexOf("\n", start - 1) + 1
  const newline = source.text.indexOf("\n", start)
  const lineEnd = newline < 0 ? source.text.length : newline
  return {
    file: source.file,
    line: source.text.slice(0, lineStart).split("\n").length,
    column: start - lineStart + 1,
    sourceLine: source.text.slice(lineStart, lineEnd).replace(/\r$/, ""),
    length: Math.max(1, Math.min(end, lineEnd) - start)
  }
}
