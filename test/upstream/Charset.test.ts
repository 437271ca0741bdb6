import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { pairs, surrogates, surrogatesOf, Utf8Reader } from "../../core/upstream/Charset.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { drain, entity, upstream } from "./vendor.ts"

const read = (chunks: ReadonlyArray<Uint8Array>, marks = surrogates()) => {
  const reader = new Utf8Reader(marks)
  return chunks.map((chunk) => reader.feed(chunk)).join("") + reader.end()
}

const cutAt = (bytes: Uint8Array, ...places: ReadonlyArray<number>) =>
  [0, ...places].map((from, at) => bytes.subarray(from, places[at] ?? bytes.length))

/** The end and the middle of every range of characters, among others. */
const text = "aé€😀\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\ufffd\ufeff\u{10000}\u{10ffff}z"

describe("UTF-8", () => {
  it("is the same text wherever it is cut", () => {
    const bytes = Buffer.from(text)
    for (let one = 0; one <= bytes.length; one++) {
      for (let two = one; two <= bytes.length; two++) {
        const marks = surrogates()
        assert.strictEqual(read(cutAt(bytes, one, two), marks), text)
        assert.isFalse(marks.found)
      }
    }
    assert.strictEqual(read([...bytes].map((byte) => Uint8Array.of(byte))), text)
  })

  it("loses the mark at its beginning, and no other", () => {
    const bytes = Buffer.from("\ufeffa\ufeff")
    for (let at = 0; at <= bytes.length; at++) assert.strictEqual(read(cutAt(bytes, at)), "a\ufeff")
  })

  it("keeps apart what is none, byte by byte and wherever it is cut", () => {
    const bytes = (...of: ReadonlyArray<number>) => Buffer.concat([Buffer.from("é"), Buffer.from(of), Buffer.from("z")])
    for (const broken of [
      [0xe9],
      [0x80],
      [0xc0, 0xaf],
      [0xc1, 0xbf],
      [0xe0, 0x9f, 0xbf],
      [0xed, 0xa0, 0x80],
      [0xe2, 0x82],
      [0xf0, 0x8f, 0xbf, 0xbf],
      [0xf4, 0x90, 0x80, 0x80],
      [0xf0, 0x9f, 0x98],
      [0xf5],
      [0xff, 0xfe]
    ]) {
      const wanted = `é${broken.map((byte) => String.fromCharCode(0xdc00 + byte)).join("")}z`
      const whole = bytes(...broken)
      for (let at = 0; at <= whole.length; at++) {
        const marks = surrogates()
        assert.strictEqual(read(cutAt(whole, at), marks), wanted)
        assert.isTrue(marks.found)
        assert.strictEqual(surrogatesOf(read(cutAt(whole, at), pairs())), wanted)
      }
    }
    // At the end of everything.
    assert.strictEqual(read([Uint8Array.of(0x61, 0xe2, 0x82)]), "a\udce2\udc82")
  })

  it("agrees with the native decoder about what is none", () => {
    let seed = 7
    const next = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed
    }
    const native = new TextDecoder("utf-8", { fatal: true })
    for (let round = 0; round < 20_000; round++) {
      const bytes = Uint8Array.from(
        { length: 1 + (next() % 5) },
        () => [0x41, 0x80, 0xbf, 0xc2, 0xe0, 0xed, 0xf0, 0xf4, 0x9f, 0xa0, 0x90][next() % 11] ?? 0
      )
      const marks = surrogates()
      const ours = read(cutAt(bytes, next() % bytes.length), marks)
      let theirs: string | undefined
      try {
        theirs = native.decode(bytes)
      } catch {
        theirs = undefined
      }
      assert.strictEqual(marks.found, theirs === undefined)
      if (theirs !== undefined) assert.strictEqual(ours, theirs)
    }
  })
})

describe("an answer", () => {
  const names = (body: Uint8Array<ArrayBuffer>, type: string, format: "json" | "ndjson" | "csv" = "json") =>
    Effect.gen(function* () {
      const headers = { "content-type": type, "transfer-encoding": "chunked" }
      const crm = yield* upstream(() => new Response(body, { headers }))
      const { records } = yield* drain(HttpSource.make(crm)(entity({ format, records: "" })))
      return records.map(({ n }) => n)
    })

  it.effect("keeps broken values apart in every format, and those of other charsets broken", () =>
    Effect.gen(function* () {
      const around = (before: string, byte: number, after: string) =>
        new Uint8Array([...Buffer.from(before), byte, ...Buffer.from(after)])
      for (const byte of [0xe8, 0xe9]) {
        const broken = `caf${String.fromCharCode(0xdc00 + byte)}`
        assert.deepEqual(yield* names(around('[{"n":"caf', byte, '"}]'), "application/json"), [broken])
        assert.deepEqual(yield* names(around('{"n":"caf', byte, '"}\n'), "text/plain", "ndjson"), [broken])
        assert.deepEqual(yield* names(around("n\ncaf", byte, "\n"), "text/csv", "csv"), [broken])
      }
      for (const named of ["utf_8", "UTF8", "utf8mb4", "UTF_8_SIG", "cp65001"]) {
        assert.deepEqual(yield* names(Buffer.from('[{"n":"é"}]'), `application/json; charset=${named}`), ["é"], named)
      }
      const japanese = around('[{"n":"', 0xff, '"}]')
      assert.deepEqual(yield* names(japanese, "application/json; charset=shift_jis"), ["\udcff"])
    })
  )
})
