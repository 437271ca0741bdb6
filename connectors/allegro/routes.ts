/** Addresses for what the order backup is asked: the tokens of sellers, their stored orders, and reading those. */
import { Effect, Layer } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { ConnectorRoutes } from "../../core/sdk-http.ts"
import { makeAutoSyncHandlers } from "./routes/AutoSyncHandlers.ts"
import { AutoSyncs } from "./routes/AutoSyncs.ts"
import { Orders } from "./routes/Orders.ts"
import { makeStoredOrders } from "./routes/StoredOrders.ts"
import { makeSyncHandlers } from "./routes/SyncHandlers.ts"
import { Syncs } from "./routes/Syncs.ts"
import { makeTokenHandlers } from "./routes/TokenHandlers.ts"
import { Tokens } from "./routes/Tokens.ts"

const api = ConnectorRoutes.api("allegro", Tokens, Orders, Syncs, AutoSyncs)

const tokens = HttpApiBuilder.group(
  api,
  "tokens",
  Effect.fn(function* (handlers) {
    const answer = yield* makeTokenHandlers
    return handlers.handleAll({
      tokens: () => answer.list({}),
      tokensOfUser: ({ params }) => answer.list({ owner: params.user }),
      token: ({ params }) => answer.one(params.id),
      createToken: ({ payload }) =>
        answer.create(payload.user_id, payload.allegro_token, payload.refresh_token, payload.name),
      updateToken: ({ params, payload }) => answer.turn(params.id, payload.is_active),
      deleteToken: ({ params }) => answer.remove(params.id),
      refreshToken: ({ params }) => answer.refresh(params.id),
      validateToken: ({ params }) => answer.validate(params.id),
      initialize: ({ payload }) => answer.initialize(payload.user_id, payload.name),
      authorization: ({ params }) => answer.task(params.code),
      authorizationTask: ({ params }) => answer.task(params.id)
    })
  })
)

const orders = HttpApiBuilder.group(
  api,
  "orders",
  Effect.fn(function* (handlers) {
    const stored = yield* makeStoredOrders
    return handlers.handleAll({
      orders: ({ params, query }) => stored.list({ ...params, ...query }),
      order: ({ params, query }) => stored.one({ ...params, ...query })
    })
  })
)

const syncs = HttpApiBuilder.group(
  api,
  "sync",
  Effect.fn(function* (handlers) {
    const answer = yield* makeSyncHandlers
    return handlers.handleAll({
      manual: ({ params, payload }) => answer.manual({ ...params, ...payload }),
      status: ({ params, query }) => answer.status({ ...params, ...query }),
      history: ({ params, query }) => answer.history({ ...params, ...query }),
      stats: ({ params, query }) => answer.stats({ ...params, ...query })
    })
  })
)

const autoSyncs = HttpApiBuilder.group(
  api,
  "autoSync",
  Effect.fn(function* (handlers) {
    const answer = yield* makeAutoSyncHandlers
    return handlers.handleAll({
      activate: ({ payload }) => answer.activate(payload),
      deactivate: ({ payload }) => answer.deactivate(payload),
      active: () => answer.active
    })
  })
)

export const routes = ConnectorRoutes.make(api, Layer.mergeAll(tokens, orders, syncs, autoSyncs))
