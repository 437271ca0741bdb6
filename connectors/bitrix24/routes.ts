/** Addresses for what the CRM service is asked: its health, with what its cache holds. */
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Caches, ConnectorRoutes, RouteConnector, VendorState } from "../../core/sdk-http.ts"
import { type Health, Integration } from "./routes/Integration.ts"

const api = ConnectorRoutes.api("bitrix24", Integration)

const health = Effect.gen(function* () {
  const connector = yield* RouteConnector
  const [caches, vendors] = [yield* Caches, yield* VendorState]
  return Effect.gen(function* () {
    const own = (yield* caches.running).find((cache) => cache.connector === connector)
    const stats = own === undefined ? [] : Object.entries(yield* own.categories)
    const redis = own?.redis && (yield* own.redis)
    const circuits = yield* vendors.circuits([connector])
    const isWell =
      (redis === undefined || redis.status === "ok") && circuits.every(({ circuit }) => circuit === "closed")
    return {
      status: isWell ? "healthy" : "degraded",
      cache_stats: {
        total_entries: stats.reduce((sum, [, { entries }]) => sum + entries, 0),
        categories: Object.fromEntries(stats.map(([name, { entries }]) => [name, entries]))
      }
    } satisfies typeof Health.Type
  })
})

const integration = HttpApiBuilder.group(
  api,
  "integration",
  Effect.fn(function* (handlers) {
    const answer = yield* health
    return handlers.handleAll({ health: () => answer })
  })
)

export const routes = ConnectorRoutes.make(api, integration)
