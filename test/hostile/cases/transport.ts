/** What can be wrong below a format: connections, status lines, headers, compression, redirects. */
import { gzipSync } from "node:zlib"
import { good, repeated } from "../Formats.ts"
import type { Case } from "../table.ts"

const body = good("json")
const packed = gzipSync(body)
const head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"

const json = (name: string, more: Omit<Case, "name" | "format" | "status"> & Partial<Case>): Case => ({
  name: `http_${name}`,
  format: "json",
  status: "failed",
  ...more
})

const broken = /broke off|terminated|other side closed|socket|aborted|mismatch|Invalid|Parse Error|HTTP|closed/i

export const transport: ReadonlyArray<Case> = [
  json("nothing_comes", { answer: { ending: "silent" }, limits: "late", message: /no complete answer within 3s/ }),
  json("no_http", { answer: { raw: "SSH-2.0-OpenSSH_9.2\r\n" }, message: broken }),
  json("closed_at_once", { answer: { raw: "" }, message: broken }),
  json("shorter_than_said", { answer: { raw: `${head}content-length: 999999\r\n\r\n${body}` }, message: broken }),
  json("two_lengths", {
    answer: { raw: `${head}content-length: 2\r\ncontent-length: 999\r\n\r\n${body}` },
    message: broken
  }),
  json("broken_chunk", {
    answer: { raw: `${head}transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n${body}` },
    message: broken
  }),
  json("headers_of_a_megabyte", {
    answer: { raw: `${head}x: ${"x".repeat(1 << 20)}\r\n\r\n` },
    message: /Headers|overflow|broke off|socket|closed/i
  }),
  json("headers_without_end", {
    answer: { raw: head, ending: "open" },
    limits: "late",
    message: /no complete answer within 3s/
  }),
  json("link_of_brackets", {
    answer: { body: [body], headers: { link: "<".repeat(200_000) } },
    status: "ok"
  }),
  json("link_of_nexts", {
    answer: { body: [body], headers: { link: `<x>; rel="${"next ".repeat(40_000)}` } },
    status: "ok"
  }),
  json("packed_and_cut", {
    answer: { body: [packed.subarray(0, packed.length - 9)], headers: { "content-encoding": "gzip" } },
    message: /gzip compression is broken or cut off/
  }),
  json("packed_twice", {
    answer: { body: [gzipSync(packed)], headers: { "content-encoding": "gzip, gzip" } },
    message: /compressed with «gzip, gzip»/
  }),
  json("packed_by_zstd", {
    answer: { body: [body], headers: { "content-encoding": "zstd" } },
    message: /compressed with «zstd»/
  }),
  json("packed_with_a_tail", {
    answer: { body: [packed, "and more"], headers: { "content-encoding": "gzip" } },
    status: "failed",
    message: /compression is broken|Unexpected content/
  }),
  json("redirect_to_itself", {
    answer: { status: 307, headers: { location: "/http_redirect_to_itself" } },
    message: /redirects \(307\)/
  }),
  json("redirect_to_a_file", {
    answer: { status: 301, headers: { location: "file:///etc/passwd" } },
    message: /redirects \(301\)/
  }),
  json("redirect_without_address", { answer: { status: 308 }, message: /redirects \(308\)/ }),
  json("not_modified", { answer: { status: 304 }, message: /304/ }),
  json("status_999", {
    answer: { raw: `HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n` },
    message: /999|broke|Invalid/
  }),
  json("server_error", { answer: { status: 500, body: ["\u001b]8;;http://evil\u0007x"] }, message: /answered 500/ }),
  json("wait_for_ever", {
    answer: { status: 429, headers: { "retry-after": "99999999999" } },
    message: /answered 429|asks to wait/
  }),
  json("wait_badly", { answer: { status: 503, headers: { "retry-after": "-1e99" } }, message: /answered 503/ }),
  json("unauthorized", {
    answer: {
      get body() {
        return repeated("no ", 3 << 20)
      },
      status: 401
    },
    message: /answered 401/
  }),
  json("half_of_it", {
    answer: { status: 206, body: [body], headers: { "content-range": "bytes 0-10/99999" } },
    status: "warning",
    message: /206/
  }),
  json("no_content", { answer: { status: 204 }, status: "warning", message: /no records|nothing|empty/ })
]
