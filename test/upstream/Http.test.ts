import type * as http from "node:http"
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Channel, Duration, Effect, Exit, type Scope } from "effect"
import { type HttpClient, HttpClientRequest } from "effect/http"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import * as Upstream from "../../core/upstream/exchange/Upstream.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { complete } from "../../core/upstream/Source.ts"
import { declaration, drain, entity, makeUpstream, serve } from "./vendor.ts"

const get = HttpClientRequest.get("/deals")
const items = (count: number) =>
  JSON.stringify({ items: Array.from({ length: count }, (_, id) => ({ id, name: `deal ${id}` })) })

const connect = Effect.fnUntraced(function* (
  listener: http.RequestListener,
  changes: Parameters<typeof declaration>[0] = {}
) {
  const baseUrl = yield* serve(listener)
  return yield* makeUpstream({ declaration: declaration({ delays: [0, 0], ...changes }), baseUrl })
})

const live = <A, E>(name: string, body: () => Effect.Effect<A, E, Scope.Scope | HttpClient.HttpClient>) =>
  it.live(name, () => Effect.scoped(body()).pipe(Effect.provide(layerHttp)))

describe("answers over a socket", () => {
  live("are decompressed as they say", () =>
    Effect.gen(function* () {
      const body = items(40_000)
      const brotli = (bytes: Buffer) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })
      const encodings = [
        ["gzip", gzipSync],
        ["deflate", deflateSync],
        // Without the wrapper, as many servers have it.
        ["deflate", deflateRawSync],
        ["deflate", (bytes: Buffer) => deflateRawSync(bytes, { level: 0 })],
        ["br", brotli],
        ["identity", Buffer.from]
      ] as const
      for (const [encoding, encode] of encodings) {
        const crm = yield* connect((request, response) => {
          assert.strictEqual(request.headers["accept-encoding"], "gzip, deflate, br")
          response.setHeader("content-encoding", encoding).end(encode(Buffer.from(body)))
        })
        const { records } = yield* drain(HttpSource.make(crm)(entity()))
        assert.lengthOf(records, 40_000)
      }
    })
  )

  live("that are cut off are told in plain words, however they were cut", () =>
    Effect.gen(function* () {
      for (const length of ["1000", undefined]) {
        const crm = yield* connect((_, response) => {
          if (length !== undefined) response.setHeader("content-length", length)
          response.write('{"items":[', () => response.destroy())
        })
        const failed = yield* Effect.flip(Upstream.text(crm, get))
        assert.include(failed.message, "the connection broke off before the answer was complete")
      }
    })
  )

  live("may be compressed without holding anything", () =>
    Effect.gen(function* () {
      for (const encoding of ["gzip", "deflate", "br"]) {
        const crm = yield* connect((_, response) => {
          response.statusCode = 204
          response.setHeader("content-encoding", encoding).end()
        })
        assert.lengthOf((yield* drain(HttpSource.make(crm)(entity()))).records, 0)
      }
    })
  )

  live("may come with many headers", () =>
    Effect.gen(function* () {
      const cookies = Array.from({ length: 12 }, (_, nth) => `c${nth}=${"x".repeat(2_000)}`)
      const crm = yield* connect((_, response) => {
        response.setHeader("set-cookie", cookies).end(items(1))
      })
      assert.lengthOf((yield* drain(HttpSource.make(crm)(entity()))).records, 1)
    })
  )

  live("that are cut off inside their compression, or in one nobody knows, fail", () =>
    Effect.gen(function* () {
      const whole = gzipSync(items(10_000))
      const cut = yield* connect((_, response) => {
        response.setHeader("content-encoding", "gzip").end(whole.subarray(0, whole.length / 2))
      })
      const error = yield* Effect.flip(drain(HttpSource.make(cut)(entity())))
      assert.strictEqual(error.kind, "Format")
      assert.include(error.message, "gzip compression is broken or cut off")
      const odd = yield* connect((_, response) => response.setHeader("content-encoding", "lzma").end("x"))
      assert.include((yield* Effect.flip(Upstream.text(odd, get))).message, "compressed with «lzma»")
    })
  )

  live("that break off early are asked for again unseen, in either framing", () =>
    Effect.gen(function* () {
      for (const framing of ["length", "chunked"]) {
        let asked = 0
        const crm = yield* connect((_, response) => {
          const body = items(1_000)
          if (++asked === 3) return response.end(body)
          if (framing === "length") response.setHeader("content-length", body.length)
          response.write(body.slice(0, 100), () => response.destroy())
          return undefined
        })
        const { records } = yield* drain(HttpSource.make(crm)(entity()))
        assert.lengthOf(records, 1_000)
        assert.strictEqual(asked, 3)
      }
    })
  )

  live("that break off after records were handed on fail the read and are not asked for again", () =>
    Effect.gen(function* () {
      let asked = 0
      const body = items(200_000)
      const crm = yield* connect((_, response) => {
        asked++
        response.write(body.slice(0, body.length - 100), () => response.destroy())
      })
      let seen = 0
      const read = Channel.runForEach(HttpSource.make(crm)(entity()), (batch) =>
        Effect.sync(() => {
          seen += batch.length
        })
      )
      const error = yield* Effect.flip(read)
      assert.strictEqual(error.kind, "Unreachable")
      assert.isTrue(error.partialBody)
      assert.match(error.message, /^crm: GET \/deals: /)
      assert.isAbove(seen, 10_000)
      assert.strictEqual(asked, 1)
    })
  )

  live("that stop coming are given up in time, but a reader may take its own", () =>
    Effect.gen(function* () {
      const limits = { timeout: Duration.millis(300) }
      const stalled = yield* connect(
        (_, response) => {
          response.write(items(10).slice(0, 50))
        },
        { limits, delays: [] }
      )
      assert.strictEqual((yield* Effect.flip(Upstream.text(stalled, get))).kind, "Timeout")
      const body = items(200_000)
      const crm = yield* connect((_, response) => response.end(body), { limits })
      let first = true
      const slow = Channel.runForEach(HttpSource.make(crm)(entity()), () =>
        Effect.suspend(() => {
          const pause = first ? "500 millis" : "0 millis"
          first = false
          return Effect.sleep(pause)
        })
      )
      assert.deepEqual(yield* slow, complete)
    })
  )

  live("that drip are given up after the time for all of it, however often something comes", () =>
    Effect.gen(function* () {
      const crm = yield* connect(
        (_, response) => {
          let left = 20
          const drip = setInterval(() => {
            if (--left > 0) response.write(" ")
            else response.end("{}")
          }, 50)
          response.on("close", () => clearInterval(drip))
        },
        { limits: { timeout: Duration.millis(300) }, delays: [] }
      )
      assert.strictEqual((yield* Effect.flip(Upstream.text(crm, get))).kind, "Timeout")
    })
  )

  live("larger than the limit after decompression are given up", () =>
    Effect.gen(function* () {
      const bomb = gzipSync(Buffer.alloc(1 << 24, " "))
      const crm = yield* connect((_, response) => response.setHeader("content-encoding", "gzip").end(bomb), {
        limits: { maxBytes: 1 << 22 }
      })
      const error = yield* Effect.flip(drain(HttpSource.make(crm)(entity())))
      // It would be as large another time.
      assert.deepEqual(
        { kind: error.kind, partialBody: error.partialBody },
        { kind: "TooLarge", partialBody: undefined }
      )
    })
  )

  live("share connections that stay open", () =>
    Effect.gen(function* () {
      const sockets = new Set<unknown>()
      const crm = yield* connect((request, response) => {
        sockets.add(request.socket)
        response.end(items(3))
      })
      for (let i = 0; i < 8; i++) yield* Upstream.text(crm, get)
      // undici opens a second one for a request that comes in the turn in which the first is just done.
      assert.isAtMost(sockets.size, 2)
    })
  )

  live("give their place back when the reader leaves", () =>
    Effect.gen(function* () {
      const body = items(200_000)
      const closed: Array<boolean> = []
      const crm = yield* connect(
        (_, response) => {
          response.on("close", () => closed.push(response.writableFinished)).end(body)
        },
        { limits: { concurrency: 1 } }
      )
      for (let i = 0; i < 3; i++) {
        const exit = yield* Effect.exit(
          Channel.runForEach(HttpSource.make(crm)(entity()), () => Effect.fail("enough" as const))
        )
        assert.isTrue(Exit.isFailure(exit))
      }
      assert.isAtLeast(closed.length, 2)
    })
  )
})

live("nobody there is told in words an operator can act on", () =>
  Effect.gen(function* () {
    const refused = yield* makeUpstream({ declaration: declaration({ delays: [] }), baseUrl: "http://127.0.0.1:9" })
    const error = yield* Effect.flip(Upstream.text(refused, get))
    assert.strictEqual(error.kind, "Unreachable")
    assert.match(error.message, /^crm: GET \/deals: (connection refused; is the system up|bad port)/)
  })
)
