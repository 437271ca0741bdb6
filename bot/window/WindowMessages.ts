/**
 * The messages of windows: sent, edited, replaced and removed. Each has a revision, so that work which began in an
 * earlier state of a message does not overwrite a later one.
 */
import { Effect } from "effect"
import type { Api } from "grammy"
import { remember } from "../../core/plugin/chat/BoundedMap.ts"
import { makeMessages } from "../telegram/Messages.ts"
import type { Telegram } from "../telegram/Telegram.ts"
import type { SentMessage, View } from "./View.ts"

const keyOf = ({ chat, id }: Pick<SentMessage, "chat" | "id">) => `${chat}:${id}`

export const make = (call: Telegram["Service"]["call"]) => {
  /** How often each message was changed. */
  const revisions = new Map<string, number>()
  /** The messages that replaced others after their handler had ended and its session was stored. */
  const successors = new Map<string, SentMessage>()

  const { edit, send } = makeMessages(call, (message) => {
    const key = keyOf(message)
    remember(revisions, key, (revisions.get(key) ?? 0) + 1)
  })

  const remove = (chat: number, message: number) =>
    call((api) => api.deleteMessage(chat, message)).pipe(
      // It was already deleted, or it is older than two days.
      Effect.catch((error) => Effect.logDebug("a message could not be removed", error.message)),
      Effect.asVoid
    )

  /** Edits the message if possible; otherwise sends a new one and deletes the old one. */
  const replace = (old: SentMessage, view: View, api?: Api, topic?: number) =>
    Effect.catchIf(
      edit(old, view, api),
      ({ reason }) => reason === "gone",
      () =>
        Effect.tap(send(old.chat, view, { topic, ...(api === undefined ? {} : { api }) }), (sent) => {
          remember(successors, keyOf(old), sent)
          return remove(old.chat, old.id)
        })
    )

  return {
    edit,
    remove,
    replace,
    send,
    revisionOf: (message: SentMessage) => revisions.get(keyOf(message)),
    /** The message itself, or the one that replaced it. */
    current: (message: SentMessage) => successors.get(keyOf(message)) ?? message
  }
}

export type WindowMessages = ReturnType<typeof make>
