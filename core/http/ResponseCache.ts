/**
 * Answers that many clients request at the same time. Equal requests share one round trip to the database and one JSON
 * text, also within the next quarter of a second, unless a run of this daemon ended or a client changed something since. So
 * clients always see their own changes, and those of other daemons a moment later. An answer in use is renewed before
 * it expires, so that a busy database delays nobody.
 */
import { Cache, Context, Duration, Effect, Exit, Layer, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { elapsedMillis } from "../observe/Elapsed.ts"
import { Sync } from "../sync/Sync.ts"

/** Returns JSON text; equal keys mean the same answer. */
type Look<K, E, R> = (key: K) => Effect.Effect<string, E, R>

export class ResponseCache extends Context.Service<
  ResponseCache,
  {
    readonly share: <K, E, R>(
      look: Look<K, E, R>
    ) => Effect.Effect<(key: K) => Effect.Effect<HttpServerResponse.HttpServerResponse, E>, never, R>
    /** Later callers get nothing that was read before. */
    readonly forget: Effect.Effect<void>
  }
>()("tributary/core/http/ResponseCache") {
  static readonly layer = Layer.effect(
    ResponseCache,
    Effect.gen(function* () {
      const sync = yield* Sync
      const scope = yield* Effect.scope
      let changes = 0
      const forget = Effect.sync(() => {
        changes += 1
      })
      yield* sync.events.pipe(
        Stream.runForEach((event) => (event._tag === "Finished" ? forget : Effect.void)),
        Effect.forkScoped({ startImmediately: true })
      )
      return ResponseCache.of({
        forget,
        share: Effect.fnUntraced(function* <K, E, R>(look: Look<K, E, R>) {
          const answers = yield* Cache.makeWith(
            ({ key }: { readonly changes: number; readonly key: K }) => Effect.flatMap(look(key), answerOf),
            { capacity: 100, timeToLive: (exit) => (Exit.isSuccess(exit) ? goodFor : Duration.zero) }
          )
          return Effect.fnUntraced(function* (key: K) {
            const asked = { changes, key }
            const answer = yield* Cache.get(answers, asked)
            if (!answer.renewed && (yield* elapsedMillis) >= answer.renewAt) {
              answer.renewed = true
              yield* Effect.forkIn(Effect.ignore(Cache.refresh(answers, asked)), scope)
            }
            return answer.response
          })
        })
      })
    })
  )
}

const goodFor = Duration.millis(250)
const renewAfter = Duration.millis(100)

interface Answer {
  readonly response: HttpServerResponse.HttpServerResponse
  readonly renewAt: number
  /** Whether the renewal was started. */
  renewed: boolean
}

const answerOf = (json: string) =>
  Effect.map(
    elapsedMillis,
    (now): Answer => ({
      // As bytes: a text would be encoded again for every client.
      response: HttpServerResponse.uint8Array(Buffer.from(json), { contentType: "application/json" }),
      renewAt: now + Duration.toMillis(renewAfter),
      renewed: false
    })
  )
