/**
 * Messages as Telegram takes them. What it does not take as it is meant goes in the next best form: a picture that is
 * refused as its text, an answer to a topic that is closed beside it, a keyboard that is too large without its middle.
 */
import { Effect } from "effect"
import { type Api, InlineKeyboard, InputFile, InputMediaBuilder } from "grammy"
import type { Shown, View } from "../window/View.ts"
import { fitted } from "./Keyboards.ts"
import { type Telegram, TelegramError } from "./Telegram.ts"

export interface Where {
  /** Of an update, whose menus are drawn on the way. */
  readonly api?: Api
  readonly topic?: number | undefined
  /** It stands in the group because its topic took nothing. */
  readonly onMissed?: Effect.Effect<void>
}

/** `touch`: told of every message that shows something new. */
export const makeMessages = (call: Telegram["Service"]["call"], touch: (message: Shown) => void) => {
  const send = (chat: number, view: View, to: Where = {}): Effect.Effect<Shown, TelegramError> => {
    const { keyboard, photo, text } = view
    const options = {
      parse_mode: "HTML" as const,
      reply_markup: markupOf(keyboard),
      ...(to.topic === undefined ? {} : { message_thread_id: to.topic })
    }
    const sent = call(async (api): Promise<Shown> => {
      const answer =
        photo === undefined
          ? await api.sendMessage(chat, text, { ...options, link_preview_options: { is_disabled: true } })
          : await api.sendPhoto(chat, new InputFile(photo, "chart.png"), { ...options, caption: text })
      // A group that became a supergroup meanwhile has another id.
      return { chat: answer.chat.id, id: answer.message_id, hasPhoto: photo !== undefined }
    }, to.api)
    return sent.pipe(
      Effect.tap((message) => Effect.sync(() => touch(message))),
      // Where pictures are not allowed, or the topic is closed, what is said is said all the same.
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

  const edit = (message: Shown, { keyboard, photo, text }: View, api?: Api): Effect.Effect<Shown, TelegramError> => {
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
        // The picture may go where a text can stand.
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

/** A menu is drawn by what sends it. */
const markupOf = (keyboard: View["keyboard"]) =>
  keyboard instanceof InlineKeyboard ? fitted(keyboard) : (keyboard ?? nothingPressed)
