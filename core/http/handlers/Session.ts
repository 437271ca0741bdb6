import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Access } from "../Access.ts"
import { Api } from "../Api.ts"
import { Unauthorized } from "../ApiErrors.ts"

export const layer = HttpApiBuilder.group(
  Api,
  "session",
  Effect.fn(function* (handlers) {
    const access = yield* Access
    return handlers.handleAll({
      session: () =>
        Effect.gen(function* () {
          const session = yield* access.session
          if (session?.renew === true) yield* access.renewSession
          const role = session !== undefined ? ("admin" as const) : access.anonymous ? ("viewer" as const) : null
          return { role, adminApi: access.adminApi }
        }),
      signIn: ({ payload }) =>
        Effect.gen(function* () {
          const { name } = yield* access.checkToken(payload.token)
          if (name !== undefined)
            return yield* new Unauthorized({ detail: "The console asks for the admin token itself." })
          yield* access.beginSession
        }),
      signOut: () => access.endSession
    })
  })
)
