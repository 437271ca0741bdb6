/**
 * Lets in who has the admin token, and nobody when none is configured. The comparison takes the same time for every
 * wrong token, and an address that keeps guessing is refused for a minute, with the right token too.
 */
import { createHash, timingSafeEqual } from "node:crypto"
import { Cache, Duration, Effect, Layer, Option, Redacted, Ref } from "effect"
import { HttpEffect, HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApiMiddleware, HttpApiSecurity } from "effect/http-api"
import { AdminApiOff, TooManyAttempts, Unauthorized } from "./Problems.ts"

export class AdminAccess extends HttpApiMiddleware.Service<AdminAccess>()("tributary/core/http/AdminAccess", {
  security: { bearer: HttpApiSecurity.bearer },
  error: [AdminApiOff, TooManyAttempts, Unauthorized]
}) {
  static readonly layer = (token: Redacted.Redacted | undefined) =>
    Layer.effect(
      AdminAccess,
      Effect.gen(function* () {
        const expected = token === undefined || Redacted.value(token) === "" ? undefined : digest(token)
        // Bounded, unlike a rate limiter's store: anybody can come from ever new addresses.
        const guesses = yield* Cache.make({
          capacity: 10_000,
          timeToLive: blockedFor,
          lookup: (_address: string) => Ref.make(0)
        })
        return AdminAccess.of({
          bearer: Effect.fnUntraced(function* (answer, { credential }) {
            if (expected === undefined) return yield* new AdminApiOff({ detail: howToSwitchOn })
            const { remoteAddress } = yield* HttpServerRequest.HttpServerRequest
            const address = Option.getOrElse(remoteAddress, () => "unknown")
            const wrong = yield* Cache.getOption(guesses, address)
            if (Option.isSome(wrong) && (yield* Ref.get(wrong.value)) >= guessesAllowed) {
              yield* withHeader("retry-after", String(Duration.toSeconds(blockedFor)))
              return yield* new TooManyAttempts({ detail: "Wait a minute, then send the right one." })
            }
            if (!timingSafeEqual(digest(credential), expected)) {
              if (Redacted.value(credential) !== "") {
                yield* Effect.flatMap(Cache.get(guesses, address), (count) => Ref.update(count, (times) => times + 1))
              }
              yield* withHeader("www-authenticate", 'Bearer realm="tributary"')
              return yield* new Unauthorized({ detail: "Send `Authorization: Bearer <admin token>`." })
            }
            return yield* answer
          })
        })
      })
    )
}

const guessesAllowed = 10
/** From the first of them on. */
const blockedFor = Duration.minutes(1)

const howToSwitchOn =
  "Set `http: { adminToken: { secret: ADMIN_TOKEN } }` in daemon.yaml and ADMIN_TOKEN in the environment, and start again."

const digest = (token: Redacted.Redacted) => createHash("sha256").update(Redacted.value(token)).digest()

const withHeader = (name: string, value: string) =>
  HttpEffect.appendPreResponseHandler((_request, response) =>
    Effect.succeed(HttpServerResponse.setHeader(response, name, value))
  )
