/**
 * `sync`: reading a user's orders now, and how such reads went, in the words of the order backup that was asked for. What is begun
 * is a task of the daemon for each account, which has the same number at `tasks`.
 */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import {
  AdminAccess,
  ClosedInput,
  Missing,
  Unavailable,
  UnknownSelectorProblem,
  WrongOptions
} from "../../../core/sdk-http.ts"

const params = { user: Schema.NonEmptyString.annotate({ description: "The owner of the account." }) }

const accountName = Schema.NonEmptyString

const query = {
  account: Schema.optionalKey(accountName).annotateKey({
    description: "One of the owner's accounts, by its name. Default: all."
  })
}

const Status = Schema.Literals(["running", "completed", "failed"])

export const Begun = Schema.Struct({
  task_id: Schema.String.annotate({ description: "GET and stop it at /api/v1/tasks/{id}." }),
  account: Schema.String,
  status: Schema.Literals(["running", "completed", "failed", "stopped"])
}).annotate({ identifier: "AllegroBegunSync" })

export const HistoryEntry = Schema.Struct({
  id: Schema.Int.annotate({ description: "Of the run, at /api/v1/runs/{id}." }),
  account: Schema.String,
  entity: Schema.String.annotate({ description: "order, or order_event." }),
  trigger: Schema.String.annotate({ description: "event: orders that an event named." }),
  status: Status,
  started_at: Schema.Date,
  finished_at: Schema.NullOr(Schema.Date),
  from: Schema.NullOr(Schema.String).annotate({
    description: "The period that was read, as it was asked for: 2026-01-01, today-3d. null: no period."
  }),
  to: Schema.NullOr(Schema.String),
  processed: Schema.Int,
  added: Schema.Int,
  updated: Schema.Int,
  error: Schema.NullOr(Schema.String)
}).annotate({ identifier: "AllegroSyncHistory" })

export const AccountSync = Schema.Struct({
  account: Schema.String,
  token_id: Schema.String,
  is_active: Schema.Boolean.annotate({ description: "Whether Allegro accepts its token, and it is not paused." }),
  is_running: Schema.Boolean,
  tasks: Schema.Array(Begun).annotate({ description: "Those under way." }),
  last: Schema.NullOr(HistoryEntry)
}).annotate({ identifier: "AllegroAccountSync" })

export const Stats = Schema.Struct({
  orders: Schema.Int.annotate({ description: "Stored ones." }),
  deleted_orders: Schema.Int.annotate({ description: "Of them, those that Allegro has no more." }),
  first_order: Schema.NullOr(Schema.Date),
  last_order: Schema.NullOr(Schema.Date),
  days: Schema.Int.annotate({ description: "How far back the following counts reach." }),
  completed: Schema.Int,
  failed: Schema.Int,
  added: Schema.Int,
  updated: Schema.Int,
  last_success: Schema.NullOr(Schema.Date)
}).annotate({ identifier: "AllegroSyncStats" })

export const Syncs = HttpApiGroup.make("sync")
  .add(
    HttpApiEndpoint.post("manual", "/sync/manual/:user", {
      params,
      payload: Schema.Struct({
        ...query,
        from: Schema.optionalKey(Schema.NonEmptyString).annotateKey({
          description: "Orders that were bought from this day on, such as 2026-01-01 or today-3d."
        }),
        to: Schema.optionalKey(Schema.NonEmptyString).annotateKey({ description: "With from. Default now." }),
        full: Schema.optionalKey(Schema.Literal(true)).annotateKey({
          description: "All orders that Allegro shows, which are those of twelve months."
        }),
        order_ids: Schema.optionalKey(Schema.NonEmptyArray(Schema.NonEmptyString)).annotateKey({
          description: "Orders that are missing, or could not be stored; for one account."
        }),
        events_from: Schema.optionalKey(Schema.Date).annotateKey({
          description: "Process the events again that occurred from this time on."
        })
      }),
      success: Schema.Struct({ syncs: Schema.Array(Begun) }).pipe(HttpApiSchema.status(202)),
      error: [Missing, Unavailable, UnknownSelectorProblem, WrongOptions]
    }),
    HttpApiEndpoint.get("status", "/sync/status/:user", {
      params,
      query,
      success: Schema.Struct({ user_id: Schema.String, accounts: Schema.Array(AccountSync) }),
      error: [Missing, Unavailable]
    }),
    HttpApiEndpoint.get("history", "/sync/history/:user", {
      params,
      query: {
        ...query,
        entity: Schema.optionalKey(Schema.Literals(["order", "order_event"])).annotateKey({
          description: "Default: order."
        }),
        status: Schema.optionalKey(Status),
        limit: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 500 }))).annotateKey({
          description: "Default 50."
        })
      },
      success: Schema.Struct({ history: Schema.Array(HistoryEntry) }),
      error: [Missing, Unavailable]
    }),
    HttpApiEndpoint.get("stats", "/sync/stats/:user", {
      params,
      query,
      success: Stats,
      error: [Missing, Unavailable]
    })
  )
  .middleware(ClosedInput)
  .middleware(AdminAccess)
