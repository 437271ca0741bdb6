/** Every refusal of the API: RFC 9457 problem documents, distinguished by `type`. */
import { Schema } from "effect"
import { HttpApiError } from "effect/http-api"
import { TableRows } from "../accounts/Purge.ts"
import { ConfigVersion } from "../plugin/ConfigVersion.ts"

export class UnknownSelectorProblem extends HttpApiError.Problem<UnknownSelectorProblem>()("UnknownSelectorProblem", {
  type: "urn:tributary:problem:unknown-selector",
  status: 400,
  title: "A selector selects nothing"
}) {}

export class WrongOptions extends HttpApiError.Problem<WrongOptions>()("WrongOptions", {
  type: "urn:tributary:problem:wrong-options",
  status: 400,
  title: "Options that do not go together, or say nothing"
}) {}

export class UnexpectedBody extends HttpApiError.Problem<UnexpectedBody>()("UnexpectedBody", {
  type: "urn:tributary:problem:unexpected-body",
  status: 400,
  title: "Nothing is known of such a body"
}) {}

export class Unauthorized extends HttpApiError.Problem<Unauthorized>()("Unauthorized", {
  type: "urn:tributary:problem:unauthorized",
  status: 401,
  title: "The admin token is missing or wrong"
}) {}

export class AdminApiOff extends HttpApiError.Problem<AdminApiOff>()("AdminApiOff", {
  type: "urn:tributary:problem:admin-api-off",
  status: 403,
  title: "The admin API is switched off"
}) {}

export class ForeignRequest extends HttpApiError.Problem<ForeignRequest>()("ForeignRequest", {
  type: "urn:tributary:problem:foreign-request",
  status: 403,
  title: "The request does not come from the console"
}) {}

export class OutOfScope extends HttpApiError.Problem<OutOfScope>()("OutOfScope", {
  type: "urn:tributary:problem:out-of-scope",
  status: 403,
  title: "The token is not for that"
}) {}

export class Missing extends HttpApiError.Problem<Missing>()("Missing", {
  type: "urn:tributary:problem:missing",
  status: 404,
  title: "There is no such thing"
}) {}

export class InvalidConfiguration extends HttpApiError.Problem<InvalidConfiguration>()(
  "InvalidConfiguration",
  {
    type: "urn:tributary:problem:invalid-configuration",
    status: 422,
    title: "The configuration was not taken over; the daemon goes on as it was"
  },
  { version: ConfigVersion }
) {}

export class TooManyAttempts extends HttpApiError.Problem<TooManyAttempts>()("TooManyAttempts", {
  type: "urn:tributary:problem:too-many-attempts",
  status: 429,
  title: "Too many wrong tokens"
}) {}

export class TooManyRequests extends HttpApiError.Problem<TooManyRequests>()("TooManyRequests", {
  type: "urn:tributary:problem:too-many-requests",
  status: 429,
  title: "Too many requests"
}) {}

export class Unavailable extends HttpApiError.Problem<Unavailable>()("Unavailable", {
  type: "urn:tributary:problem:unavailable",
  status: 503,
  title: "Not now"
}) {}

export class InvalidInputProblem extends HttpApiError.Problem<InvalidInputProblem>()("InvalidInputProblem", {
  type: "urn:tributary:problem:invalid-input",
  status: 400,
  title: "The action does not accept this input"
}) {}

export class ActionDecided extends HttpApiError.Problem<ActionDecided>()("ActionDecided", {
  type: "urn:tributary:problem:action-decided",
  status: 409,
  title: "There is nothing to decide"
}) {}

export class DeliveryConflict extends HttpApiError.Problem<DeliveryConflict>()("DeliveryConflict", {
  type: "urn:tributary:problem:delivery-conflict",
  status: 409,
  title: "The delivery cannot be replayed"
}) {}

export class AccountConflict extends HttpApiError.Problem<AccountConflict>()("AccountConflict", {
  type: "urn:tributary:problem:account-conflict",
  status: 409,
  title: "That is not possible with this account"
}) {}

export class PurgeToConfirm extends HttpApiError.Problem<PurgeToConfirm>()(
  "PurgeToConfirm",
  {
    type: "urn:tributary:problem:purge-to-confirm",
    status: 409,
    title: "Nothing was deleted: send the number of rows as `confirm`"
  },
  { rows: Schema.Int, tables: Schema.Array(TableRows) }
) {}

export class SystemFailure extends HttpApiError.Problem<SystemFailure>()("SystemFailure", {
  type: "urn:tributary:problem:system",
  status: 502,
  title: "The system of the account does not answer as it should"
}) {}
