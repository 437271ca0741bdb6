/**
 * The body of an answer as text. Bytes that are invalid in its charset become unpaired surrogates, which no charset can
 * encode. The code that stores a value counts and replaces them like any other broken text, and two values that differ
 * only in these bytes stay different until then.
 */
import { Array as Arr, Cause, Channel, Effect, Pull } from "effect"
import type { Answer } from "../exchange/Exchange.ts"
import type { UpstreamError } from "../Source.ts"

/** The replacement for an invalid byte. */
export interface InvalidBytes {
  readonly mark: (byte: number) => string
  /** Whether any byte was invalid. */
  found: boolean
}

export const surrogates = (): InvalidBytes => ({ mark: (byte) => String.fromCharCode(0xdc00 + byte), found: false })

/**
 * Marks for decoders that refuse surrogates; `surrogatesOf` restores them. Real text does not contain these two
 * characters side by side.
 */
export const pairs = (): InvalidBytes => ({
  mark: (byte) => `\ufffd${String.fromCharCode(0xf700 + byte)}`,
  found: false
})

export const surrogatesOf = (text: string): string =>
  text.replace(/\ufffd([\uf700-\uf7ff])/g, (_, pair: string) => String.fromCharCode(pair.charCodeAt(0) - 0x1b00))

const isNext = (byte: number | undefined, from = 0x80, to = 0xbf): boolean =>
  byte !== undefined && byte >= from && byte <= to

/** The length in bytes of the character at `at`; 0 if it is invalid (table 3-7 of the Unicode standard). */
const lengthAt = (bytes: Uint8Array, at: number): number => {
  const [first = 0, second] = [bytes[at], bytes[at + 1]]
  if (first < 0x80) return 1
  if (first < 0xc2 || first > 0xf4) return 0
  if (first < 0xe0) return isNext(second) ? 2 : 0
  if (first < 0xf0) {
    const fits = isNext(second, first === 0xe0 ? 0xa0 : 0x80, first === 0xed ? 0x9f : 0xbf)
    return fits && isNext(bytes[at + 2]) ? 3 : 0
  }
  const fits = isNext(second, first === 0xf0 ? 0x90 : 0x80, first === 0xf4 ? 0x8f : 0xbf)
  return fits && isNext(bytes[at + 2]) && isNext(bytes[at + 3]) ? 4 : 0
}

/** Finds where the last character begins that may continue in the next chunk. */
const cutOf = (bytes: Uint8Array): number => {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) break
    if (byte < 0xc0) continue
    return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? bytes.length - back : bytes.length
  }
  return bytes.length
}

/**
 * Decodes UTF-8 chunk by chunk; characters may be cut anywhere. The native decoder reads all chunks except those with
 * invalid bytes.
 */
export class Utf8Reader {
  readonly #broken: InvalidBytes
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true })
  #rest = new Uint8Array(0)
  #begun = false

  constructor(broken: InvalidBytes) {
    this.#broken = broken
  }

  feed(chunk: Uint8Array): string {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const cut = cutOf(bytes)
    this.#rest = Uint8Array.from(bytes.subarray(cut))
    return this.#read(bytes.subarray(0, cut))
  }

  end(): string {
    return this.#read(this.#rest)
  }

  #read(bytes: Uint8Array): string {
    const read = this.#decoder.decode(bytes)
    const text = read.includes("\ufffd") ? this.#marked(bytes) : read
    if (this.#begun || text === "") return text
    this.#begun = true
    return text.startsWith("\ufeff") ? text.slice(1) : text
  }

  #marked(bytes: Uint8Array): string {
    let text = ""
    let from = 0
    for (let at = 0; at < bytes.length; ) {
      const length = lengthAt(bytes, at)
      if (length === 0) {
        this.#broken.found = true
        text += this.#decoder.decode(bytes.subarray(from, at)) + this.#broken.mark(bytes[at] ?? 0)
        from = at + 1
      }
      at += Math.max(length, 1)
    }
    return text + this.#decoder.decode(bytes.subarray(from))
  }
}

type Bytes = Arr.NonEmptyReadonlyArray<Uint8Array>
type Texts = Arr.NonEmptyReadonlyArray<string>

const utf8 = (broken: InvalidBytes): Channel.Channel<Texts, UpstreamError, void, Bytes, UpstreamError, void> =>
  Channel.fromTransform((upstream, _scope) =>
    Effect.sync(() => {
      const reader = new Utf8Reader(broken)
      let ended: Pull.Pull<never> | undefined
      const pull = Pull.matchEffect(upstream, {
        onSuccess: (chunks) => Effect.succeed(Arr.map(chunks, (chunk) => reader.feed(chunk))),
        onFailure: Effect.failCause,
        onDone: () => {
          ended = Cause.done()
          const last = reader.end()
          return last === "" ? ended : Effect.succeed(Arr.of(last))
        }
      })
      return Effect.suspend(() => ended ?? pull)
    })
  )

/**
 * Decoders of other charsets do not report which byte was invalid, and some charsets contain U+FFFD itself, which then
 * counts as broken as well.
 */
const other = (charset: string, broken: InvalidBytes) =>
  Channel.map(
    Channel.decodeText<UpstreamError, void>(charset),
    Arr.map((text) => {
      if (!text.includes("\ufffd")) return text
      broken.found = true
      return text.replaceAll("\ufffd", broken.mark(0xff))
    })
  )

/** Decodes the body of an answer. */
export const textOf = (
  { body, charset }: Pick<Answer, "body" | "charset">,
  broken = surrogates()
): Channel.Channel<Texts, UpstreamError, void> =>
  Channel.pipeTo(body, charset.name === "utf-8" ? utf8(broken) : other(charset.name, broken))
