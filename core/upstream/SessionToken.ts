/**
 * A vendor session behind a token: one login for all who wait, the token reused within its lifetime, forgotten when it
 * was refused, released when it is forgotten, outlived or the scope closes. The old one is released before the next is
 * asked for, since vendors count sessions.
 */
import { Duration, Effect, Exit, type Redacted, type Scope, ScopedCache } from "effect"
import type { HttpClientRequest } from "effect/http"
import type { UpstreamError } from "./Source.ts"
import type { Credential } from "./Upstream.ts"

export interface Session {
  readonly token: Redacted.Redacted
  readonly lifetime: Duration.Duration
}

export interface Options {
  readonly acquire: Effect.Effect<Session, UpstreamError>
  /** Its failure is nobody's concern, and it is waited for 5 seconds at most. */
  readonly release?: (token: Redacted.Redacted) => Effect.Effect<unknown, UpstreamError>
  readonly apply: (
    request: HttpClientRequest.HttpClientRequest,
    token: Redacted.Redacted
  ) => HttpClientRequest.HttpClientRequest
}

/** What `Upstream.authorized` takes. Logs in when it is first asked; a failed login is shared by those who waited for it. */
export const make = Effect.fn("SessionToken.make")(function* (
  options: Options
): Effect.fn.Return<Effect.Effect<Credential, UpstreamError>, never, Scope.Scope> {
  const release = ({ token }: Session) =>
    options.release === undefined
      ? Effect.void
      : options.release(token).pipe(Effect.interruptible, Effect.timeout("5 seconds"), Effect.ignore)

  // Interruptible, so that a login that hangs does not keep the daemon from stopping.
  const session = Effect.acquireRelease(options.acquire, release, { interruptible: true })
  const cache = yield* ScopedCache.makeWith({
    lookup: (_: "session") => session,
    capacity: 1,
    timeToLive: (exit) => (Exit.isSuccess(exit) ? exit.value.lifetime : Duration.zero)
  })

  return Effect.map(ScopedCache.get(cache, "session"), (held) => ({
    apply: (request) => options.apply(request, held.token),
    secret: held.token,
    // Others may have renewed it meanwhile; theirs stays.
    renew: Effect.asVoid(ScopedCache.invalidateWhen(cache, "session", (current) => current === held))
  }))
})
