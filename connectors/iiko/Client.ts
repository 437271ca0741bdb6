/**
 * An iiko Server behind its login: one session for all requests, whose licence slot is released when its lifetime is
 * over or the scope closes. A slot that is not released stays taken for up to an hour.
 */

import { createHash } from "node:crypto"
import { Effect, Redacted } from "effect"
import { HttpClientRequest } from "effect/http"
import {
  type Answer,
  type ConnectorSettings,
  failure,
  quoteBody,
  type Reason,
  SessionToken,
  Upstream,
  type UpstreamError
} from "../../core/sdk.ts"
import type { Config } from "./Config.ts"
import { iiko } from "./reasons.ts"

/** The API's licence module. */
const apiModule = "28008806"

export const make = Effect.fn("Iiko.make")(function* (declaration: ConnectorSettings<Config>) {
  const { baseUrl, login, password, sessionLifetime } = declaration.config
  const passwordHash = Redacted.make(createHash("sha1").update(Redacted.value(password), "utf8").digest("hex"))
  const anonymous = yield* Upstream.make({ declaration, baseUrl, secrets: [login, password, passwordHash], inspect })

  const credentials = { login: Redacted.value(login), pass: Redacted.value(passwordHash) }
  const logIn = anonymous
    // If the answer to a first try was lost, its slot is taken until it expires: still better than a failed run.
    .send(HttpClientRequest.bodyUrlParams(HttpClientRequest.post("/auth"), credentials), { idempotent: true })
    .pipe(Effect.flatMap(tokenOf), Effect.scoped)
  const logOut = (token: Redacted.Redacted) =>
    Upstream.text(anonymous, withKey(HttpClientRequest.post("/logout"), token), {
      idempotent: true,
      // Failed reads must not keep the slot taken.
      despiteCircuit: true
    })

  const session = yield* SessionToken.makeShared(declaration.name, [baseUrl, login, password], {
    acquire: Effect.map(logIn, (token) => ({ token, lifetime: sessionLifetime })),
    release: logOut,
    apply: withKey
  })
  const upstream = anonymous.authorized(session)

  const ready = Effect.asVoid(session)

  const probe = Effect.map(
    Upstream.text(upstream, HttpClientRequest.get("/licence/info", { urlParams: { moduleId: apiModule } })),
    (free) => `logged in; free licence slots beside this one: ${/^\d+$/.test(free.trim()) ? free.trim() : "unknown"}`
  )

  return { upstream, ready, probe }
})

/** As a cookie: a key in the address would appear in the logs of every proxy. */
const withKey: SessionToken.Options["apply"] = (request, token) =>
  HttpClientRequest.setHeader(request, "cookie", `key=${Redacted.value(token)}`)

/** Some builds and proxies add quotes or a line end. An invalid answer is not quoted, since it may contain a token. */
const tokenOf = ({ head, subject }: Answer): Effect.Effect<Redacted.Redacted, UpstreamError> => {
  const token = head.replaceAll(/["\s]/g, "")
  if (/^[\w.~+/=-]{8,256}$/.test(token)) return Effect.succeed(Redacted.make(token))
  const found = token.startsWith("<") ? iiko("iiko.page") : iiko("iiko.noToken", { count: token.length })
  return Effect.fail(failure(subject, "Format", iiko("iiko.noSession", { found })))
}

/** The meaning of refusals that no fresh login can cure; any other 401 or 403 causes one. */
const finalRefusals: ReadonlyArray<{ readonly status: number; readonly says: RegExp; readonly remedy: Reason }> = [
  {
    status: 403,
    says: /License enhancement is required/i,
    remedy: iiko("iiko.noLicence")
  },
  {
    status: 403,
    says: /is blocked within current licen[sc]e/i,
    remedy: iiko("iiko.moduleNotLicensed")
  },
  {
    status: 403,
    says: /Permission denied/i,
    remedy: iiko("iiko.noRight")
  },
  { status: 404, says: /^/, remedy: iiko("iiko.noEndpoint") }
]

const inspect = ({ head, status, subject }: Answer): UpstreamError | undefined => {
  const refusal = finalRefusals.find((known) => known.status === status && known.says.test(head))
  if (refusal === undefined) return undefined
  // Not `Unauthorized`, which would cause a fresh login.
  const { remedy } = refusal
  return failure(subject, "Status", iiko("iiko.answered", { status, body: quoteBody(subject, head), remedy }), {
    status
  })
}
