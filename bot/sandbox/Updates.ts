/**
 * The updates for the bot, in order: held until `getUpdates` confirms them, or posted to a webhook, one after another
 * for each chat, repeatedly until it accepts them.
 */
import { Clock, Deferred, Duration, Effect, Schedule, Schema, type Scope } from "effect"
import type { Params } from "./Params.ts"
import { bad, conflict, type Refusal, terminated } from "./Refusal.ts"

interface Update {
  readonly id: number
  readonly chat: number
  readonly body: object
}

interface Webhook {
  readonly url: string
  readonly secret: string | undefined
  readonly maxConnections: number
  /** Chats whose updates are being posted. */
  readonly busy: Set<number>
  lastError: { readonly at: number; readonly message: string } | undefined
}

export interface Updates {
  readonly push: (kind: string, chat: number, body: object) => Effect.Effect<void>
  readonly get: (params: Params) => Effect.Effect<ReadonlyArray<object>, Refusal>
  readonly setWebhook: (params: Params) => Effect.Effect<true, Refusal>
  readonly deleteWebhook: (params: Params) => Effect.Effect<true>
  readonly webhookInfo: Effect.Effect<object>
  /** The number of all updates so far. */
  readonly total: () => number
}

/** A client receives these only if it requests them by name. */
const unasked = ["chat_member", "message_reaction", "message_reaction_count"]

const maxPollSeconds = 50

/** `called` runs a method that a webhook answered with. */
export const makeUpdates = Effect.fn("TelegramSandbox.makeUpdates")(function* (
  firstId: number,
  called: (body: string) => Effect.Effect<void>
): Effect.fn.Return<Updates, never, Scope.Scope> {
  const scope = yield* Effect.scope
  const pending: Array<Update> = []
  let last = firstId
  let allowed: ReadonlyArray<string> = []
  let poller: Deferred.Deferred<void, Refusal> | undefined
  let webhook: Webhook | undefined

  const drop = (isGone: (update: Update) => boolean) => {
    pending.splice(0, pending.length, ...pending.filter((update) => !isGone(update)))
  }

  /** Posts the updates of a chat until none is left, or the webhook has changed. */
  const work = (chat: number, to: Webhook): Effect.Effect<void> =>
    Effect.gen(function* () {
      while (webhook === to) {
        const next = pending.find((update) => update.chat === chat)
        if (next === undefined) return
        yield* Effect.retry(post(to, next.body), {
          schedule: Schedule.min([Schedule.exponential("1 second"), Schedule.spaced("1 minute")]),
          while: () => webhook === to
        }).pipe(
          Effect.tap((answer) =>
            Effect.sync(() => drop((update) => update === next)).pipe(Effect.andThen(called(answer)))
          ),
          Effect.ignore
        )
      }
    }).pipe(Effect.ensuring(Effect.sync(() => to.busy.delete(chat))))

  const wake = (chat: number) =>
    Effect.suspend(() => {
      if (webhook === undefined || webhook.busy.has(chat)) return Effect.void
      webhook.busy.add(chat)
      return Effect.asVoid(Effect.forkIn(work(chat, webhook), scope))
    })

  const setAllowed = (wanted: ReadonlyArray<string> | undefined) => {
    if (wanted !== undefined) allowed = wanted
  }

  return {
    total: () => last - firstId,

    push: (kind, chat, body) =>
      Effect.suspend(() => {
        const isWanted = allowed.length === 0 ? !unasked.includes(kind) : allowed.includes(kind)
        if (!isWanted) return Effect.void
        pending.push({ id: ++last, chat, body: { update_id: last, [kind]: body } })
        if (poller !== undefined) Deferred.doneUnsafe(poller, Effect.void)
        return wake(chat)
      }),

    get: Effect.fnUntraced(function* (params) {
      if (webhook !== undefined) {
        return yield* conflict(
          "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
      }
      if (poller !== undefined) {
        Deferred.doneUnsafe(poller, terminated)
        poller = undefined
      }
      setAllowed(params.allowed_updates)
      const { limit = 100, offset = 0, timeout = 0 } = params
      if (offset < 0) drop(({ id }) => id <= (pending.at(offset)?.id ?? 0) - 1)
      else drop(({ id }) => id < offset)
      const found = () => pending.slice(0, Math.min(100, Math.max(1, limit))).map(({ body }) => body)
      if (pending.length > 0 || timeout <= 0) return found()
      const mine = Deferred.makeUnsafe<void, Refusal>()
      poller = mine
      yield* Deferred.await(mine).pipe(
        Effect.timeoutOption(Duration.seconds(Math.min(maxPollSeconds, timeout))),
        Effect.ensuring(
          Effect.sync(() => {
            if (poller === mine) poller = undefined
          })
        )
      )
      return found()
    }),

    setWebhook: Effect.fnUntraced(function* (params) {
      const { secret_token: secret, url = "" } = params
      if (secret !== undefined && !/^[\w-]{1,256}$/.test(secret)) {
        return yield* bad("secret token contains unallowed characters")
      }
      setAllowed(params.allowed_updates)
      if (params.drop_pending_updates === true) drop(() => true)
      if (url === "") {
        webhook = undefined
        return true
      }
      // Telegram accepts only https; a server beside the sandbox has no certificate.
      if (!/^https:\/\/|^http:\/\/(?:127\.0\.0\.1|localhost)[:/]/.test(url)) {
        return yield* bad("bad webhook: An HTTPS URL must be provided for webhook")
      }
      if (poller !== undefined) Deferred.doneUnsafe(poller, conflict("terminated by setWebhook request"))
      webhook = { url, secret, maxConnections: params.max_connections ?? 40, busy: new Set(), lastError: undefined }
      yield* Effect.forEach(new Set(pending.map(({ chat }) => chat)), wake, { discard: true })
      return true as const
    }),

    deleteWebhook: (params) =>
      Effect.sync(() => {
        webhook = undefined
        if (params.drop_pending_updates === true) drop(() => true)
        return true as const
      }),

    webhookInfo: Effect.sync(() => ({
      url: webhook?.url ?? "",
      has_custom_certificate: false,
      pending_update_count: pending.length,
      ...(webhook?.lastError === undefined
        ? {}
        : {
            last_error_date: Math.floor(webhook.lastError.at / 1_000),
            last_error_message: webhook.lastError.message
          }),
      ...(webhook === undefined ? {} : { max_connections: webhook.maxConnections }),
      ...(allowed.length === 0 ? {} : { allowed_updates: allowed })
    }))
  }
})

class WebhookFailed extends Schema.TaggedError<WebhookFailed>()("WebhookFailed", { message: Schema.String }) {}

/** Reads the body of the answer, which may name a method to run. */
const post = (to: Webhook, body: object) =>
  Effect.tryPromise({
    try: async (signal) => {
      const answer = await fetch(to.url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(to.secret === undefined ? {} : { "x-telegram-bot-api-secret-token": to.secret })
        },
        body: JSON.stringify(body),
        signal
      })
      return { status: answer.status, statusText: answer.statusText, ok: answer.ok, text: await answer.text() }
    },
    catch: () => new WebhookFailed({ message: "Connection refused" })
  }).pipe(
    Effect.timeoutOrElse({
      duration: "1 minute",
      orElse: () => Effect.fail(new WebhookFailed({ message: "Read timeout expired" }))
    }),
    Effect.flatMap(({ ok, status, statusText, text }) =>
      ok
        ? Effect.succeed(text)
        : Effect.fail(new WebhookFailed({ message: `Wrong response from the webhook: ${status} ${statusText}` }))
    ),
    Effect.tapError(({ message }) =>
      Effect.map(Clock.currentTimeMillis, (at) => {
        to.lastError = { at, message }
      })
    )
  )
