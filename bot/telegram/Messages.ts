/**
 * Sends messages in the form that Telegram accepts. What it refuses goes in the next best form: a picture as its text,
 * an answer to a closed topic beside it, a keyboard that is too large without its middle.
 */
import { Effect } from "effect"
import { type Api, InlineKeyboard, InputFile, InputMediaBuilder } from "grammy"
import type { SentMessage, View } from "../window/View.ts"
import { fitKeyboard } from "./Keyboards.ts"
import { type Telegram, TelegramError } from "./Telegram.ts"

export interface SendOptions {
  /** The API of an update, which draws its menus. */
  readonly api?: Api
  readonly topic?: number | undefined
  /** Runs when the topic refused the message and the group received it. */
  readonly onMissed?: Effect.Effect<void>
}

/** `touch` is called for every message that shows something new. */
export const makeMessages = (call: Telegram["Service"]["call"], touch: (message: SentMessage) => void) => {
  const send = (chat: number, view: View, to: SendOptions = {}): Effect.Effect<SentMessage, TelegramError> => {
    const { keyboard, photo, text } = view
    const options = {
      parse_mode: "HTML" as const,
      reply_markup: markupOf(keyboard),
      ...(to.topic === undefined ? {} : { message_thread_id: to.topic })
    }
    const sent = call(async (api): Promise<SentMessage> => {
      const answer =
        photo === undefined
          ? await api.sendMessage(chat, text, { ...options, link_preview_options: { is_disabled: true } })
          : await api.sendPhoto(chat, new InputFile(photo, "chart.png"), { ...options, caption: text })
      // A group that became a supergroup has another id.
      return { chat: answer.chat.id, id: answer.message_id, hasPhoto: photo !== undefined }
    }, to.api)
    return sent.pipe(
      Effect.tap((message) => Effect.sync(() => touch(message))),
      // If pictures are not allowed, or the topic is closed, the text is sent anyway.
      Effect.catchIf(
        ({ reason }) => reason === "refused" && (photo !== undefined || to.topic !== undefined),
        () => {
          const { photo: _, ...rest } = view
          return photo === undefined
            ? Effect.tap(send(chat, view, { ...to, topic: undefined }), () => to.onMissed ?? Effect.void)
            : send(chat, rest, to)
        }
      )
    )
  }

  const edit = (
    message: SentMessage,
    { keyboard, photo, text }: View,
    api?: Api
  ): Effect.Effect<SentMessage, TelegramError> => {
    const { chat, hasPhoto, id } = message
    if (hasPhoto !== (photo !== undefined)) {
      return Effect.fail(new TelegramError({ reason: "gone", message: "A text cannot become a picture." }))
    }
    const options = { reply_markup: markupOf(keyboard) }
    return call<unknown>(
      (api) =>
        photo === undefined
          ? api.editMessageText(chat, id, text, {
              ...options,
              parse_mode: "HTML",
              link_preview_options: { is_disabled: true }
            })
          : api.editMessageMedia(
              chat,
              id,
              InputMediaBuilder.photo(new InputFile(photo, "chart.png"), { caption: text, parse_mode: "HTML" }),
              options
            ),
      api
    ).pipe(
      Effect.catchIf(
        ({ reason }) => reason === "unchanged",
        () => Effect.void
      ),
      Effect.mapError((error) =>
        // The picture may be sent where the text was.
        photo !== undefined && error.reason === "refused"
          ? new TelegramError({ reason: "gone", message: error.message })
          : error
      ),
      Effect.andThen(Effect.sync(() => touch(message))),
      Effect.as(message)
    )
  }

  return { edit, send }
}

const nothingPressed = new InlineKeyboard()

/** Sending draws a menu. */
const markupOf = (keyboard: View["keyboard"]) =>
  keyboard instanceof InlineKeyboard ? fitKeyboard(keyboard) : (keyboard ?? nothingPressed)
