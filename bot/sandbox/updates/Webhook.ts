/**
 * Posts updates to the address that the bot has set: one after another for each chat, each repeatedly until it is
 * accepted.
 */
import { Clock, Effect, Schedule, Schema, type Scope } from "effect"
import type { Params } from "../api/Params.ts"
import { badRequest, type Refusal } from "../api/Refusal.ts"
import type { UpdateQueue } from "./UpdateQueue.ts"

interface Address {
  readonly url: string
  readonly secret: string | undefined
  readonly maxConnections: number
  /** Chats whose updates are being posted. */
  readonly busy: Set<number>
  lastError: { readonly at: number; readonly message: string } | undefined
}

/** `called` runs a method that the bot answered with. */
export class Webhook {
  readonly #queue: UpdateQueue
  readonly #called: (body: string) => Effect.Effect<void>
  readonly #scope: Scope.Scope
  #address: Address | undefined

  constructor(queue: UpdateQueue, called: (body: string) => Effect.Effect<void>, scope: Scope.Scope) {
    this.#queue = queue
    this.#called = called
    this.#scope = scope
  }

  get isSet(): boolean {
    return this.#address !== undefined
  }

  remove(): void {
    this.#address = undefined
  }

  /** Posts to this address from now on. */
  set({ max_connections: maxConnections = 40, secret_token: secret, url = "" }: Params): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.#address = { url, secret, maxConnections, busy: new Set(), lastError: undefined }
      const chats = new Set(this.#queue.pending.map(({ chat }) => chat))
      return Effect.forEach(chats, (chat) => this.wake(chat), { discard: true })
    })
  }

  /** Posts the updates of a chat, unless that is under way. */
  wake(chat: number): Effect.Effect<void> {
    return Effect.suspend(() => {
      const address = this.#address
      if (address === undefined || address.busy.has(chat)) return Effect.void
      address.busy.add(chat)
      return Effect.asVoid(Effect.forkIn(this.#postAll(chat, address), this.#scope))
    })
  }

  /** Posts until none is left, or the address has changed. */
  #postAll(chat: number, to: Address): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      while (this.#address === to) {
        const next = this.#queue.pending.find((update) => update.chat === chat)
        if (next === undefined) return
        yield* Effect.retry(post(to, next.body), {
          schedule: Schedule.min([Schedule.exponential("1 second"), Schedule.spaced("1 minute")]),
          while: () => this.#address === to
        }).pipe(
          Effect.tap((answer) =>
            Effect.sync(() => this.#queue.drop((update) => update === next)).pipe(Effect.andThen(this.#called(answer)))
          ),
          Effect.ignore
        )
      }
    }).pipe(Effect.ensuring(Effect.sync(() => to.busy.delete(chat))))
  }

  /** The answer to `getWebhookInfo`. */
  get info(): object {
    const { lastError, maxConnections, url = "" }: Partial<Address> = this.#address ?? {}
    const { allowed, pending } = this.#queue
    return {
      url,
      has_custom_certificate: false,
      pending_update_count: pending.length,
      ...(lastError === undefined
        ? {}
        : { last_error_date: Math.floor(lastError.at / 1_000), last_error_message: lastError.message }),
      ...(maxConnections === undefined ? {} : { max_connections: maxConnections }),
      ...(allowed.length === 0 ? {} : { allowed_updates: allowed })
    }
  }
}

/** Telegram accepts only https; a server beside the sandbox has no certificate. */
export const checkUrl = (url: string): Effect.Effect<void, Refusal> =>
  /^https:\/\/|^http:\/\/(?:127\.0\.0\.1|localhost)[:/]/.test(url)
    ? Effect.void
    : badRequest("bad webhook: An HTTPS URL must be provided for webhook")

class WebhookFailed extends Schema.TaggedError<WebhookFailed>()("WebhookFailed", { message: Schema.String }) {}

/** Reads the body of the answer, which may name a method to run. */
const post = (to: Address, body: object) =>
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
