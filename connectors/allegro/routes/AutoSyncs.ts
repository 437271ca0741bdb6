/** `sync/activate`, `deactivate` and `active`: the schedules of sellers' accounts, in the words of the order backup. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import {
  AccountConflict,
  AdminAccess,
  ClosedInput,
  DurationFromText,
  Missing,
  NeededScope,
  Unavailable
} from "../../../core/sdk-http.ts"

const time = Schema.NullOr(Schema.DateTimeUtc)

export const ActiveSync = Schema.Struct({
  schedule_id: Schema.String,
  user_id: Schema.String,
  token_id: Schema.String,
  account: Schema.String,
  entities: Schema.NullOr(Schema.Array(Schema.String)).annotate({ description: "null: all of the connector." }),
  interval: Schema.String.annotate({ description: "As in 15m, or a cron pattern." }),
  status: Schema.Literals(["active", "inactive", "resting"]).annotate({
    description: "resting: the account is paused, or Allegro refuses its token."
  }),
  last_run: time,
  last_success: time,
  next_run: time,
  error: Schema.NullOr(Schema.String)
}).annotate({ identifier: "AllegroActiveSync" })

const user = {
  user_id: Schema.NonEmptyString,
  account: Schema.optionalKey(Schema.NonEmptyString).annotateKey({ description: "By its name. Default: all." })
}

const answered = {
  success: Schema.Struct({ schedules: Schema.Array(ActiveSync) }),
  error: [AccountConflict, Missing, Unavailable]
}

export const AutoSyncs = HttpApiGroup.make("autoSync")
  .add(
    HttpApiEndpoint.post("activate", "/sync/activate", {
      payload: Schema.Struct({
        ...user,
        interval: Schema.optionalKey(DurationFromText).annotateKey({ description: "As in 15m. Default 3m." })
      }),
      ...answered
    }),
    HttpApiEndpoint.post("deactivate", "/sync/deactivate", { payload: Schema.Struct(user), ...answered }),
    HttpApiEndpoint.get("active", "/sync/active", answered)
  )
  .middleware(ClosedInput)
  .middleware(AdminAccess)
  .annotate(NeededScope, "accounts")
