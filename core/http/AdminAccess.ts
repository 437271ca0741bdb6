/**
 * Guards the admin API: by bearer token for programs, by session for the console, and, if configured, open to anybody
 * who only reads.
 */
import { Context, Effect, Layer } from "effect"
import { HttpServerRequest } from "effect/http"
import { type HttpApiGroup, HttpApiMiddleware, HttpApiSecurity } from "effect/http-api"
import { type TokenScope, tokenScopes } from "../database/audit/ApiTokens.ts"
import { Access } from "./Access.ts"
import {
  AdminApiOff,
  ForeignRequest,
  OutOfScope,
  TooManyAttempts,
  TooManyRequests,
  Unauthorized,
  Unavailable
} from "./ApiErrors.ts"
import { Caller } from "./Caller.ts"
import { cookieName } from "./ConsoleSessions.ts"
import { NeededScope, OrUsualScope } from "./NeededScope.ts"

export class AdminAccess extends HttpApiMiddleware.Service<AdminAccess, { provides: Caller }>()(
  "tributary/core/http/AdminAccess",
  {
    // The last scheme gives the final answer: every refusal comes from it.
    security: { session: HttpApiSecurity.apiKey({ key: cookieName, in: "cookie" }), bearer: HttpApiSecurity.bearer },
    error: [AdminApiOff, ForeignRequest, OutOfScope, TooManyAttempts, TooManyRequests, Unauthorized, Unavailable]
  }
) {
  static readonly layer = Layer.effect(
    AdminAccess,
    Effect.gen(function* () {
      const access = yield* Access
      return AdminAccess.of({
        session: Effect.fnUntraced(function* (answer, { group }) {
          const request = yield* HttpServerRequest.HttpServerRequest
          if (request.headers.authorization !== undefined) return yield* notThisWay
          const session = yield* access.session
          if (session === undefined && !(access.anonymous && isOpen(group, request))) return yield* notThisWay
          if (session !== undefined && !isRead(request) && !isOurs(request)) return yield* notThisWay
          yield* access.count(session === undefined ? "nobody" : "console")
          if (session?.renew === true) yield* access.renewSession
          const scopes = session === undefined ? readOnly : tokenScopes
          return yield* Effect.provideService(answer, Caller, { trigger: "console", actor: "console", scopes })
        }),
        bearer: Effect.fnUntraced(function* (answer, { credential, group }) {
          const request = yield* HttpServerRequest.HttpServerRequest
          if (request.headers.authorization === undefined) {
            const session = yield* access.session
            const letIn =
              session === undefined ? access.anonymous && isOpen(group, request) : isRead(request) || isOurs(request)
            // The session scheme passed the request on because there were too many.
            if (letIn) return yield* new TooManyRequests({ detail: "Wait a moment (http.rate)." })
            if (session !== undefined) {
              return yield* new ForeignRequest({ detail: `What changes something must carry "${ours}: console".` })
            }
          }
          const { name, scopes } = yield* access.checkToken(credential)
          const needed = neededFor(group, request)
          const isEnough =
            isWithin(scopes, needed) ||
            (Context.get(group.annotations, OrUsualScope) && isWithin(scopes, usualFor(request)))
          if (!isEnough) {
            return yield* new OutOfScope({ detail: `The token "${name}" lacks the scope "${needed}".` })
          }
          yield* access.count(name === undefined ? "admin token" : `token ${name}`)
          return yield* Effect.provideService(answer, Caller, { trigger: "api", actor: name ?? "api", scopes })
        })
      })
    })
  )
}

const neededFor = ({ annotations }: HttpApiGroup.Top, request: HttpServerRequest.HttpServerRequest): TokenScope =>
  Context.get(annotations, NeededScope) ?? usualFor(request)

const usualFor = (request: HttpServerRequest.HttpServerRequest): TokenScope => (isRead(request) ? "read" : "operate")

const readOnly: ReadonlyArray<TokenScope> = ["read"]

/** What anybody may read, if the daemon is declared so: accounts name people. */
const isOpen = (group: HttpApiGroup.Top, request: HttpServerRequest.HttpServerRequest): boolean =>
  isRead(request) && neededFor(group, request) === "read"

/** The right to change something includes the right to read. */
const isWithin = (scopes: ReadonlyArray<TokenScope>, needed: TokenScope): boolean =>
  scopes.includes(needed) || (needed === "read" && scopes.includes("operate"))

/** A page of another site can make a browser send the cookie, but not this header. */
const ours = "x-tributary"

const isOurs = ({ headers }: HttpServerRequest.HttpServerRequest) => headers[ours] === "console"

const isRead = ({ method }: HttpServerRequest.HttpServerRequest) => method === "GET" || method === "HEAD"

const notThisWay = Effect.fail(new Unauthorized({ detail: "There is no session." }))
