/**
 * What to declare where the header of a CSV has none of the fields that are read: whether a line further down has them, or
 * the header itself, read in another charset. Each is tried and not guessed.
 */
import { type Reason, reason } from "../../reason/Reason.ts"

export interface HintOptions {
  /** The fields that columns are read from. */
  readonly fields: ReadonlyArray<string>
  /** The charset in which the answer was read. */
  readonly charset: string
  /** The first text of the answer. */
  readonly beginning: string
  readonly skipRows: number
}

/** Titles and notes above a header are few. */
const maxLines = 50

const charsets = ["utf-8", "windows-1251", "windows-1252", "koi8-r", "ibm866"] as const

const cellsOf = (line: string): ReadonlyArray<string> =>
  line.split(/[,;\t|]/).map((cell) =>
    cell
      .trim()
      .replace(/^(["'])(.*)\1$/, "$2")
      .trim()
  )

const foundIn = (line: string, fields: ReadonlyArray<string>): ReadonlyArray<string> => {
  const cells = cellsOf(line)
  return fields.filter((field) => cells.includes(field))
}

/** The bytes that were read as this text: of UTF-8 the invalid ones are surrogates, as in `Charset.ts`. */
const bytesOf = (text: string, charset: string): Uint8Array | undefined => {
  if (charset === "utf-8") {
    return Buffer.concat(
      [...text].map((char) => (char.isWellFormed() ? Buffer.from(char) : Buffer.of(char.charCodeAt(0) & 0xff)))
    )
  }
  if (!/^(?:windows-|iso-8859|koi8|ibm866|macintosh|x-mac)/.test(charset)) return undefined
  const decoder = new TextDecoder(charset)
  const codes = new Map(Array.from({ length: 256 }, (_, code) => [decoder.decode(Uint8Array.of(code)), code] as const))
  const bytes = [...text].map((char) => codes.get(char))
  return bytes.includes(undefined) ? undefined : Uint8Array.from(bytes, (code) => code ?? 0)
}

const inOtherCharset = (line: string, { charset, fields }: HintOptions) => {
  const bytes = bytesOf(line, charset)
  if (bytes === undefined) return undefined
  for (const other of charsets) {
    if (other === charset) continue
    const found = foundIn(new TextDecoder(other).decode(bytes), fields)
    if (found.length > 0) return { charset: other, found }
  }
  return undefined
}

const lineEnd = /\r\n|\n|\r/

/** `header`: the text that was taken for it, with its broken bytes. */
export const withHint = (why: Reason, header: string, options: HintOptions): Reason => {
  const { beginning, fields, skipRows } = options
  const others = beginning.split(lineEnd, skipRows + maxLines).slice(skipRows + 1)
  const later = others.findIndex((line) => foundIn(line, fields).length * 2 >= Math.max(1, fields.length))
  if (later >= 0) {
    const skip = skipRows + later + 1
    const found = foundIn(others[later] ?? "", fields).join(", ")
    return reason("answer.laterHeader", { why, line: skip + 1, found, skip })
  }
  const other = inOtherCharset(header.split(lineEnd, 1)[0] ?? "", options)
  if (other === undefined) return why
  return reason("answer.charsetHeader", { why, charset: other.charset, found: other.found.join(", ") })
}
