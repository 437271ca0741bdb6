/**
 * One request and its answer, whatever its status: decompressed, with a limit on bytes and on the time the vendor may
 * take. The first MiB is read before the answer is handed on, so a request whose connection breaks until then can be
 * retried unnoticed.
 */
import type { Duplex } from "node:stream"
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib"
import * as NodeStream from "@effect/platform-node/NodeStream"
import { Array as Arr, Cause, Channel, Clock, Duration, Effect, Pull, type Scope, Stream } from "effect"
import {
  type Headers,
  HttpClient,
  type HttpClientError,
  type HttpClientRequest,
  type HttpClientResponse,
  UrlParams
} from "effect/http"
import type { Limits } from "../../config/Declarations.ts"
import { reason, spanOf } from "../../reason/Reason.ts"
import { type Charset, detectCharset } from "../records/DetectCharset.ts"
import { UpstreamError } from "../Source.ts"
import type { Listener } from "./Budget.ts"
import { failure, isTransient, type RequestLabel, throughProxy, unreachable } from "./Failure.ts"
import { yieldTurn } from "./YieldTurn.ts"

type Bytes = Arr.NonEmptyReadonlyArray<Uint8Array>

export interface Answer {
  readonly subject: RequestLabel
  readonly url: string
  /** The URL with its parameters, which may include credentials: for comparison, never for display. */
  readonly asked: string
  readonly status: number
  readonly headers: Headers.Headers
  readonly charset: Charset
  /** The beginning of the body as text, at most 16 KiB of it. */
  readonly head: string
  /** See `Limits.maxHeld`. */
  readonly maxHeld: number
  /** The body from its first byte; can be read once, while the scope of the exchange is open. */
  readonly body: Channel.Channel<Bytes, UpstreamError, void>
  /** The bytes of the body that have arrived, decompressed. */
  readonly arrived: number
  /** The body has arrived in full: nothing more is needed from the connection. */
  readonly whole: boolean
}

const addressOf = ({ url, urlParams }: HttpClientRequest.HttpClientRequest): string => {
  const parameters = UrlParams.toString(urlParams)
  return parameters === "" ? url : `${url}${url.includes("?") ? "&" : "?"}${parameters}`
}

const spoolBytes = 1 << 20
const headBytes = 1 << 14

/** Many servers omit the wrapper of `deflate`, which is recognised by its first four bits (RFC 1950). */
const createDeflated = (first: number): Duplex => ((first & 0x0f) === 8 ? createInflate() : createInflateRaw())

/** The decompressor for each encoding, given the first compressed byte. */
const decompressors: ReadonlyMap<string, (first: number) => Duplex> = new Map([
  ["gzip", () => createGunzip()],
  ["x-gzip", () => createGunzip()],
  ["deflate", createDeflated],
  ["br", () => createBrotliDecompress()]
])

/** Done here and not in the client: undici's own step is experimental and says so on stderr at every start. */
const decompressed = (subject: RequestLabel, response: HttpClientResponse.HttpClientResponse) => {
  const encoding = response.headers["content-encoding"]?.trim().toLowerCase() ?? "identity"
  const bytes = response.stream.pipe(
    // Some clients treat a missing body, as with 204, as an error.
    Stream.catchIf(
      (error) => error.reason._tag === "EmptyBodyError",
      () => Stream.empty
    ),
    Stream.mapError((error) => unreachable(subject, error))
  )
  if (encoding === "identity" || encoding === "") return bytes
  const decompressor = decompressors.get(encoding)
  if (decompressor === undefined) {
    return Stream.fail(failure(subject, "Format", reason("request.compressed", { encoding })))
  }
  const onError = (cause: unknown) =>
    failure(subject, "Format", reason("request.compressionBroken", { encoding }), { cause })
  return Stream.unwrap(
    Effect.gen(function* () {
      const pull = yield* Stream.toPull(bytes)
      const begun = yield* Pull.catchDone(pull, () => Effect.succeed([]))
      // An empty body, as with 204, is not a compressed one.
      if (begun.length === 0) return Stream.empty
      const [first = 0] = begun.find(({ length }) => length > 0) ?? []
      return NodeStream.pipeThroughDuplex(
        Stream.concat(Stream.fromIterable(begun), Stream.fromPull(Effect.succeed(pull))),
        { evaluate: () => decompressor(first), onError }
      )
    })
  )
}

/**
 * Limits the time that the vendor may take for a whole exchange; the time the reader of the body takes does not count.
 */
const timeLimit = (subject: RequestLabel, timeout: Duration.Duration) => {
  let left = Duration.toMillis(timeout)
  const late = failure(subject, "Timeout", throughProxy(subject, reason("request.timeout", { limit: spanOf(timeout) })))
  return <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | UpstreamError, R> =>
    Effect.flatMap(Clock.currentTimeMillis, (since) =>
      effect.pipe(
        Effect.timeoutOrElse({ duration: Math.max(left, 0), orElse: () => Effect.fail(late) }),
        Effect.ensuring(
          Effect.map(Clock.currentTimeMillis, (now) => {
            left -= now - since
          })
        )
      )
    )
}

/** Reads ahead until the end or until `spoolBytes` have arrived. */
const spool = Effect.fnUntraced(function* (pull: Pull.Pull<Bytes, UpstreamError>) {
  const read: Array<Bytes> = []
  let size = 0
  while (size < spoolBytes) {
    const chunks = yield* Pull.catchDone(pull, () => Effect.succeed(undefined))
    if (chunks === undefined) return { read, whole: true }
    read.push(chunks)
    for (const { length } of chunks) size += length
  }
  return { read, whole: false }
})

/** The beginning of the body. */
const headOf = (read: ReadonlyArray<Bytes>): Uint8Array => {
  const first: Array<Uint8Array> = []
  let size = 0
  for (const chunk of read.flat()) {
    if (size >= headBytes) break
    first.push(chunk)
    size += chunk.length
  }
  return Buffer.concat(first).subarray(0, headBytes)
}

/** How many bytes are decoded at a time: a vendor can make each byte cost a microsecond. */
export const pieceBytes = 1 << 14

/**
 * Hands the body on in small pieces and yields between them; most of what has already arrived is handed on without
 * waiting.
 */
const bodyOf = (read: Array<Bytes>, rest: Pull.Pull<Bytes, UpstreamError>): Answer["body"] => {
  let chunks: ReadonlyArray<Uint8Array> = []
  let [at, from] = [0, 0]
  const next: Pull.Pull<Bytes, UpstreamError> = Effect.suspend(() => {
    const chunk = chunks[at]
    if (chunk === undefined) {
      const spooled = read.shift()
      return Effect.flatMap(spooled === undefined ? rest : Effect.succeed(spooled), (arrived) => {
        chunks = arrived
        at = from = 0
        return next
      })
    }
    const piece = chunk.subarray(from, from + pieceBytes)
    from += pieceBytes
    if (from >= chunk.length) {
      at++
      from = 0
    }
    return Effect.succeed(Arr.of(piece))
  })
  return Channel.fromPull(Effect.succeed(Effect.andThen(yieldTurn, next)))
}

/** Marks a failure after this point, when the request can no longer be repeated unnoticed. */
const withPartialBody = (error: UpstreamError): UpstreamError =>
  isTransient(error) ? new UpstreamError({ ...error, partialBody: true }) : error

/**
 * Sends a request. Fails only when there is no answer; the scope holds the connection until the body is read or
 * abandoned.
 */
export const exchange = Effect.fnUntraced(function* (
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  subject: RequestLabel,
  limits: Pick<Limits, "timeout" | "maxBytes" | "maxHeld">,
  listen: Listener,
  declaredCharset?: string
): Effect.fn.Return<Answer, UpstreamError, Scope.Scope> {
  const inTime = timeLimit(subject, limits.timeout)
  yield* listen({ _tag: "Request" })
  const response = yield* client.execute(request).pipe(
    // A vendor has no use for our traces.
    Effect.provideService(HttpClient.TracerPropagationEnabled, false),
    Effect.mapError((error: HttpClientError.HttpClientError) => unreachable(subject, error)),
    inTime
  )
  let bytes = 0
  const metered = (chunks: Bytes) => {
    let length = 0
    for (const chunk of chunks) length += chunk.length
    bytes += length
    return bytes > limits.maxBytes
      ? Effect.fail(failure(subject, "TooLarge", reason("request.tooLarge", { limit: limits.maxBytes })))
      : Effect.as(listen({ _tag: "Answer", bytes: length }), chunks)
  }
  const stream = yield* Channel.toPullScoped(Stream.toChannel(decompressed(subject, response)), yield* Effect.scope)
  const pull: Pull.Pull<Bytes, UpstreamError> = Effect.flatMap(inTime(stream), metered)
  const { read, whole } = yield* spool(pull)
  const head = headOf(read)
  const charset = detectCharset(head, response.headers["content-type"], declaredCharset)
  return {
    subject,
    url: response.request.url,
    asked: addressOf(response.request),
    status: response.status,
    headers: response.headers,
    charset,
    // Bytes that are invalid in it only matter to the decoder of the body.
    head: new TextDecoder(charset.name).decode(head),
    maxHeld: limits.maxHeld,
    body: Channel.mapError(bodyOf(read, whole ? Cause.done() : pull), withPartialBody),
    arrived: bytes,
    whole
  }
})

/** Reads the whole body into memory, up to the limit of what may be held. */
export const wholeBody = ({ body, maxHeld, subject }: Answer): Effect.Effect<Buffer, UpstreamError> => {
  const read: Array<Uint8Array> = []
  let size = 0
  return Effect.map(
    Channel.runForEach(body, (chunks) => {
      for (const { length } of chunks) size += length
      read.push(...chunks)
      return size > maxHeld
        ? Effect.fail(failure(subject, "TooLarge", reason("answer.longPage", { limit: maxHeld })))
        : Effect.void
    }),
    () => Buffer.concat(read)
  )
}
