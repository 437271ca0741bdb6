/** The contract of the HTTP API: the endpoints, their input, and every possible answer. */
import { HttpApi, HttpApiMiddleware, OpenApi } from "effect/http-api"
import { Accounts } from "./api/Accounts.ts"
import { Actions } from "./api/Actions.ts"
import { Caches } from "./api/Caches.ts"
import { Configuration } from "./api/Configuration.ts"
import { Entities } from "./api/Entities.ts"
import { Inbox } from "./api/Inbox.ts"
import { Jobs } from "./api/Jobs.ts"
import { Live } from "./api/Live.ts"
import { PendingDeletes } from "./api/PendingDeletes.ts"
import { Runs } from "./api/Runs.ts"
import { Schedules } from "./api/Schedules.ts"
import { Session } from "./api/Session.ts"
import { System } from "./api/System.ts"
import { Tasks } from "./api/Tasks.ts"
import { closed } from "./ParseOptions.ts"

export class Api extends HttpApi.make("tributary")
  .add(
    System,
    Session,
    Entities,
    Runs,
    Jobs,
    PendingDeletes,
    Configuration,
    Actions,
    Live,
    Inbox,
    Accounts,
    Tasks,
    Schedules,
    Caches
  )
  .middleware(HttpApiMiddleware.ProblemDetails)
  .annotate(HttpApi.PayloadParseOptions, closed)
  .annotate(HttpApi.QueryParseOptions, closed)
  .annotateMerge(
    OpenApi.annotations({
      title: "Tributary",
      version: "1",
      description: "The daemon's HTTP API. Below /api/v1, a query or body with an unknown key is refused with 400."
    })
  ) {}
