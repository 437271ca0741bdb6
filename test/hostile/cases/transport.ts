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
  json("nothing_comes", { answer: { ending: "silent" }, limits: "late", told: /no complete answer within 3s/ }),
  json("no_http", { answer: { raw: "SSH-2.0-OpenSSH_9.2\r\n" }, told: broken }),
  json("closed_at_once", { answer: { raw: "" }, told: broken }),
  json("shorter_than_said", { answer: { raw: `${head}content-length: 999999\r\n\r\n${body}` }, told: broken }),
  json("two_lengths", {
    answer: { raw: `${head}content-length: 2\r\ncontent-length: 999\r\n\r\n${body}` },
    told: broken
  }),
  json("broken_chunk", {
    answer: { raw: `${head}transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n${body}` },
    told: broken
  }),
  json("headers_of_a_megabyte", {
    answer: { raw: `${head}x: ${"x".repeat(1 << 20)}\r\n\r\n` },
    told: /Headers|overflow|broke off|socket|closed/i
  }),
  json("headers_without_end", {
    answer: { raw: head, ending: "open" },
    limits: "late",
    told: /no complete answer within 3s/
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
    told: /gzip compression is broken or cut off/
  }),
  json("packed_twice", {
    answer: { body: [gzipSync(packed)], headers: { "content-encoding": "gzip, gzip" } },
    told: /compressed with «gzip, gzip»/
  }),
  json("packed_by_zstd", {
    answer: { body: [body], headers: { "content-encoding": "zstd" } },
    told: /compressed with «zstd»/
  }),
  json("packed_with_a_tail", {
    answer: { body: [packed, "and more"], headers: { "content-encoding": "gzip" } },
    status: "failed",
    told: /compression is broken|Unexpected content/
  }),
  json("redirect_to_itself", {
    answer: { status: 307, headers: { location: "/http_redirect_to_itself" } },
    told: /redirects \(307\)/
  }),
  json("redirect_to_a_file", {
    answer: { status: 301, headers: { location: "file:///etc/passwd" } },
    told: /redirects \(301\)/
  }),
  json("redirect_without_address", { answer: { status: 308 }, told: /redirects \(308\)/ }),
  json("not_modified", { answer: { status: 304 }, told: /304/ }),
  json("status_999", { answer: { raw: `HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n` }, told: /999|broke|Invalid/ }),
  json("server_error", { answer: { status: 500, body: ["\u001b]8;;http://evil\u0007x"] }, told: /answered 500/ }),
  json("wait_for_ever", {
    answer: { status: 429, headers: { "retry-after": "99999999999" } },
    told: /answered 429|asks to wait/
  }),
  json("wait_badly", { answer: { status: 503, headers: { "retry-after": "-1e99" } }, told: /answered 503/ }),
  json("unauthorized", {
    answer: {
      get body() {
        return repeated("no ", 3 << 20)
      },
      status: 401
    },
    told: /answered 401/
  }),
  json("half_of_it", {
    answer: { status: 206, body: [body], headers: { "content-range": "bytes 0-10/99999" } },
    status: "warning",
    told: /206/
  }),
  json("no_content", { answer: { status: 204 }, status: "warning", told: /no records|nothing|empty/ })
]
