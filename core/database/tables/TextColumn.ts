/**
 * The values of one column of a batch, in the form of PostgreSQL's protocol: length and UTF-8 of each. So a row's
 * strings can be collected once it is mapped; stored as strings, the waiting batches would be most of the heap.
 */
import { PgTypes } from "@effect/sql-pg"
import { Effect, Result } from "effect"

export interface TextColumn {
  readonly bytes: Uint8Array
  readonly count: number
  readonly hasNull: boolean
}

/** Up to this length a loop over ASCII is faster than the call into Node. */
const short = 40

/** Returns the number of bytes written. */
const write = (buffer: Buffer, text: string, from: number): number => {
  if (text.length > short) return buffer.write(text, from)
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 127) return buffer.write(text, from)
    buffer[from + at] = code
  }
  return text.length
}

export class TextColumnWriter {
  #buffer = Buffer.allocUnsafeSlow(4_096)
  #length = 0
  #count = 0
  #hasNull = false

  /** Returns the number of bytes that the value takes. */
  push(text: string | null): number {
    const at = this.#length
    // No character takes more than three bytes in UTF-8 for each of its UTF-16 units.
    this.#reserve(4 + (text === null ? 0 : text.length * 3))
    const buffer = this.#buffer
    const size = text === null ? 0 : write(buffer, text, at + 4)
    const length = text === null ? -1 : size
    buffer[at] = length >> 24
    buffer[at + 1] = length >> 16
    buffer[at + 2] = length >> 8
    buffer[at + 3] = length
    this.#length = at + 4 + size
    this.#count += 1
    this.#hasNull ||= text === null
    return 4 + size
  }

  /** Returns the values since the last call. */
  take(): TextColumn {
    const column = { bytes: this.#buffer.subarray(0, this.#length), count: this.#count, hasNull: this.#hasNull }
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(4_096, this.#length))
    this.#length = 0
    this.#count = 0
    this.#hasNull = false
    return column
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#length + more))
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
  }
}

export const concat = (columns: ReadonlyArray<TextColumn>): TextColumn => ({
  bytes: Buffer.concat(columns.map(({ bytes }) => bytes)),
  count: columns.reduce((sum, { count }) => sum + count, 0),
  hasNull: columns.some(({ hasNull }) => hasNull)
})

/** Decodes the values again. */
export const texts = ({ bytes, count }: TextColumn): ReadonlyArray<string | null> => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  return Array.from({ length: count }, () => {
    const size = buffer.readInt32BE(at)
    const from = at + 4
    at = from + Math.max(0, size)
    return size < 0 ? null : buffer.toString("utf8", from, at)
  })
}

/**
 * Sends columns as they are. They travel as `varchar[]`, which nothing else here uses and PostgreSQL accepts as
 * `text[]` without a copy. The value is a list of one, because the driver wants arrays for array types.
 */
const codec: PgTypes.Codec<readonly [TextColumn]> = {
  write: (sink, [{ bytes, count, hasNull }]) => {
    sink.int32(count === 0 ? 0 : 1)
    sink.int32(hasNull ? 1 : 0)
    sink.int32(PgTypes.OID.varchar)
    if (count > 0) {
      sink.int32(count)
      sink.int32(1)
      sink.raw(bytes)
    }
    return Result.void
  },
  encode: () => Result.fail(new PgTypes.CodecError({ message: "columns are written in place" })),
  decode: () => Result.fail(new PgTypes.CodecError({ message: "no statement answers with varchar[]" }))
}

/** The driver's types, and the type of columns. */
export const types: PgTypes.Registry = PgTypes.makeRegistry()
types.register(PgTypes.OID.varcharArray, codec)

export const parameter = (column: TextColumn) => Effect.fromResult(PgTypes.array([column], PgTypes.OID.varchar))
