/**
 * A vendor session behind a token: one login for all callers that wait. The token is reused until its lifetime is over
 * or it is refused, and the session is logged out at that moment, used or idle. Vendors count sessions, so a new one
 * begins only when the last one has ended.
 */
import { createHash } from "node:crypto"
import { Deferred, type Duration, Effect, FiberSet, Redacted, type Scope, Semaphore, SynchronizedRef } from "effect"
import type { HttpClientRequest } from "effect/http"
import type { UpstreamError } from "../Source.ts"
import type { Credential } from "./Credential.ts"
import * as RequestTrace from "./RequestTrace.ts"
import { VendorState } from "./VendorState.ts"

export interface Session {
  readonly token: Redacted.Redacted
  readonly lifetime: Duration.Duration
}

export interface Options {
  /** Continues even when nobody waits for it any more: its session may be open already, and serves the next caller. */
  readonly acquire: Effect.Effect<Session, UpstreamError>
  /** Logs out. A failure is ignored; the request may wait for its place among the connector's requests. */
  readonly release?: (token: Redacted.Redacted) => Effect.Effect<unknown, UpstreamError>
  readonly apply: (
    request: HttpClientRequest.HttpClientRequest,
    token: Redacted.Redacted
  ) => HttpClientRequest.HttpClientRequest
}

/** One session from login to logout, in a fiber of its own. */
interface Life {
  readonly opened: Deferred.Deferred<Credential, UpstreamError>
  readonly over: Deferred.Deferred<void>
}

/**
 * Shares a session among all layers of a connector that use the same credentials. During a reload the old and the new
 * layer share the session, and its slot is released when both are gone.
 */
export const makeShared = Effect.fnUntraced(function* (
  connector: string,
  credentials: ReadonlyArray<string | Redacted.Redacted>,
  options: Options
) {
  const { session } = yield* VendorState
  const shown = credentials.map((one) => (Redacted.isRedacted(one) ? Redacted.value(one) : one))
  const id = createHash("sha256")
    .update(JSON.stringify([connector, ...shown]))
    .digest("hex")
  return yield* session(id, make(options))
})

/**
 * The credential for `Upstream.authorized`. Logs in at the first request; a failed login fails for all callers that
 * waited for it. When the scope closes, the session is logged out, after its login if that is in progress; both get 5
 * seconds.
 */
export const make = Effect.fn("SessionToken.make")(function* (
  options: Options
): Effect.fn.Return<Effect.Effect<Credential, UpstreamError>, never, Scope.Scope> {
  const lives = yield* FiberSet.make()
  const turn = yield* Semaphore.make(1)
  const current = yield* SynchronizedRef.make<Life | undefined>(undefined)

  /** Another caller may have renewed the session meanwhile; the new session stays. */
  const end = (life: Life) =>
    SynchronizedRef.update(current, (latest) => (latest === life ? undefined : latest)).pipe(
      Effect.andThen(Deferred.succeed(life.over, undefined)),
      Effect.asVoid,
      Effect.uninterruptible
    )

  const live = Effect.fnUntraced(function* (life: Life) {
    // The scope closed while the last session was being logged out.
    if (yield* Deferred.isDone(life.over)) return yield* Effect.interrupt
    const { lifetime, token } = yield* RequestTrace.confidential(options.acquire)
    yield* Deferred.succeed(life.opened, {
      apply: (request) => options.apply(request, token),
      secret: token,
      renew: end(life)
    })
    yield* Effect.timeoutOption(Deferred.await(life.over), lifetime)
    yield* end(life)
    if (options.release !== undefined) yield* Effect.ignore(options.release(token))
  })

  const newLife = Effect.all({ opened: Deferred.make<Credential, UpstreamError>(), over: Deferred.make<void>() })

  const begin = Effect.gen(function* () {
    const life = yield* newLife
    yield* turn.withPermit(live(life)).pipe(
      Effect.onError((cause) => Effect.andThen(end(life), Deferred.failCause(life.opened, cause))),
      FiberSet.run(lives)
    )
    return life
  })

  const close = Effect.gen(function* () {
    // Later callers are interrupted.
    const closed = yield* newLife
    yield* Deferred.interrupt(closed.opened)
    const last = yield* SynchronizedRef.getAndSet(current, closed)
    if (last !== undefined) yield* end(last)
    yield* FiberSet.awaitEmpty(lives).pipe(Effect.interruptible, Effect.timeoutOption("5 seconds"))
  })
  yield* Effect.addFinalizer(() => close)

  return SynchronizedRef.modifyEffect(current, (latest) =>
    Effect.map(latest === undefined ? begin : Effect.succeed(latest), (life) => [life, life])
  ).pipe(
    Effect.uninterruptible,
    Effect.flatMap(({ opened }) => Deferred.await(opened))
  )
})
