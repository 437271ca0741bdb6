/**
 * Delivers one message: sends, edits or replaces it, and records where it is. A message that Telegram does not accept
 * now goes to the outbox; a chat that does not let the bot in is known until it does.
 */
import { Effect } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { foreignText, type Reason } from "../../core/reason/Reason.ts"
import { Directory } from "../people/Directory.ts"
import { botReason } from "../reasons.ts"
import type { SentMessage } from "../window/View.ts"
import { Window } from "../window/Window.ts"
import * as LostTopics from "./LostTopics.ts"
import { isRetryable, Outbox, type OutgoingMessage } from "./Outbox.ts"
import type * as PlacedMessages from "./PlacedMessages.ts"
import { Telegram, type TelegramError } from "./Telegram.ts"
import { undeliveredReason } from "./UndeliveredMessages.ts"

type Answer<A> = Effect.Effect<A, SqlError.SqlError>

export const isGroup = (chat: number): boolean => chat < 0

/** `isNamed`: whether the configuration names the chat. */
export const make = Effect.fnUntraced(function* (
  placed: Effect.Success<typeof PlacedMessages.make>,
  isNamed: (chat: number) => boolean
) {
  const sql = yield* SqlClient.SqlClient
  const [directory, outbox] = [yield* Directory, yield* Outbox]
  const topics = yield* LostTopics.make
  const put = yield* makePut(topics)
  const record = yield* makeRecord(placed)
  /** The chats that do not let the bot in, and why. */
  const lost = new Map<number, Reason>()

  /** Logs the failure; marks a person who blocked the bot, keeps the message in the outbox, or gives it up. */
  const handleFailure = Effect.fnUntraced(function* (message: OutgoingMessage, error: TelegramError) {
    const { chat } = message
    yield* Effect.annotateLogs(Effect.logWarning("a message could not be sent", error.message), {
      service: "Broadcast",
      chat
    })
    const isShut = error.reason === "blocked"
    if (isShut && (isGroup(chat) || isNamed(chat))) lost.set(chat, foreignText(error.message))
    const isBlocked = isShut && !isGroup(chat)
    if (isRetryable(error) && !isBlocked) return yield* outbox.enqueue(message, error)
    if (message.about !== undefined) yield* outbox.drop(message.about, chat)
    if (isBlocked) yield* directory.setBlocked(chat, true)
    else if (error.reason === "refused") yield* outbox.giveUpNow(message)
  })

  const send = (message: OutgoingMessage) =>
    Effect.tap(put(message), () => Effect.sync(() => lost.delete(message.chat)))

  /** A stopping bot still records what it has sent, or it would send it again. */
  const post = (message: OutgoingMessage, sent: Answer<void> = Effect.void) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.tap(restore(send(message)), (shown) => Effect.andThen(record(message, shown), sent))
    )

  return {
    post,
    /** `sent` runs with the record of the message. Returns `undefined` if it could not be delivered now. */
    deliver: (message: OutgoingMessage, sent?: Answer<void>) =>
      Effect.catchTag(post(message, sent), "TelegramError", (error) =>
        Effect.as(handleFailure(message, error), undefined)
      ),
    /** Why messages do not reach people. */
    unreached: Effect.gen(function* () {
      const [chat] = lost
      if (chat !== undefined) return botReason("bot.chatLost", { chat: String(chat[0]), why: chat[1] })
      const [topic] = yield* topics.lost
      if (topic !== undefined) return botReason("bot.topicLost", { chat: String(topic.chat), topic: topic.topic })
      return yield* Effect.provideService(undeliveredReason, SqlClient.SqlClient, sql)
    }),
    /** Records that a chat let the bot in again. */
    found: Effect.fn("Broadcast.found")(function* (chat: number) {
      if (lost.delete(chat)) yield* outbox.wake
    })
  }
})

const makePut = Effect.fnUntraced(function* (topics: Effect.Success<typeof LostTopics.make>) {
  const window = yield* Window
  const sendNew = ({ chat, topic, view }: OutgoingMessage) =>
    topic === undefined ? window.send(chat, view) : topics.send({ chat, topic }, view)

  return (message: OutgoingMessage) => {
    const { chat, earlier, view } = message
    if (earlier === undefined) return sendNew(message)
    if (earlier.anew) return Effect.andThen(window.remove(chat, earlier.id), sendNew(message))
    return Effect.catchIf(
      window.edit({ chat, id: earlier.id, hasPhoto: false }, view),
      ({ reason }) => reason === "gone",
      () => sendNew(message)
    )
  }
})

/** Stores where the message of a subject is, and pins it if that was requested. */
const makeRecord = Effect.fnUntraced(function* (placed: Effect.Success<typeof PlacedMessages.make>) {
  const { call } = yield* Telegram
  return Effect.fnUntraced(function* ({ about, earlier, pin, topic }: OutgoingMessage, shown: SentMessage) {
    if (shown.id === earlier?.id) return
    if (about !== undefined) yield* placed.remember(about, shown, topic ?? null)
    if (!pin) return
    yield* call((api) => api.pinChatMessage(shown.chat, shown.id, { disable_notification: true })).pipe(
      Effect.catch((error) => Effect.logWarning("a message could not be pinned", error.message))
    )
  })
})
