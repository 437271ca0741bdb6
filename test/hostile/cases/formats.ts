/** What any format can do: go on for ever, hold too much at once, be cut, slow, packed, or something else than it says. */
import { endless, type Format, formats, good, repeated, spellings } from "../Formats.ts"
import type { Case } from "../table.ts"

const MiB = 1 << 20
/** More values than a record may hold, in fewer bytes than are read. */
const held = 3 * MiB

const tooLarge = /the answer is larger than \d+ bytes/

function* list(format: Format, ...middle: ReadonlyArray<Iterable<string>>): Generator<string> {
  const { begin, between, record } = spellings[format]
  yield begin + record(1) + between
  for (const pieces of middle) yield* pieces
}

const casesOf = (format: Format): ReadonlyArray<Case> => {
  const { begin, blank, text, type, value, values } = spellings[format]
  const isDocument = format === "json" || format === "xml"
  const named = (name: string, more: Omit<Case, "name" | "format" | "status"> & Partial<Case>): Case => ({
    name: `${format}_${name}`,
    format,
    status: "failed",
    ...more
  })
  const bytes = Buffer.from(good(format))
  // A row of CSV that ends with the text is one.
  const cut = format === "csv" ? `${text}"` : text
  return [
    named("endless_records", {
      answer: {
        get body() {
          return endless(format)
        }
      },
      message: tooLarge
    }),
    named("endless_blank", {
      answer: {
        get body() {
          return list(format, repeated(blank))
        }
      },
      message: /the answer is larger than|longer than \d+ characters/
    }),
    named("endless_text", {
      answer: {
        get body() {
          return list(format, [text], repeated("x"))
        }
      },
      limits: "much",
      message: /a record is longer than 25165824 characters; raise limits\.maxHeld/
    }),
    named("endless_text_of_two_bytes", {
      answer: {
        get body() {
          return list(format, [text], repeated("ж"))
        }
      },
      limits: "much",
      message: /a record is longer than 25165824 characters/
    }),
    named("endless_values", {
      answer: {
        get body() {
          return list(format, [values], repeated(value))
        }
      },
      message: /a record holds more than 262144 values/
    }),
    named("packed_records", {
      answer: {
        get body() {
          return endless(format)
        },
        packed: "gzip"
      },
      message: tooLarge
    }),
    named("packed_blank", {
      answer: {
        get body() {
          return list(format, repeated(blank))
        },
        packed: "br"
      },
      message: /the answer is larger than|longer than \d+ characters/
    }),
    named("packed_values", {
      answer: {
        get body() {
          return list(format, [values], repeated(value, held))
        },
        packed: "deflate"
      },
      message: /a record holds more than 262144 values/
    }),
    named("cut_by_the_connection", {
      answer: { body: [good(format).slice(0, -4)], ending: "cut" },
      message: /the connection broke off|terminated|other side closed|socket|aborted/i
    }),
    named("cut_in_a_record", {
      answer: { body: [begin + cut] },
      message: /expected (?:JSON|XML|one JSON|CSV)/
    }),
    named("cut_in_a_character", {
      answer: { body: [begin + cut, Buffer.from("ж").subarray(0, 1)] },
      message: /expected (?:JSON|XML|one JSON|CSV)/
    }),
    named("slow", {
      answer: {
        get body() {
          return list(format, repeated(blank))
        },
        pause: 300
      },
      limits: "late",
      message: /no complete answer within 3s/
    }),
    named("stops", {
      answer: { body: [begin], ending: "open" },
      limits: "late",
      message: /no complete answer within 3s/
    }),
    named("page_of_html", {
      answer: { body: ["<!DOCTYPE html><html><h1>Maintenance</h1></html>"], headers: { "content-type": "text/html" } },
      message: /an HTML page/
    }),
    named("empty", {
      answer: { body: [] },
      ...(isDocument
        ? { message: /the answer begins nothing/ }
        : { status: "warning" as const, message: /no records|nothing|empty/ })
    }),
    named("unknown_charset", {
      answer: { body: [bytes], headers: { "content-type": `${type}; charset=klingon` } },
      message: /klingon/
    }),
    named("charset_constructor", {
      answer: { body: [bytes], headers: { "content-type": `${type}; charset=constructor` } },
      message: /encoding/
    }),
    named("other_charset", {
      answer: { body: [bytes], headers: { "content-type": `${type}; charset=utf-16le` } },
      message: /declare `charset: utf-8`/
    }),
    named("charset_untold", {
      answer: { body: [Buffer.from(good(format), "utf16le")] },
      message: /declare `charset: utf-16le`/
    }),
    named("nul", { answer: { body: ["\0".repeat(4096)] }, status: "failed", message: /./ }),
    named("random_bytes", {
      answer: { body: [Uint8Array.from({ length: 4096 }, (_, at) => (at * 167 + (at >> 3) * 31 + 128) & 255)] },
      status: "failed",
      message: /./
    }),
    named("not_packed", {
      answer: { body: [bytes], headers: { "content-encoding": "gzip" } },
      message: /gzip compression is broken or cut off/
    }),
    named("packed_by_constructor", {
      answer: { body: [bytes], headers: { "content-encoding": "constructor" } },
      message: /compressed with «constructor», which was not asked for/
    }),
    named("redirect", {
      answer: { status: 302, headers: { location: "http://169.254.169.254/latest/meta-data" } },
      message: /redirects \(302\) to «http:\/\/169/
    }),
    named("error_of_a_gigabyte", {
      answer: {
        get body() {
          return repeated("oops ")
        },
        status: 400
      },
      message: /answered 400: «oops/
    })
  ]
}

export const everyFormat: ReadonlyArray<Case> = formats.flatMap(casesOf)
