/**
 * Who is let in: who has the admin token or a session that began with it, and nobody while none is configured. The
 * comparison takes the same time for every wrong token, and an address that keeps guessing is refused for a minute, with
 * the right token too.
 */
import { createHash, timingSafeEqual } from "node:crypto"
import { Cache, Context, Duration, Effect, Layer, Option, Redacted, Ref } from "effect"
import { HttpEffect, HttpServerRequest, HttpServerResponse } from "effect/http"
import type { HttpDeclaration } from "../config/Connector.ts"
import { AdminApiOff, TooManyAttempts, Unauthorized } from "./Problems.ts"
import * as Sessions from "./Sessions.ts"

type Request = HttpServerRequest.HttpServerRequest

export class Access extends Context.Service<
  Access,
  {
    /** Whether an admin token is configured. */
    readonly adminApi: boolean
    /** Whether everybody may look. */
    readonly anonymous: boolean
    readonly checkToken: (
      credential: Redacted.Redacted
    ) => Effect.Effect<void, AdminApiOff | TooManyAttempts | Unauthorized, Request>
    /** Of the request's cookie. */
    readonly session: Effect.Effect<Sessions.Session | undefined, never, Request>
    /** Puts the cookie of a new session into the answer. */
    readonly beginSession: Effect.Effect<void, never, Request>
    readonly endSession: Effect.Effect<void, never, Request>
  }
>()("tributary/core/http/Access") {
  static readonly layer = ({ adminToken, anonymous }: Pick<HttpDeclaration, "adminToken" | "anonymous">) =>
    Layer.effect(
      Access,
      Effect.gen(function* () {
        const token = adminToken === undefined || Redacted.value(adminToken) === "" ? undefined : adminToken
        const expected = token === undefined ? undefined : digest(token)
        const sessions = token === undefined ? undefined : Sessions.make(token)
        // Bounded, unlike a rate limiter's store: anybody can come from ever new addresses.
        const guesses = yield* Cache.make({
          capacity: 10_000,
          timeToLive: blockedFor,
          lookup: (_address: string) => Ref.make(0)
        })
        const checkToken = Effect.fnUntraced(function* (credential: Redacted.Redacted) {
          if (expected === undefined) return yield* new AdminApiOff({ detail: howToSwitchOn })
          const { remoteAddress } = yield* HttpServerRequest.HttpServerRequest
          const address = Option.getOrElse(remoteAddress, () => "unknown")
          const wrong = yield* Cache.getOption(guesses, address)
          if (Option.isSome(wrong) && (yield* Ref.get(wrong.value)) >= guessesAllowed) {
            yield* withHeader("retry-after", String(Duration.toSeconds(blockedFor)))
            return yield* new TooManyAttempts({ detail: "Wait a minute, then send the right one." })
          }
          if (timingSafeEqual(digest(credential), expected)) return
          if (Redacted.value(credential) !== "") {
            yield* Effect.flatMap(Cache.get(guesses, address), (count) => Ref.update(count, (times) => times + 1))
          }
          yield* withHeader("www-authenticate", 'Bearer realm="tributary"')
          return yield* new Unauthorized({ detail: "Send `Authorization: Bearer <admin token>`." })
        })
        return Access.of({
          adminApi: token !== undefined,
          anonymous: token !== undefined && anonymous === "read",
          checkToken,
          session: Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ cookies }) => {
            const cookie = cookies[Sessions.cookieName]
            return cookie === undefined || sessions === undefined ? Effect.undefined : sessions.read(cookie)
          }),
          beginSession: Effect.flatMap(sessions?.begin ?? Effect.succeed(""), setCookie),
          endSession: setCookie("")
        })
      })
    )
}

const guessesAllowed = 10
/** From the first of them on. */
const blockedFor = Duration.minutes(1)

export const howToSwitchOn =
  "Set `http: { adminToken: { secret: ADMIN_TOKEN } }` in daemon.yaml and ADMIN_TOKEN in the environment, and start again."

const digest = (token: Redacted.Redacted) => createHash("sha256").update(Redacted.value(token)).digest()

const withHeader = (name: string, value: string) =>
  HttpEffect.appendPreResponseHandler((_request, response) =>
    Effect.succeed(HttpServerResponse.setHeader(response, name, value))
  )

/** An empty value takes the cookie away. */
const setCookie = (value: string) =>
  HttpEffect.appendPreResponseHandler(({ headers }, response) =>
    Effect.succeed(
      HttpServerResponse.setCookieUnsafe(response, Sessions.cookieName, value, {
        httpOnly: true,
        sameSite: "strict",
        path: "/",
        // Behind a proxy that ends TLS; without one the browser would not send such a cookie back.
        secure: headers["x-forwarded-proto"] === "https",
        maxAge: value === "" ? Duration.zero : Sessions.lifetime
      })
    )
  )
