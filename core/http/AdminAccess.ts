/**
 * Guards the admin API: by bearer token for programs, by session for the console, and, where that is configured, open to
 * everybody who only looks.
 */
import { Effect, Layer } from "effect"
import { HttpServerRequest } from "effect/http"
import { HttpApiMiddleware, HttpApiSecurity } from "effect/http-api"
import { Access } from "./Access.ts"
import { Caller } from "./Caller.ts"
import { AdminApiOff, ForeignRequest, TooManyAttempts, Unauthorized } from "./Problems.ts"
import { cookieName } from "./Sessions.ts"

export class AdminAccess extends HttpApiMiddleware.Service<AdminAccess, { provides: Caller }>()(
  "tributary/core/http/AdminAccess",
  {
    // The last one has the last word: every refusal is its own.
    security: { session: HttpApiSecurity.apiKey({ key: cookieName, in: "cookie" }), bearer: HttpApiSecurity.bearer },
    error: [AdminApiOff, ForeignRequest, TooManyAttempts, Unauthorized]
  }
) {
  static readonly layer = Layer.effect(
    AdminAccess,
    Effect.gen(function* () {
      const access = yield* Access
      return AdminAccess.of({
        session: Effect.fnUntraced(function* (answer) {
          const request = yield* HttpServerRequest.HttpServerRequest
          if (request.headers.authorization !== undefined) return yield* notThisWay
          const session = yield* access.session
          if (session === undefined && !(access.anonymous && isRead(request))) return yield* notThisWay
          if (session !== undefined && !isRead(request) && !isOurs(request)) return yield* notThisWay
          if (session?.renew === true) yield* access.beginSession
          return yield* Effect.provideService(answer, Caller, "console")
        }),
        bearer: Effect.fnUntraced(function* (answer, { credential }) {
          const { headers } = yield* HttpServerRequest.HttpServerRequest
          if (headers.authorization === undefined && (yield* access.session) !== undefined) {
            return yield* new ForeignRequest({ detail: `What changes something must carry "${ours}: console".` })
          }
          yield* access.checkToken(credential)
          return yield* Effect.provideService(answer, Caller, "api")
        })
      })
    })
  )
}

/** A page of another site can make a browser send the cookie, not this header. */
const ours = "x-tributary"

const isOurs = ({ headers }: HttpServerRequest.HttpServerRequest) => headers[ours] === "console"

const isRead = ({ method }: HttpServerRequest.HttpServerRequest) => method === "GET" || method === "HEAD"

const notThisWay = Effect.fail(new Unauthorized({ detail: "There is no session." }))
