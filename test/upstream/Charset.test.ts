import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import { render } from "../../core/reason/Reason.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { pairs, surrogates, surrogatesOf, Utf8Reader } from "../../core/upstream/records/Charset.ts"
import { detectCharset } from "../../core/upstream/records/DetectCharset.ts"
import { column } from "../support/source.ts"
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

const bytesOf = {
  "utf-8": (text: string) => new Uint8Array(Buffer.from(text)),
  "utf-16le": (text: string) => new Uint8Array(Buffer.from(text, "utf16le")),
  "utf-16be": (text: string) => new Uint8Array(Buffer.from(text, "utf16le").swap16()),
  "utf-32le": (text: string) =>
    new Uint8Array(new Uint32Array([...text].map((char) => char.codePointAt(0) ?? 0)).buffer)
}

describe("the charset of an answer", () => {
  const detected = (bytes: Uint8Array, type?: string, declared?: string) => {
    const { fault, name } = detectCharset(bytes, type, declared)
    return fault === undefined ? name : `${name}: ${render(fault)}`
  }
  const likely = (charset: string, assumed: string) =>
    `${charset}: it would be read as ${assumed}, and its bytes look like ${charset}: declare \`charset: ${charset}\``
  const utf32 = "utf-8: it is UTF-32, which is not read; the vendor must send UTF-8"
  const list = "id;имя\n1;Аня\n"

  it("is the one of its mark, whatever else is said of it", () => {
    for (const charset of ["utf-8", "utf-16le", "utf-16be"] as const) {
      const marked = bytesOf[charset](`\ufeff${list}`)
      for (const [type, declared] of [[undefined], ["text/csv; charset=windows-1251"], ["text/csv", "shift_jis"]]) {
        assert.strictEqual(detected(marked, type, declared), charset)
      }
    }
    assert.strictEqual(detected(bytesOf["utf-32le"](`\ufeff${list}`), "text/csv; charset=utf-16"), utf32)
    assert.strictEqual(detected(Uint8Array.of(0, 0, 0xfe, 0xff, 0, 0, 0, 0x5b)), utf32)
    // No text in UTF-8 begins so, which is why it is a mark; one byte of it is none.
    assert.strictEqual(detected(Uint8Array.of(0xff), "text/csv; charset=windows-1251"), "windows-1251")
  })

  it("is UTF-16 where that is told, in the order of bytes that is told, or that they have", () => {
    const [little, big] = [bytesOf["utf-16le"](list), bytesOf["utf-16be"](list)]
    assert.strictEqual(detected(little, "text/csv; charset=utf-16le"), "utf-16le")
    assert.strictEqual(detected(big, "text/csv; charset=UTF-16BE"), "utf-16be")
    assert.strictEqual(detected(little, 'text/csv; charset="utf-16"'), "utf-16le")
    assert.strictEqual(detected(big, "text/csv; charset=utf-16"), "utf-16be")
    assert.strictEqual(detected(big, "text/csv", "utf-16be"), "utf-16be")
    assert.strictEqual(detected(little, "text/csv; charset=utf-8", "utf-16le"), "utf-16le")
    const document = '<?xml version="1.0" encoding="UTF-16"?><a/>'
    assert.strictEqual(detected(bytesOf["utf-16le"](document)), "utf-16le")
    assert.strictEqual(detected(bytesOf["utf-16be"](document)), "utf-16be")
    // A text of .NET, sent as UTF-8.
    assert.strictEqual(detected(bytesOf["utf-8"](document)), "utf-8")
  })

  it("is not guessed where it is UTF-16 that nobody tells of, nor where it is told to be and is not", () => {
    const chinese = "番号,名前\n1,田中一さんは長い説明を持っていますがとても長い\n2,佐藤\u3000一\n"
    for (const charset of ["utf-16le", "utf-16be"] as const) {
      for (const text of [list, chinese, '[{"id":1}]', '{"id":1}\n', "<a><b>1</b></a>"]) {
        const bytes = bytesOf[charset](text)
        assert.strictEqual(detected(bytes), likely(charset, "utf-8"))
        assert.strictEqual(detected(bytes, "text/csv; charset=windows-1251"), likely(charset, "windows-1251"))
      }
    }
    const big = bytesOf["utf-16be"](list)
    assert.strictEqual(detected(big, "text/csv; charset=utf-16le"), likely("utf-16be", "utf-16le"))
    assert.strictEqual(detected(big, "text/csv", "utf-16le"), likely("utf-16be", "utf-16le"))
    assert.strictEqual(detected(bytesOf["utf-8"](list), "text/csv; charset=utf-16"), likely("utf-8", "utf-16le"))
    assert.strictEqual(detected(bytesOf["utf-8"](list), "text/csv", "utf-16le"), "utf-16le", "who declares it means it")
    assert.strictEqual(detected(bytesOf["utf-32le"](list)), utf32)
    assert.strictEqual(detected(new Uint8Array(8), "text/csv; charset=utf-16"), "utf-16le")
  })

  it("is what is told or UTF-8, also where a NUL or two are in it", () => {
    const nul = Buffer.from(`id,n\n1,a\0b\n${"2,c\n".repeat(100)}3,d\0\n`)
    assert.strictEqual(detected(nul), "utf-8")
    assert.strictEqual(detected(Buffer.from("[]")), "utf-8")
    assert.strictEqual(detected(new Uint8Array(64)), "utf-8")
    assert.strictEqual(detected(new Uint8Array(0), "text/csv; charset=utf-16"), "utf-16le")
    assert.strictEqual(detected(Buffer.from(list), "text/csv; charset=win-1251"), "windows-1251")
    assert.strictEqual(detected(Buffer.from(list), "text/csv; charset=utf-8", "windows-1251"), "windows-1251")
    assert.strictEqual(
      detected(Buffer.from(list), "text/csv; charset=constructor"),
      "utf-8: it declares the unknown encoding «constructor»; declare `charset`"
    )
  })
})

describe("an answer", () => {
  type Format = "json" | "ndjson" | "csv" | "xml"

  const source = (body: Uint8Array<ArrayBuffer>, type: string, format: Format, charset?: string) =>
    Effect.gen(function* () {
      const headers = { "content-type": type, "transfer-encoding": "chunked" }
      const crm = yield* upstream(() => new Response(body, { headers }))
      const records = format === "xml" ? "r" : ""
      return HttpSource.make(crm)(entity({ format, records, ...(charset === undefined ? {} : { charset }) }))
    })
  const names = (body: Uint8Array<ArrayBuffer>, type: string, format: Format = "json", charset?: string) =>
    Effect.gen(function* () {
      const { records } = yield* drain(yield* source(body, type, format, charset))
      return records.map(({ n }) => n)
    })

  const texts = {
    json: '[{"n":"ж€"},{"n":"😀"}]',
    ndjson: '{"n":"ж€"}\n{"n":"😀"}\n',
    csv: "n\nж€\n😀\n",
    xml: "<a><r><n>ж€</n></r><r><n>😀</n></r></a>"
  }
  const formats = ["json", "ndjson", "csv", "xml"] as const

  it.effect("is read in the charset of its mark, or the declared one, in every format", () =>
    Effect.gen(function* () {
      for (const format of formats) {
        for (const charset of ["utf-8", "utf-16le", "utf-16be"] as const) {
          const marked = bytesOf[charset](`\ufeff${texts[format]}`)
          assert.deepEqual(yield* names(marked, "text/plain; charset=windows-1251", format), ["ж€", "😀"], charset)
          const plain = bytesOf[charset](texts[format])
          assert.deepEqual(yield* names(plain, "text/plain", format, charset), ["ж€", "😀"], charset)
        }
        const untold = yield* Effect.flip(names(bytesOf["utf-16le"](texts[format]), "text/plain", format))
        assert.strictEqual(untold._tag === "UpstreamError" && untold.kind, "Format")
        assert.match(untold.message, /declare `charset: utf-16le`; the answer begins «/, format)
        assert.include(untold.message, "ж€", "as it would be read then")
      }
    })
  )

  it.effect("of CSV whose header is broken is not read where it lacks declared fields", () =>
    Effect.gen(function* () {
      const columns = [column("id", "text"), column("имя", "text")]
      const cyrillic = (...text: ReadonlyArray<number>) =>
        new Uint8Array([...Buffer.from("id;"), ...text, ...Buffer.from("\n1;a\n")])
      const read = (body: Uint8Array<ArrayBuffer>, more: Partial<Entity> = {}) =>
        Effect.gen(function* () {
          const crm = yield* upstream(() => new Response(body))
          const declared = { format: "csv", records: "", columns, ...more } as const
          return (yield* drain(HttpSource.make(crm)(entity(declared)))).records
        })
      const name = [0xe8, 0xec, 0xff]
      const refused = yield* Effect.flip(read(cyrillic(...name)))
      assert.include(refused.message, "lacks declared fields (имя): declare `charset`, as in `charset: windows-1251`")
      assert.deepEqual(yield* read(cyrillic(...name), { charset: "windows-1251" }), [{ id: "1", имя: "a" }])
      // A field that may be missing, or that nobody declared, is not worth the whole list.
      assert.lengthOf(yield* read(cyrillic(...name), { columns: columns.slice(0, 1) }), 1)
      const optional = columns.map((one) => ({ ...one, optional: true }) as const)
      assert.lengthOf(yield* read(cyrillic(...name), { columns: optional }), 1)
      const renamed = column("имя", "text", {
        source: { _tag: "Pointer", pointer: { up: 0, tokens: ["имя"] }, otherwise: { up: 0, tokens: ["id"] } }
      })
      assert.lengthOf(yield* read(cyrillic(...name), { columns: [renamed] }), 1)
    })
  )

  it.effect("has marks also where files were put together", () =>
    Effect.gen(function* () {
      const utf8 = (text: string) => new Uint8Array(Buffer.from(text))
      const lines = '\ufeff{"n":"a"}\n\ufeff{"n":"\ufeffb"}\r\n\ufeff{"n":"c"}\n'
      assert.deepEqual(yield* names(utf8(lines), "text/plain", "ndjson"), ["a", "\ufeffb", "c"])
      const table = '\ufeffn,m\n1,\ufeff2\n\ufeff3,4\n\ufeffn,m\n\ufeff"5",6\n'
      const { records } = yield* drain(yield* source(utf8(table), "text/csv", "csv"))
      assert.deepEqual(records, [
        { n: "1", m: "\ufeff2" },
        { n: "3", m: "4" },
        { n: "5", m: "6" }
      ])
      // The end of a line and the mark behind it may come apart.
      const bytes = utf8(lines)
      for (let at = 1; at < bytes.length; at++) {
        const parts = new ReadableStream({
          start: (controller) => {
            for (const part of [bytes.subarray(0, at), bytes.subarray(at)]) controller.enqueue(part)
            controller.close()
          }
        })
        const crm = yield* upstream(() => new Response(parts))
        const cut = yield* drain(HttpSource.make(crm)(entity({ format: "ndjson", records: "" })))
        assert.deepEqual(
          cut.records.map(({ n }) => n),
          ["a", "\ufeffb", "c"]
        )
      }
    })
  )

  it.effect("of null in place of a list is seen as such in every charset", () =>
    Effect.gen(function* () {
      for (const charset of ["utf-16le", "utf-16be"] as const) {
        const body = bytesOf[charset]('\ufeff{"items":null}')
        const crm = yield* upstream(() => new Response(body))
        assert.deepEqual((yield* drain(HttpSource.make(crm)(entity()))).records, [])
      }
    })
  )

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
