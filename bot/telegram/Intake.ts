/** Hands updates to the bot, each once: those of one chat in order, those of different chats at once. */
import { Clock, Effect, FiberSet } from "effect"
import type { Update } from "grammy/types"
import { Telegram } from "./Telegram.ts"

/** Handlers at once, most of which wait for Telegram's limits; further updates wait in Telegram, unacknowledged. */
export const maxCount = 2_000

export const make = Effect.gen(function* () {
  const { bot } = yield* Telegram
  const handling = yield* FiberSet.make<void>()
  /** The ids of the last updates, because a webhook repeats those without an answer. */
  const seen = new Set<number>()
  let receivedAt = 0

  const handle = Effect.fnUntraced(function* (update: Update) {
    if (seen.has(update.update_id)) return
    seen.add(update.update_id)
    receivedAt = yield* Clock.currentTimeMillis
    const [oldest] = seen
    if (seen.size > maxCount * 2 && oldest !== undefined) seen.delete(oldest)
    yield* FiberSet.run(
      handling,
      Effect.promise(() => bot.handleUpdate(update)).pipe(
        Effect.catchCause((cause) =>
          Effect.logError("an update ended unexpectedly", cause).pipe(
            Effect.annotateLogs({ service: "Updates", update_id: update.update_id })
          )
        )
      ),
      // Keeps the order: the update enters the chat's queue before the next one is looked at.
      { startImmediately: true }
    )
  })

  return {
    handle,
    isNew: ({ update_id }: Update) => !seen.has(update_id),
    /** When the last update came; 0: none has. */
    receivedAt: () => receivedAt,
    /** The number of updates that are being handled. */
    size: FiberSet.size(handling),
    settled: FiberSet.awaitEmpty(handling)
  }
})

export type Intake = Effect.Success<typeof make>
