/**
 * Text as a terminal shows it: measured in cells, cut between whole characters, harmless to print. All functions take
 * plain text; colours are added afterwards.
 */
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" })

/** Printable ASCII, Latin, Cyrillic and the dashes, quotes and arrows used here: one cell each, no need to segment. */
const oneCellEach = /^[ -~\u00a0-\u00ac\u00ae-\u02ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u2190-\u21ff]*$/
/** East Asian Wide and Fullwidth (UAX #11), without the emoji. */
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u
const emoji = /\p{Emoji_Presentation}|\ufe0f/u
const invisible = /^[\p{M}\p{Cf}\p{Cc}]+$/u

const cells = (grapheme: string): number =>
  invisible.test(grapheme) ? 0 : wide.test(grapheme) || emoji.test(grapheme) ? 2 : 1

const split = function* (text: string): Generator<string> {
  for (const { segment } of graphemes.segment(text)) yield segment
}

/** The width in terminal cells. */
export const width = (text: string): number => {
  if (oneCellEach.test(text)) return text.length
  let sum = 0
  for (const grapheme of split(text)) sum += cells(grapheme)
  return sum
}

/** Controls, bidirectional overrides and other invisible characters; the joiner is kept, because emoji use it. */
const unprintable = /(?!\u200d)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu
const escapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }

/** One line that cannot move the cursor, whatever a vendor sent: unprintable characters are shown as escapes. */
export const printable = (text: string): string =>
  text
    .toWellFormed()
    .replace(unprintable, (found) => escapes[found] ?? `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`)

const take = (graphemesOf: Iterable<string>, limit: number): ReadonlyArray<string> => {
  const taken: Array<string> = []
  let sum = 0
  for (const grapheme of graphemesOf) {
    sum += cells(grapheme)
    if (sum > limit) break
    taken.push(grapheme)
  }
  return taken
}

/** Cuts to at most `limit` cells and marks the cut with an ellipsis. */
export const cut = (text: string, limit: number): string => {
  if (width(text) <= limit) return text
  return limit < 1 ? "" : `${take(split(text), limit - 1).join("")}…`
}

/** Like `cut`, but keeps both ends: names with a common beginning stay different. */
export const cutMiddle = (text: string, limit: number): string => {
  if (width(text) <= limit || limit < 3) return cut(text, limit)
  const tail = take([...split(text)].reverse(), Math.floor((limit - 1) / 2))
  const head = take(split(text), Math.ceil((limit - 1) / 2))
  return `${head.join("")}…${[...tail].reverse().join("")}`
}

export const pad = (text: string, to: number, align: "left" | "right" = "left"): string => {
  const blank = " ".repeat(Math.max(0, to - width(text)))
  return align === "left" ? text + blank : blank + text
}

const breakWord = function* (word: string, limit: number): Generator<string> {
  let rest = word
  while (width(rest) > limit) {
    // A character wider than the limit still has to go somewhere.
    const piece = take(split(rest), Math.max(limit, 2)).join("")
    yield piece
    rest = rest.slice(piece.length)
  }
  yield rest
}

/** Blanks at which a line may break; not the one inside `12 345`. */
const blanks = /(?<!\d) | (?!\d{3}\b)/

const wrapLine = (line: string, limit: number): ReadonlyArray<string> => {
  if (width(line) <= limit) return [line]
  const lines: Array<string> = []
  let current = ""
  for (const word of line.split(blanks).flatMap((part) => [...breakWord(part, limit)])) {
    const longer = current === "" ? word : `${current} ${word}`
    if (width(longer) <= limit) {
      current = longer
    } else {
      lines.push(current)
      current = word
    }
  }
  return [...lines, current]
}

/** The full text on as many lines as it needs; its own line breaks are kept, and lines that fit stay unchanged. */
export const wrap = (text: string, limit: number): ReadonlyArray<string> =>
  text
    .trimEnd()
    .split(/\r?\n/)
    .flatMap((line) => wrapLine(printable(line), limit))
