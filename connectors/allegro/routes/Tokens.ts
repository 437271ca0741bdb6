/**
 * `tokens`: the accounts of sellers, in the words of the order backup that was asked for. No answer holds a token, and a
 * `device_code` is the number of the task that waits for the seller.
 */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import {
  AccountConflict,
  AdminAccess,
  ClosedInput,
  Missing,
  NeededScope,
  SystemFailure,
  Unavailable
} from "../../../core/sdk-http.ts"

const UserId = Schema.NonEmptyString.annotate({ description: "The owner of the account." })

export const Token = Schema.Struct({
  id: Schema.String,
  user_id: UserId,
  name: Schema.String.annotate({ description: "What tells several accounts of an owner apart." }),
  login: Schema.String.annotate({ description: "The seller's login." }),
  expires_at: Schema.NullOr(Schema.DateTimeUtc),
  created_at: Schema.DateTimeUtc,
  updated_at: Schema.NullOr(Schema.DateTimeUtc).annotate({ description: "When the token was refreshed last." }),
  is_active: Schema.Boolean,
  error: Schema.NullOr(Schema.String).annotate({ description: "Why Allegro refuses it, and what helps." })
}).annotate({ identifier: "AllegroToken" })

export const Authorization = Schema.Struct({
  task_id: Schema.String,
  device_code: Schema.String.annotate({ description: "The task's id again: the vendor's code is a credential." }),
  user_code: Schema.NullOr(Schema.String),
  verification_uri_complete: Schema.NullOr(Schema.String).annotate({ description: "Where the seller confirms." }),
  expires_at: Schema.DateTimeUtc,
  status: Schema.Literals(["PENDING", "SUCCESS", "FAILURE"]),
  token_id: Schema.NullOr(Schema.String).annotate({ description: "The account, once the seller has confirmed." }),
  error: Schema.NullOr(Schema.String)
}).annotate({ identifier: "AllegroAuthorization" })

const params = { id: Schema.String }
const many = { success: Schema.Struct({ tokens: Schema.Array(Token) }), error: Unavailable }
const asked = { params, success: Token, error: [AccountConflict, Missing, SystemFailure, Unavailable] }
const task = { success: Authorization, error: [Missing, Unavailable] }

export const Tokens = HttpApiGroup.make("tokens")
  .add(
    HttpApiEndpoint.get("tokens", "/tokens", many),
    HttpApiEndpoint.get("tokensOfUser", "/tokens/user/:user", { params: { user: UserId }, ...many }),
    HttpApiEndpoint.get("token", "/tokens/:id", { params, success: Token, error: [Missing, Unavailable] }),
    HttpApiEndpoint.post("createToken", "/tokens", {
      payload: Schema.Struct({
        user_id: UserId,
        name: Schema.optionalKey(Schema.NonEmptyString),
        allegro_token: Schema.Redacted(Schema.NonEmptyString),
        refresh_token: Schema.Redacted(Schema.NonEmptyString)
      }),
      success: Token.pipe(HttpApiSchema.status(201)),
      error: [AccountConflict, Missing, SystemFailure, Unavailable]
    }),
    HttpApiEndpoint.put("updateToken", "/tokens/:id", {
      params,
      payload: Schema.Struct({ is_active: Schema.Boolean }),
      success: Token,
      error: [AccountConflict, Missing, Unavailable]
    }),
    HttpApiEndpoint.delete("deleteToken", "/tokens/:id", {
      params,
      success: HttpApiSchema.NoContent,
      error: [AccountConflict, Missing, Unavailable]
    }),
    HttpApiEndpoint.post("refreshToken", "/tokens/:id/refresh", asked),
    HttpApiEndpoint.post("validateToken", "/tokens/:id/validate", asked),
    HttpApiEndpoint.post("initialize", "/tokens/auth/initialize", {
      payload: Schema.Struct({ user_id: UserId, name: Schema.optionalKey(Schema.NonEmptyString) }),
      success: Authorization.pipe(HttpApiSchema.status(202)),
      error: [AccountConflict, Missing, SystemFailure, Unavailable]
    }),
    HttpApiEndpoint.get("authorization", "/tokens/auth/status/:code", { params: { code: Schema.String }, ...task }),
    HttpApiEndpoint.get("authorizationTask", "/tokens/auth/task/:id", { params, ...task })
  )
  .middleware(ClosedInput)
  .middleware(AdminAccess)
  .annotate(NeededScope, "accounts")
