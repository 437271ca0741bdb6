/**
 * Decides who gets access: the admin token, a session that began with it, or a named token. Nobody gets access while no
 * admin token is configured. The comparison takes the same time for every wrong token.
 */
import { timingSafeEqual } from "node:crypto"
import { Context, Duration, Effect, Layer, Option, Redacted } from "effect"
import { HttpEffect, HttpServerRequest, HttpServerResponse } from "effect/http"
import type { SqlClient } from "effect/sql"
import type { HttpDeclaration } from "../config/Declarations.ts"
import { hashOf, type TokenScope, tokenScopes } from "../database/audit/ApiTokens.ts"
import { elapsedMillis } from "../observe/Elapsed.ts"
import { spanOf } from "../reason/Reason.ts"
import { AdminApiOff, TooManyAttempts, TooManyRequests, Unauthorized, Unavailable } from "./ApiErrors.ts"
import * as ConsoleSessions from "./ConsoleSessions.ts"
import * as LoginLimit from "./LoginLimit.ts"
import * as TokenCache from "./TokenCache.ts"
import { sourceOf, WindowCounter } from "./WindowCounter.ts"

type Request = HttpServerRequest.HttpServerRequest

/** The holder of a valid token. */
export interface TokenHolder {
  /** Absent: the admin token. */
  readonly name?: string
  readonly scopes: ReadonlyArray<TokenScope>
}

export class Access extends Context.Service<
  Access,
  {
    /** Whether an admin token is configured. */
    readonly adminApi: boolean
    /** Whether anybody may read. */
    readonly anonymous: boolean
    readonly checkToken: (
      credential: Redacted.Redacted
    ) => Effect.Effect<TokenHolder, AdminApiOff | TooManyAttempts | Unauthorized | Unavailable, Request>
    /** Counts one authorized request against `http.rate`. */
    readonly count: (holder: string) => Effect.Effect<void, TooManyRequests, Request>
    /** The session of the request's cookie. */
    readonly session: Effect.Effect<ConsoleSessions.Session | undefined, never, Request>
    /** Sets the cookie of a new session in the answer. */
    readonly beginSession: Effect.Effect<void, never, Request>
    /** Prolongs the session. */
    readonly renewSession: Effect.Effect<void, never, Request>
    readonly endSession: Effect.Effect<void, never, Request>
  }
>()("tributary/core/http/Access") {
  static readonly layer = (declaration: Pick<HttpDeclaration, "adminToken" | "anonymous" | "rate">) =>
    Layer.effect(Access, make(declaration))
}

const make = Effect.fnUntraced(function* ({
  adminToken,
  anonymous,
  rate
}: Pick<HttpDeclaration, "adminToken" | "anonymous" | "rate">): Effect.fn.Return<
  Access["Service"],
  never,
  SqlClient.SqlClient
> {
  const token = adminToken === undefined || Redacted.value(adminToken) === "" ? undefined : adminToken
  const expected = token === undefined ? undefined : hashOf(Redacted.value(token))
  const sessions = token === undefined ? undefined : ConsoleSessions.make(token)
  const guesses = LoginLimit.make()
  const known = yield* TokenCache.make
  const asked = rate === undefined ? undefined : new WindowCounter(rate.window)

  const holderOf = Effect.fnUntraced(function* (credential: Redacted.Redacted) {
    if (Redacted.value(credential) === "") return undefined
    const given = hashOf(Redacted.value(credential)).toString("hex")
    const tokens = yield* known.tokens
    if (tokens === undefined) return yield* new Unavailable({ detail: "The database does not answer." })
    // Compares hashes, so the duration of the search reveals nothing about any token.
    return tokens.find(({ hash }) => hash === given)
  })

  const checkToken = Effect.fnUntraced(function* (credential: Redacted.Redacted) {
    if (expected === undefined) return yield* new AdminApiOff({ detail: howToSwitchOn })
    if (timingSafeEqual(hashOf(Redacted.value(credential)), expected)) return { scopes: tokenScopes }
    const holder = yield* holderOf(credential)
    if (holder !== undefined) return { name: holder.name, scopes: holder.scopes }
    const wait = Redacted.value(credential) === "" ? undefined : yield* guesses.wrong(yield* addressOf)
    if (wait !== undefined) {
      yield* withHeader("retry-after", String(wait))
      return yield* new TooManyAttempts({ detail: "Wait a minute, or send the right one." })
    }
    yield* withHeader("www-authenticate", 'Bearer realm="tributary"')
    return yield* new Unauthorized({ detail: "Send `Authorization: Bearer <admin token>`." })
  })

  const count = Effect.fnUntraced(function* (holder: string) {
    if (asked === undefined || rate === undefined) return
    const now = yield* elapsedMillis
    if (asked.add(JSON.stringify([holder, sourceOf(yield* addressOf)]), now) <= rate.limit) return
    yield* withHeader("retry-after", String(asked.secondsLeft(now)))
    return yield* new TooManyRequests({
      detail: `At most ${rate.limit} requests in ${spanOf(rate.window)} (http.rate).`
    })
  })

  const session = Effect.gen(function* () {
    const cookie = yield* cookieOf
    if (cookie === undefined || sessions === undefined) return undefined
    const found = yield* sessions.read(cookie)
    return found === undefined || (yield* known.isEnded(ConsoleSessions.idOf(cookie))) ? undefined : found
  })

  const endSession = Effect.gen(function* () {
    const cookie = yield* cookieOf
    if (cookie !== undefined && (yield* session) !== undefined) {
      yield* known.end(ConsoleSessions.idOf(cookie), yield* ConsoleSessions.latestEnd)
    }
    yield* setCookie("")
  })

  return Access.of({
    adminApi: token !== undefined,
    anonymous: token !== undefined && anonymous === "read",
    checkToken,
    count,
    session,
    beginSession: Effect.flatMap(sessions?.begin ?? Effect.succeed(""), setCookie),
    renewSession: Effect.flatMap(cookieOf, (cookie = "") =>
      Effect.flatMap(sessions?.renew(cookie) ?? Effect.succeed(""), setCookie)
    ),
    endSession
  })
})

const howToSwitchOn =
  "Set `http: { adminToken: { secret: ADMIN_TOKEN } }` in daemon.yaml and ADMIN_TOKEN in the environment, and start again."

/** The address of the connection: a proxy's header about other addresses can be sent by anybody. */
const addressOf = Effect.map(HttpServerRequest.HttpServerRequest, ({ remoteAddress }) =>
  Option.getOrElse(remoteAddress, () => "unknown")
)

const cookieOf = Effect.map(
  HttpServerRequest.HttpServerRequest,
  ({ cookies }): string | undefined => cookies[ConsoleSessions.cookieName]
)

const withHeader = (name: string, value: string) =>
  HttpEffect.appendPreResponseHandler((_request, response) =>
    Effect.succeed(HttpServerResponse.setHeader(response, name, value))
  )

/** Sets the session cookie; an empty value removes it. */
const setCookie = (value: string) =>
  HttpEffect.appendPreResponseHandler(({ headers }, response) =>
    Effect.succeed(
      HttpServerResponse.setCookieUnsafe(response, ConsoleSessions.cookieName, value, {
        httpOnly: true,
        sameSite: "strict",
        path: "/",
        // Behind a proxy that ends TLS; without one the browser would not send such a cookie back.
        secure: headers["x-forwarded-proto"] === "https",
        maxAge: value === "" ? Duration.zero : ConsoleSessions.lifetime
      })
    )
  )
