/** The stores of one connector's categories in a Redis server, over one connection. */
import { Effect, type Schema } from "effect"
import type { RedisDeclaration } from "../config/CacheDeclaration.ts"
import * as RedisLink from "./RedisLink.ts"
import * as RedisStore from "./RedisStore.ts"

export const make = Effect.fnUntraced(function* (connector: string, redis: RedisDeclaration) {
  const link = yield* RedisLink.make(connector, redis)
  return {
    health: link.health,
    store: (category: string, schema: Schema.Top, capacity: number) => {
      const namespace = `${redis.prefix}:${connector}:${category}:${RedisStore.versionOf(schema)}`
      return RedisStore.make({ link, namespace, capacity })
    }
  }
})
