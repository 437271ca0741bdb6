/** The accounts of connectors that have many. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import { AccountStatus } from "../../accounts/AccountRows.ts"
import { Integer } from "../../config/schema/Scalars.ts"
import * as AccountResponses from "../AccountResponses.ts"
import { AdminAccess } from "../AdminAccess.ts"
import { AccountConflict, Missing, PurgeToConfirm, SystemFailure, Unavailable } from "../ApiErrors.ts"
import { ClosedInput } from "../ClosedInput.ts"
import { NeededScope } from "../NeededScope.ts"
import * as TaskResponses from "../TaskResponses.ts"
import { describe } from "./EndpointDocs.ts"
import { Name } from "./NameParam.ts"
import { Uuid } from "./UuidParam.ts"

const params = { id: Uuid }
const changed = { success: AccountResponses.Account, error: [AccountConflict, Missing, Unavailable] }
const asked = { success: AccountResponses.Account, error: [AccountConflict, Missing, SystemFailure, Unavailable] }

export const Accounts = HttpApiGroup.make("accounts")
  .add(
    HttpApiEndpoint.get("accounts", "/accounts", {
      query: {
        connector: Schema.optionalKey(Name),
        owner: Schema.optionalKey(Name),
        name: Schema.optionalKey(Name),
        status: Schema.optionalKey(AccountStatus)
      },
      success: Schema.Struct({ accounts: Schema.Array(AccountResponses.Account) }),
      error: Unavailable
    }).annotateMerge(describe("The accounts, by connector, owner and name.")),
    HttpApiEndpoint.post("addAccount", "/accounts", {
      payload: Schema.Struct({
        connector: Name,
        owner: Name.annotateKey({ description: "Whose account it is, as the people who use the API name them." }),
        name: Name.annotateKey({ description: "What its owner calls it." }),
        credentials: Schema.optionalKey(Schema.Record(Schema.String, Schema.Redacted(Schema.String))).annotateKey({
          description: "For systems without a link: the credentials by name, as in token. They are tested at once."
        })
      }),
      success: [
        Schema.Struct({ account: AccountResponses.Account }).pipe(HttpApiSchema.status(201)),
        Schema.Struct({ task: TaskResponses.Authorization }).pipe(HttpApiSchema.status(202))
      ],
      error: [AccountConflict, SystemFailure, Unavailable]
    }).annotateMerge(
      describe(
        "Adds an account, or authorizes one again that is paused or invalid: with credentials at once (201), without them as a task with a link and a code (202), which ends an earlier task for the same account."
      )
    ),
    HttpApiEndpoint.get("removedAccounts", "/accounts/removed", {
      success: Schema.Struct({ accounts: Schema.Array(AccountResponses.RemovedAccount) }),
      error: Unavailable
    }).annotateMerge(describe("The removed accounts whose rows were not purged, the last removed first.")),
    HttpApiEndpoint.get("failedReads", "/accounts/failures", {
      query: { connector: Schema.optionalKey(Name) },
      success: Schema.Struct({ failures: Schema.Array(AccountResponses.FailedRead) }),
      error: Unavailable
    }).annotateMerge(describe("What could not be read for active accounts the last time, by account and entity.")),
    HttpApiEndpoint.get("account", "/accounts/:id", {
      params,
      success: AccountResponses.AccountDetail,
      error: [Missing, Unavailable]
    }).annotateMerge(describe("One of them, with what happened to it.")),
    HttpApiEndpoint.get("accountList", "/accounts/:id/lists/:list", {
      params: { ...params, list: Name },
      success: AccountResponses.ShownList,
      error: [Missing, Unavailable]
    }).annotateMerge(
      describe("A list of stored rows for an account, such as a seller's orders of today; connectors have the names.")
    ),
    HttpApiEndpoint.get("accountRows", "/accounts/:id/rows", {
      params,
      success: AccountResponses.AccountRows,
      error: [AccountConflict, Missing, Unavailable]
    }).annotateMerge(describe("How many rows a purge would delete now, also of a removed account.")),
    HttpApiEndpoint.post("verifyAccount", "/accounts/:id/verify", { params, ...asked }).annotateMerge(
      describe("Asks the system whether it accepts the credentials. The answer is the status: active or invalid.")
    ),
    HttpApiEndpoint.post("refreshAccount", "/accounts/:id/refresh", { params, ...asked }).annotateMerge(
      describe("Replaces the credentials by new ones now.")
    ),
    HttpApiEndpoint.post("pauseAccount", "/accounts/:id/pause", { params, ...changed }).annotateMerge(
      describe("Reads no more for it; a paused one stays as it is.")
    ),
    HttpApiEndpoint.post("resumeAccount", "/accounts/:id/resume", { params, ...changed }).annotateMerge(
      describe("Reads for a paused one again; an active one stays as it is.")
    ),
    HttpApiEndpoint.delete("removeAccount", "/accounts/:id", {
      params,
      query: {
        purge: Schema.optionalKey(Schema.Boolean).annotateKey({
          description:
            "Also delete the rows that were read for it; of an account that is removed already, only them. Default false: they stay."
        }),
        confirm: Schema.optionalKey(Integer(0, Number.MAX_SAFE_INTEGER)).annotateKey({
          description: "With purge: how many rows, as the 409 without it says. Another number deletes nothing."
        })
      },
      success: Schema.Struct({ deleted: Schema.Int.annotate({ description: "Rows." }) }),
      error: [AccountConflict, Missing, PurgeToConfirm, Unavailable]
    }).annotateMerge(
      describe("Destroys the credentials and schedules. With purge, first answers how many rows would go (409).")
    )
  )
  .prefix("/api/v1")
  .middleware(ClosedInput)
  .middleware(AdminAccess)
  .annotate(NeededScope, "accounts")
  .annotateMerge(describe("Accounts of connectors; the scope is `accounts`."))
