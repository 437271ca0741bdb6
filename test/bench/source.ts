/**
 * The vendor of the row benchmarks, in a process of its own: `/json?rows=N` and `/xml?rows=N` answer with the first N
 * records, from bodies that were made before the first request. Prints one JSON line (`Source`) when it is up.
 */
import * as http from "node:http"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { toJson, toXml } from "./Records.ts"

/** Records in one piece of a body; row counts are rounded up to it. */
const piece = 1_000

const made = (count: number, record: (n: number) => string, between: string): ReadonlyArray<Buffer> =>
  Array.from({ length: Math.ceil(count / piece) }, (_, at) => {
    const texts = Array.from({ length: piece }, (_, n) => record(at * piece + n))
    return Buffer.from((at === 0 ? "" : between) + texts.join(between))
  })

const [jsonRows = 0, xmlRows = 0] = process.argv.slice(2).map(Number)

const bodies = {
  json: { type: "application/json", open: "[", pieces: made(jsonRows, toJson, ","), close: "]" },
  xml: { type: "application/xml", open: "<records>", pieces: made(xmlRows, toXml, ""), close: "</records>" }
}

function* body({ close, open, pieces }: (typeof bodies)["json"], rows: number) {
  yield Buffer.from(open)
  yield* pieces.slice(0, Math.ceil(rows / piece))
  yield Buffer.from(close)
}

const server = http.createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1")
  const chosen = pathname === "/xml" ? bodies.xml : bodies.json
  response.writeHead(200, { "content-type": `${chosen.type}; charset=utf-8` })
  // A client that goes away in the middle ends the answer, nothing else.
  pipeline(Readable.from(body(chosen, Number(searchParams.get("rows")))), response).catch(() => undefined)
})

// Whoever started this process is gone.
process.stdin.resume().on("end", () => process.exit())

server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  if (typeof address === "object" && address !== null) {
    process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${address.port}` })}\n`)
  }
})
