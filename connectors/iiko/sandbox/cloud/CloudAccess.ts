/** Access to iikoCloud: tokens, limits of requests and time, and the envelope of every failure. */
import { Effect, Schema } from "effect"
import { json, type Refusals, type SandboxRequest, type SandboxResponse } from "../../../../core/sdk-sandbox.ts"
import type { CloudState } from "./CloudModel.ts"

/** A request that is answered with a status and the envelope of failures. */
export class CloudRefusal extends Schema.TaggedError<CloudRefusal>()("CloudRefusal", {
  status: Schema.Int,
  description: Schema.String,
  code: Schema.NullOr(Schema.String)
}) {}

export const refuse = (status: number, description: string, code: string | null = null): CloudRefusal =>
  new CloudRefusal({ status, description, code })

export const refusalResponse = (
  correlationId: string,
  { code, description, status }: Pick<CloudRefusal, "status" | "description" | "code">
): SandboxResponse => json({ correlationId, errorDescription: description, error: code }, status)

const expired = refuse(401, "Token is expired or invalid")
const tooMany = refuse(429, "Too many requests", "TOO_MANY_REQUESTS")

/**
 * The answers of faults here, instead of the Server's plain text; there are no licence slots, so `licence` is a wrong
 * login.
 */
export const cloudRefusals = ({ draw }: CloudState): Refusals => ({
  licence: refusalResponse(draw.uuid(), refuse(401, "Login is not authorized")),
  unauthorized: refusalResponse(draw.uuid(), expired),
  rateLimited: refusalResponse(draw.uuid(), tooMany)
})

/** Fails with 401 unless the request carries a live token. */
export const authorizeCloud = Effect.fnUntraced(function* (
  { headers }: SandboxRequest,
  { tokens }: CloudState,
  millis: number
) {
  const [, token] = /^Bearer (\S+)$/.exec(headers.authorization ?? "") ?? []
  if (token === undefined || !tokens.isAlive(token.split(".").at(-1) ?? "", millis)) return yield* expired
})

/** Every request of the last minute counts, including refused ones. */
export const limitRate = Effect.fnUntraced(function* ({ behaviour, recent }: CloudState, millis: number) {
  recent.push(millis)
  while (recent[0] !== undefined && recent[0] <= millis - 60_000) recent.shift()
  if (behaviour.requestsPerMinute !== null && recent.length > behaviour.requestsPerMinute) return yield* tooMany
})

/** The server works until the client's `Timeout` (in seconds) is over, and then reports a timeout. */
export const workFor = Effect.fnUntraced(function* ({ headers }: SandboxRequest, { behaviour }: CloudState) {
  const timeout = Number(headers.timeout ?? 15)
  yield* Effect.sleep(`${Math.min(behaviour.workSeconds, timeout)} seconds`)
  if (behaviour.workSeconds > timeout) return yield* refuse(408, `Timeout of ${timeout} s is over`, "TIMEOUT")
})

const decoderOf = <A>(schema: Schema.Codec<A, unknown>) => {
  const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(schema))
  return ({ body }: SandboxRequest) => Effect.mapError(decode(body), (error) => refuse(400, error.message))
}

const decodeKeys = decoderOf(
  Schema.Struct({ apiKey: Schema.NonEmptyString, appId: Schema.NonEmptyString, clientSecret: Schema.NonEmptyString })
)

/** Login v2. Its token is a JWT, of which only the last part is looked at here. */
export const accessToken = Effect.fnUntraced(function* (request: SandboxRequest, cloud: CloudState, millis: number) {
  const { behaviour, counters, tokens } = cloud
  const { apiKey, appId, clientSecret } = yield* decodeKeys(request)
  const isKnown = apiKey === behaviour.apiKey && appId === behaviour.appId && clientSecret === behaviour.clientSecret
  const token = isKnown ? tokens.open(millis) : undefined
  if (token === undefined) {
    counters.refusedLogins++
    return yield* refuse(401, `Application ${appId} with key ${apiKey} is not authorized`)
  }
  counters.logins++
  const claims = { sub: appId, exp: Math.floor(millis / 1000) + behaviour.tokenTtlSeconds }
  return { token: [base64({ alg: "HS256", typ: "JWT" }), base64(claims), token].join(".") }
})

const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url")

const decodeLogin = decoderOf(Schema.Struct({ apiLogin: Schema.NonEmptyString }))

export const oldAccessToken = Effect.fnUntraced(function* (
  request: SandboxRequest,
  { behaviour, counters, tokens }: CloudState,
  millis: number
) {
  const { apiLogin } = yield* decodeLogin(request)
  const token = apiLogin === behaviour.apiLogin ? tokens.open(millis) : undefined
  if (token === undefined) {
    counters.refusedLogins++
    return yield* refuse(401, `Login ${apiLogin} is not authorized`)
  }
  counters.logins++
  counters.oldLogins++
  return { token }
})
