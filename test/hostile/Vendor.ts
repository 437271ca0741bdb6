/** A vendor that turns: each of its lists is good as long as `turn` was not called, and then what the table says. */
import { once } from "node:events"
import * as http from "node:http"
import type { AddressInfo } from "node:net"
import { Readable } from "node:stream"
import { setTimeout as sleep } from "node:timers/promises"
import { constants, createBrotliCompress, createDeflateRaw, createGzip } from "node:zlib"
import { Effect } from "effect"
import { good, spellings } from "./Formats.ts"
import { type Answer, type Case, cases } from "./table.ts"

/** Quickly: it is the reader who is to work. */
const compressors = {
  gzip: () => createGzip({ level: 1 }),
  br: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
  deflate: () => createDeflateRaw({ level: 1 })
} as const

const send = async (response: http.ServerResponse, type: string, answer: Answer): Promise<void> => {
  const { body = [], ending = "whole", headers = {}, pause, raw, status = 200, packed } = answer
  response.on("error", () => {})
  if (raw !== undefined) {
    response.socket?.write(raw)
    if (ending !== "open") response.socket?.end()
    return
  }
  if (ending === "silent") return
  const packing = packed === undefined ? {} : { "content-encoding": packed }
  response.writeHead(status, { "content-type": type, ...packing, ...headers })
  response.flushHeaders()
  const plain = Readable.from(body, { objectMode: true, highWaterMark: 1 })
  plain.on("error", () => {})
  const pieces = packed === undefined ? plain : plain.pipe(compressors[packed]())
  const closed = new AbortController()
  response.on("close", () => {
    plain.destroy()
    closed.abort()
  })
  for await (const piece of pieces) {
    if (response.destroyed) return
    if (!response.write(piece)) await once(response, "drain", { signal: closed.signal })
    if (pause !== undefined) await sleep(pause)
  }
  if (ending === "cut") response.destroy()
  else if (ending === "whole") response.end()
}

const answerOf = ({ answer }: Case, url: URL): Answer => (typeof answer === "function" ? answer(url) : answer)

/** On 127.0.0.1 as long as the scope; `healthy` is never touched. */
export const vendor = Effect.map(
  Effect.acquireRelease(
    Effect.promise(async () => {
      const turned = new Set<string>()
      const server = http.createServer((request, response) => {
        const url = new URL(request.url ?? "/", "http://vendor.test")
        const [, name = ""] = url.pathname.split("/")
        if (name === "turn") {
          turned.add(url.searchParams.get("case") ?? "")
          response.end()
          return
        }
        const found = cases.find((one) => one.name === name)
        const format = found?.format ?? "json"
        const answer = found !== undefined && turned.has(name) ? answerOf(found, url) : { body: [good(format)] }
        send(response, spellings[format].type, answer).catch(() => response.destroy())
      })
      server.on("clientError", (_, socket) => socket.destroy())
      server.listen(0, "127.0.0.1")
      await once(server, "listening")
      return server
    }),
    (server) =>
      Effect.promise(async () => {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      })
  ),
  // A TCP server that listens has an AddressInfo; the union is for pipes.
  (server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
)
