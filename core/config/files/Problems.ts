/** Collects every problem of a load, whichever stage finds it, each once and at its place in the text. */
import { redact } from "../../observe/Secrets.ts"
import { mapTexts, type Reason, reason } from "../../reason/Reason.ts"
import { type Diagnostic, diagnose, type Location } from "../Diagnostic.ts"

export interface Source {
  readonly file: string
  readonly text: string
}

/** A piece of a file; it knows its file, so that a problem can be reported from the piece alone. */
export interface Span {
  readonly source: Source
  readonly start: number
  readonly end: number
}

/** A user with more problems repairs these first. */
export const maxProblems = 200

export class Problems {
  readonly #found = new Map<string, Diagnostic>()
  readonly #places = new Set<string>()

  /** `page`: the part of the reference that describes the place. */
  report(span: Span, why: Reason, hint?: Reason, page?: string): void {
    this.#add(diagnose(locationOf(span), why, hint, page))
  }

  /** For a named entry that is no map of keys. `example`: such a map. */
  reportNotMap(span: Span, example: string): void {
    const what = reason("value.expected", { what: reason("value.keys") })
    this.report(span, what, reason("value.example", { example }))
  }

  /** For a text that should have been a secret: the report does not repeat it. */
  reportMasked(span: Span, why: Reason, hint?: Reason, page?: string): void {
    const location = locationOf(span)
    const sourceLine = `${location.sourceLine.slice(0, location.column - 1)}***`
    this.#add(diagnose({ ...location, length: 3, sourceLine }, why, hint, page))
  }

  /** Whether exactly this place already has a problem, so that consequences need not be reported. */
  has(span: Span): boolean {
    return this.#places.has(placeOf(span))
  }

  /**
   * Without the values of secrets, which are all known by now: the person who edits the files may not be allowed to see
   * them.
   */
  get diagnostics(): ReadonlyArray<Diagnostic> {
    return [...this.#found.values()]
      .map(withoutSecrets)
      .sort((a, b) => a.file.localeCompare(b.file, "en") || a.line - b.line || a.column - b.column)
  }

  #add(diagnostic: Diagnostic): void {
    const place = `${diagnostic.file}:${diagnostic.line}:${diagnostic.column}`
    const id = `${place}:${diagnostic.message}`
    this.#places.add(place)
    if (this.#found.has(id) || this.#found.size > maxProblems) return
    const { column, file, length, line, sourceLine } = diagnostic
    const isLast = this.#found.size === maxProblems
    const kept = isLast
      ? diagnose({ file, line, column, sourceLine, length }, reason("file.manyProblems", { limit: maxProblems }))
      : diagnostic
    this.#found.set(id, kept)
  }
}

const withoutSecrets = ({ hintReason, page, reason, sourceLine, ...found }: Diagnostic): Diagnostic =>
  diagnose(
    { ...found, sourceLine: redact(sourceLine) },
    mapTexts(reason, redact),
    hintReason === undefined ? undefined : mapTexts(hintReason, redact),
    page
  )

/** The span for a problem of a whole file. */
export const wholeFile = (source: Source): Span => ({ source, start: 0, end: 0 })

export const placeOf = (span: Span): string => {
  const { column, file, line } = locationOf(span)
  return `${file}:${line}:${column}`
}

/** The offsets of line starts, cached because a file of a MiB may have hundreds of problems. */
const begins = new WeakMap<Source, ReadonlyArray<number>>()

const beginsOf = (source: Source): ReadonlyArray<number> => {
  const known = begins.get(source)
  if (known !== undefined) return known
  const found = [0]
  for (let at = source.text.indexOf("\n"); at >= 0; at = source.text.indexOf("\n", at + 1)) found.push(at + 1)
  begins.set(source, found)
  return found
}

/** The line number, counted from 1. */
export const lineAt = (source: Source, offset: number): number => {
  const starts = beginsOf(source)
  let [low, high] = [0, starts.length]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle
  }
  return low + 1
}

/** The text of a longer line, as in a minified file, is not shown. */
const maxLine = 1 << 16

export const locationOf = ({ end, source, start }: Span): Location => {
  const line = lineAt(source, start)
  const starts = beginsOf(source)
  const [lineStart = 0, next = source.text.length + 1] = [starts[line - 1], starts[line]]
  const lineEnd = next - 1
  return {
    file: source.file,
    line,
    column: start - lineStart + 1,
    sourceLine: lineEnd - lineStart > maxLine ? "" : source.text.slice(lineStart, lineEnd).replace(/\r$/, ""),
    length: Math.max(1, Math.min(end, lineEnd) - start)
  }
}
