/** The limits of a bot's messages: to one chat, to one group, to all together. */
import { Clock, Effect } from "effect"
import type { Chat, FloodBucket, World } from "../Model.ts"
import { type Refusal, tooMany } from "./Refusal.ts"

interface Limit {
  /** The burst after a rest. */
  readonly burst: number
  /** The milliseconds between two further messages. */
  readonly every: number
}

const limits = {
  strict: {
    chat: { burst: 3, every: 1_000 },
    group: { burst: 20, every: 3_000 },
    all: { burst: 30, every: 1_000 / 30 }
  },
  generous: {
    chat: { burst: 200, every: 20 },
    group: { burst: 200, every: 20 },
    all: { burst: 2_000, every: 1 }
  }
} satisfies Record<string, Record<string, Limit>>

export const checkFlood = Effect.fnUntraced(function* (world: World, chat: Chat): Effect.fn.Return<void, Refusal> {
  const now = yield* Clock.currentTimeMillis
  const { all, chat: one, group } = limits[world.behaviour.flood]
  const asked: ReadonlyArray<readonly [FloodBucket, Limit]> = [
    [refilled(world.flood, "all", all, now), all],
    [refilled(world.flood, `chat ${chat.id}`, chat.isPrivate ? one : group, now), chat.isPrivate ? one : group]
  ]
  const wait = Math.max(...asked.map(([{ left }, { every }]) => (left >= 1 ? 0 : (1 - left) * every)))
  if (wait > 0) return yield* tooMany(Math.ceil(wait / 1_000))
  for (const [bucket] of asked) bucket.left--
})

const refilled = (buckets: World["flood"], key: string, { burst, every }: Limit, now: number): FloodBucket => {
  const bucket = buckets.get(key) ?? { left: burst, at: now }
  bucket.left = Math.min(burst, bucket.left + (now - bucket.at) / every)
  bucket.at = now
  buckets.set(key, bucket)
  return bucket
}
