/** Random invalid texts: valid ones with pieces cut, doubled, moved and inserted, and with changed bytes. */
import type { Draw } from "../../core/plugin/SandboxDraw.ts"

/** Strings that parsers have trouble with, in any format. */
const troublesome = [
  "\0",
  "\u001b[2J",
  "\u009b",
  "\u202e",
  "\ufeff",
  "\ufdd0",
  "\r",
  "\n",
  "\r\n",
  '"',
  "'",
  "\\",
  "\\u0000",
  "\\ud800",
  "{",
  "}",
  "[",
  "]",
  "<",
  ">",
  "</",
  "<!--",
  "<![CDATA[",
  "]]>",
  "&",
  "&#0;",
  ",",
  ";",
  ":",
  "*",
  "!",
  "|",
  "%",
  "-",
  "- ",
  "1e999",
  "-0",
  "00",
  "9".repeat(40),
  "null",
  "__proto__",
  "constructor",
  "😀",
  "\ud83d",
  "ж",
  " ",
  "\t",
  "a".repeat(300)
] as const

export const trouble = (random: Draw): string => random.pick(troublesome)

export const mutated = (random: Draw, text: string): string => {
  let now = text
  for (let left = random.int(0, 4); left > 0; left--) {
    const [one, other] = [random.int(0, now.length), random.int(0, now.length)]
    const [from, to] = [Math.min(one, other), Math.min(Math.max(one, other), Math.min(one, other) + 40)]
    const piece = now.slice(from, to)
    now = random.pick([
      () => now.slice(0, from) + now.slice(to),
      () => now.slice(0, to) + piece + now.slice(to),
      () => now.slice(0, from) + trouble(random) + now.slice(from),
      () => now.slice(0, from) + trouble(random) + now.slice(to),
      () => now.slice(0, one),
      () => now.slice(0, from) + now.slice(to) + piece
    ])()
  }
  return now
}

/** Encodes the text, and now and then changes a byte. */
export const bytesOf = (random: Draw, text: string): Uint8Array<ArrayBuffer> => {
  const bytes = Uint8Array.from(Buffer.from(text))
  if (bytes.length > 0 && random.chance(0.2)) bytes[random.int(0, bytes.length - 1)] = random.int(0, 255)
  return bytes
}

/** Cuts the bytes anywhere; every piece is a chunk of a connection. */
export const piecesOf = (random: Draw, bytes: Uint8Array<ArrayBuffer>): ReadonlyArray<Uint8Array<ArrayBuffer>> => {
  const pieces: Array<Uint8Array<ArrayBuffer>> = []
  for (let at = 0; at < bytes.length; ) {
    const next = Math.min(bytes.length, at + random.pick([1, 2, 3, 7, 16, 64, 1_000]))
    pieces.push(bytes.slice(at, next))
    at = next
  }
  return pieces
}
