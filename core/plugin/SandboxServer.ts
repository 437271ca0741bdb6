/**
 * The HTTP harness under every sandbox: serves one vendor's handler on 127.0.0.1, misbehaves on request (`Fault`), and
 * keeps a log of the requests. It works on sockets (`node:http`) because half of the faults are below HTTP.
 */
import type * as http from "node:http"
import { Readable } from "node:stream"
import { buffer } from "node:stream/consumers"
import { pipeline } from "node:stream/promises"
import { createGzip, gzipSync } from "node:zlib"
import { DateTime, Duration, Effect, FiberSet, Schema, type Scope } from "effect"
import { listen } from "./LocalServer.ts"
import { Fault, type FaultControl, type RequestLog, type SandboxOptions } from "./Sandbox.ts"
import { json, type SandboxRequest, type SandboxResponse, type Vendor } from "./SandboxVendor.ts"

type MutableLog = { -readonly [K in keyof RequestLog]: RequestLog[K] }

/** One answer in progress: its target, its encoding, and a callback for the moment when its last byte is decided. */
interface Reply {
  readonly outgoing: http.ServerResponse
  readonly gzip: boolean
  readonly settled: () => void
}

/** Serves until the scope closes, which destroys open sockets. */
export const serve = Effect.fn("SandboxServer.serve")(function* (
  vendor: Vendor,
  options: SandboxOptions = {}
): Effect.fn.Return<FaultControl & { readonly url: string }, never, Scope.Scope> {
  const latency = Duration.fromInputUnsafe(options.latency ?? 0)
  const log: Array<MutableLog> = []
  const faults = makeFaults()
  let inFlight = 0

  const control: FaultControl = {
    fault: (fault) => Effect.sync(() => faults.add(fault)),
    clearFaults: Effect.sync(faults.clear),
    requests: Effect.sync(() => log.map((entry) => ({ ...entry }))),
    clearRequests: Effect.sync(() => {
      log.length = 0
    })
  }

  const begin = (method: string, { pathname, search }: URL, outgoing: http.ServerResponse): (() => void) => {
    inFlight++
    const entry: MutableLog = { method, path: pathname, query: search, status: null, inFlight }
    log.push(entry)
    let open = true
    return () => {
      if (!open) return
      open = false
      inFlight--
      if (outgoing.headersSent) entry.status = outgoing.statusCode
    }
  }

  const answer = Effect.fnUntraced(function* (incoming: http.IncomingMessage, outgoing: http.ServerResponse) {
    const url = new URL(incoming.url ?? "/", "http://127.0.0.1")
    const method = incoming.method ?? "GET"
    const bytes = yield* Effect.promise(() => buffer(incoming))
    const body = bytes.toString()
    if (url.pathname.startsWith("/_sandbox/")) {
      const done = yield* administer(`${method} ${url.pathname}`, body, vendor, control)
      return yield* send({ outgoing, gzip: false, settled: () => {} }, done)
    }
    const settled = begin(method, url, outgoing)
    const { pathname: path, searchParams: query } = url
    const request = { method, path, query, headers: incoming.headers, body, bytes, inFlight, fault: undefined }
    const gzip = options.gzip !== false && /\bgzip\b/.test(incoming.headers["accept-encoding"] ?? "")
    const reply = { outgoing, gzip, settled }
    yield* Effect.sleep(latency).pipe(
      Effect.andThen(misbehave(vendor, request, faults.take(request), reply)),
      // The client must see a bug of the sandbox as an error, not as a hanging request.
      Effect.catchDefect((defect) => send(reply, { status: 500, body: `sandbox: ${defect}` })),
      Effect.ensuring(Effect.sync(settled))
    )
  })

  const fork = yield* FiberSet.makeRuntime<never>()
  const url = yield* listen((incoming, outgoing) => {
    const fiber = fork(answer(incoming, outgoing))
    outgoing.on("close", () => fiber.interruptUnsafe())
  }, options.port)
  return { ...control, url }
})

/** The list of active faults; `take` finds the one for a request and counts it down. */
const makeFaults = () => {
  const active: Array<{ readonly fault: Fault; readonly pattern: RegExp; after: number; times: number }> = []
  return {
    clear: () => {
      active.length = 0
    },
    add: (fault: Fault) => {
      const path = fault.path.split("*").map(RegExp.escape).join(".*")
      active.unshift({
        fault,
        pattern: new RegExp(`${path}$`),
        after: fault.after ?? 0,
        times: fault.times ?? Number.POSITIVE_INFINITY
      })
    },
    take: (request: SandboxRequest): Fault | undefined =>
      active.find((entry) => {
        const { method = request.method, query = {} } = entry.fault
        const applies =
          entry.times > 0 &&
          method === request.method &&
          entry.pattern.test(request.path) &&
          Object.entries(query).every(([name, value]) => request.query.getAll(name).includes(value))
        if (!applies || entry.after-- > 0) return false
        entry.times--
        return true
      })?.fault
  }
}

const misbehave = Effect.fnUntraced(function* (
  vendor: Vendor,
  request: SandboxRequest,
  fault: Fault | undefined,
  reply: Reply
) {
  const drop = Effect.sync(() => reply.outgoing.socket?.destroy())
  const handled = vendor.handler(request)
  switch (fault?.mode) {
    case undefined:
      return yield* send(reply, yield* handled)
    case "slow":
      yield* Effect.sleep(fault.ms ?? 1000)
      return yield* send(reply, yield* handled)
    case "empty":
    case "partial":
      return yield* send(reply, yield* vendor.handler({ ...request, fault }))
    case "disconnect":
      return yield* drop
    case "disconnectAfter":
      return yield* Effect.andThen(handled, drop)
    case "hang":
      return yield* Effect.never
    case "hangAfter":
      return yield* Effect.andThen(handled, Effect.never)
    case "truncated":
      yield* sendHalf(reply, yield* handled)
      return yield* drop
    case "stalled":
      yield* sendHalf(reply, yield* handled)
      return yield* Effect.never
    case "html":
    case "htmlAfter":
      if (fault.mode === "htmlAfter") yield* handled
      return yield* send(reply, page(200, fault.body ?? "Server is starting"))
    case "status":
    case "statusAfter":
      if (fault.mode === "statusAfter") yield* handled
      return yield* send(reply, page(fault.status ?? 500, fault.body ?? "Internal Server Error", fault.contentType))
    case "licence":
    case "unauthorized":
      return yield* send(reply, refusalsTo(vendor, { ...request, fault })[fault.mode])
    case "rateLimited": {
      const refusal = refusalsTo(vendor, { ...request, fault }).rateLimited
      return yield* send(reply, { ...refusal, headers: { ...refusal.headers, ...(yield* retryAfter(fault)) } })
    }
  }
})

const refusalsTo = ({ refusals }: Vendor, request: SandboxRequest) =>
  typeof refusals === "function" ? refusals(request) : refusals

const retryAfter = Effect.fnUntraced(function* (fault: Fault) {
  if (fault.retryAfter === undefined) return {}
  if (fault.retryAfterForm !== "date") return { "retry-after": String(fault.retryAfter) }
  const at = DateTime.add(yield* DateTime.now, { seconds: fault.retryAfter })
  return { "retry-after": DateTime.toDateUtc(at).toUTCString() }
})

/** The page of a proxy, unless the fault brings its own kind of body. */
const page = (status: number, text: string, contentType?: string): SandboxResponse => ({
  status,
  headers: { "content-type": contentType ?? "text/html;charset=UTF-8" },
  body:
    contentType !== undefined || text.startsWith("<")
      ? text
      : `<html><head><title>${text}</title></head><body><h1>${text}</h1></body></html>`
})

/** Events have to arrive one by one; a compressor would collect several of them. */
const isCompressed = ({ gzip }: Reply, { headers }: SandboxResponse): boolean =>
  gzip && headers?.["content-type"] !== "text/event-stream"

const head = (reply: Reply, response: SandboxResponse) =>
  reply.outgoing.writeHead(response.status ?? 200, {
    ...response.headers,
    ...(isCompressed(reply, response) ? { "content-encoding": "gzip" } : {})
  })

const chunks = ({ body }: SandboxResponse) => (typeof body === "string" || body instanceof Uint8Array ? [body] : body)

/** Settles before the end of the body is sent, so that a client that has the answer finds it counted. */
async function* settling({ settled }: Reply, response: SandboxResponse) {
  yield* chunks(response)
  settled()
}

/** A disconnected client is not a fault of the sandbox, so errors of the stream are ignored. */
const send = (reply: Reply, response: SandboxResponse) =>
  Effect.promise(async () => {
    head(reply, response)
    const source = Readable.from(settling(reply, response))
    const sent = isCompressed(reply, response)
      ? pipeline(source, createGzip(), reply.outgoing)
      : pipeline(source, reply.outgoing)
    await sent.catch(() => undefined)
  })

const sendHalf = (reply: Reply, response: SandboxResponse) =>
  Effect.promise(async () => {
    const whole = await buffer(Readable.from(chunks(response)))
    const bytes = isCompressed(reply, response) ? gzipSync(whole) : whole
    head(reply, response)
    await new Promise((resolve) => reply.outgoing.write(bytes.subarray(0, bytes.length >> 1), resolve))
  })

const decodeFault = Schema.decodeUnknownEffect(Schema.fromJsonString(Fault))
const decodeJson = Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Unknown))

const administer = Effect.fnUntraced(
  function* (command: string, body: string, vendor: Vendor, control: FaultControl) {
    switch (command) {
      case "POST /_sandbox/faults":
        yield* control.fault(yield* decodeFault(body))
        return json({ ok: true })
      case "DELETE /_sandbox/faults":
        yield* control.clearFaults
        return json({ ok: true })
      case "GET /_sandbox/requests":
        return json(yield* control.requests)
      case "DELETE /_sandbox/requests":
        yield* control.clearRequests
        return json({ ok: true })
      case "POST /_sandbox/data":
        return yield* vendor.edit(yield* decodeJson(body))
      default:
        return json({ error: `no such control: ${command}` }, 404)
    }
  },
  Effect.catchTag("SchemaError", (error) => Effect.succeed(json({ error: error.message }, 400)))
)
