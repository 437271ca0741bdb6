import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { SqlClient } from "effect/sql"
import { Api } from "../Api.ts"
import { databaseAway, readDatabase } from "../Background.ts"
import * as Health from "../Health.ts"

const ready = SqlClient.SqlClient.pipe(
  Effect.flatMap((sql) => sql`select 1`),
  Effect.as({ status: "ready" as const }),
  readDatabase,
  Effect.timeoutOrElse({ duration: Health.timeout, orElse: () => Effect.fail(databaseAway) })
)

export const layer = HttpApiBuilder.group(Api, "system", (handlers) =>
  handlers.handleAll({
    health: () => Health.check(),
    ready: () => ready
  })
)
