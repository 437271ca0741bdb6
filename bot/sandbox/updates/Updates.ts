/**
 * The updates for the bot, in order: held until `getUpdates` confirms them, or posted to a webhook, one after another
 * for each chat, repeatedly until it accepts them.
 */
import { Deferred, Duration, Effect, type Scope } from "effect"
import type { Params } from "../api/Params.ts"
import { badRequest, conflict, type Refusal, terminated } from "../api/Refusal.ts"
import { UpdateQueue } from "./UpdateQueue.ts"
import { checkUrl, Webhook } from "./Webhook.ts"

export interface Updates {
  readonly push: (kind: string, chat: number, body: object) => Effect.Effect<void>
  readonly get: (params: Params) => Effect.Effect<ReadonlyArray<object>, Refusal>
  readonly setWebhook: (params: Params) => Effect.Effect<true, Refusal>
  readonly deleteWebhook: (params: Params) => Effect.Effect<true>
  readonly webhookInfo: Effect.Effect<object>
  /** The number of all updates so far. */
  readonly total: () => number
}

const maxPollSeconds = 50

/** `called` runs a method that a webhook answered with. */
export const makeUpdates = Effect.fn("TelegramSandbox.makeUpdates")(function* (
  firstId: number,
  called: (body: string) => Effect.Effect<void>
): Effect.fn.Return<Updates, never, Scope.Scope> {
  const queue = new UpdateQueue(firstId)
  const webhook = new Webhook(queue, called, yield* Effect.scope)
  const poll = new Poll()

  const get = Effect.fnUntraced(function* (params: Params) {
    if (webhook.isSet) {
      return yield* conflict(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
      )
    }
    poll.end(terminated)
    queue.allow(params.allowed_updates)
    const { limit = 100, offset = 0, timeout = 0 } = params
    queue.confirm(offset)
    if (queue.pending.length === 0 && timeout > 0) yield* poll.wait(Math.min(maxPollSeconds, timeout))
    return queue.pending.slice(0, Math.min(100, Math.max(1, limit))).map(({ body }) => body)
  })

  const setWebhook = Effect.fnUntraced(function* (params: Params) {
    const { secret_token: secret, url = "" } = params
    if (secret !== undefined && !/^[\w-]{1,256}$/.test(secret)) {
      return yield* badRequest("secret token contains unallowed characters")
    }
    queue.allow(params.allowed_updates)
    if (params.drop_pending_updates === true) queue.drop(() => true)
    if (url === "") {
      webhook.remove()
      return true as const
    }
    yield* checkUrl(url)
    poll.end(conflict("terminated by setWebhook request"))
    yield* webhook.set(params)
    return true as const
  })

  return {
    total: () => queue.total,
    push: (kind, chat, body) =>
      Effect.suspend(() => {
        if (!queue.push(kind, chat, body)) return Effect.void
        poll.end(Effect.void)
        return webhook.wake(chat)
      }),
    get,
    setWebhook,
    deleteWebhook: (params) =>
      Effect.sync(() => {
        webhook.remove()
        if (params.drop_pending_updates === true) queue.drop(() => true)
        return true as const
      }),
    webhookInfo: Effect.sync(() => webhook.info)
  }
})

/** A `getUpdates` that waits; there is at most one. */
class Poll {
  #waiting: Deferred.Deferred<void, Refusal> | undefined

  end(how: Effect.Effect<void, Refusal>): void {
    if (this.#waiting !== undefined) Deferred.doneUnsafe(this.#waiting, how)
  }

  wait(seconds: number): Effect.Effect<void, Refusal> {
    return Effect.suspend(() => {
      const own = Deferred.makeUnsafe<void, Refusal>()
      this.#waiting = own
      return Effect.asVoid(Effect.timeoutOption(Deferred.await(own), Duration.seconds(seconds))).pipe(
        Effect.ensuring(
          Effect.sync(() => {
            if (this.#waiting === own) this.#waiting = undefined
          })
        )
      )
    })
  }
}
