/** The keyboards below a message and below the text box, with the ones that Telegram refuses. */
import { Effect, Schema } from "effect"
import { badRequest, type Refusal } from "./Refusal.ts"

const InlineButton = Schema.Struct({
  text: Schema.String,
  callback_data: Schema.optionalKey(Schema.String),
  url: Schema.optionalKey(Schema.String),
  web_app: Schema.optionalKey(Schema.Struct({ url: Schema.String })),
  copy_text: Schema.optionalKey(Schema.Struct({ text: Schema.String }))
})

const ReplyButton = Schema.Union([
  Schema.String,
  Schema.Struct({ text: Schema.String, request_contact: Schema.optionalKey(Schema.Boolean) })
])

const appearance = {
  input_field_placeholder: Schema.optionalKey(Schema.String),
  selective: Schema.optionalKey(Schema.Boolean)
}

const InlineKeyboard = Schema.Struct({ inline_keyboard: Schema.Array(Schema.Array(InlineButton)) })
const ReplyKeyboard = Schema.Struct({
  keyboard: Schema.Array(Schema.Array(ReplyButton)),
  one_time_keyboard: Schema.optionalKey(Schema.Boolean),
  resize_keyboard: Schema.optionalKey(Schema.Boolean),
  is_persistent: Schema.optionalKey(Schema.Boolean),
  ...appearance
})

export const ReplyMarkup = Schema.Union([
  InlineKeyboard,
  ReplyKeyboard,
  Schema.Struct({ remove_keyboard: Schema.Literal(true) }),
  Schema.Struct({ force_reply: Schema.Literal(true), ...appearance })
])
export type ReplyMarkup = typeof ReplyMarkup.Type

export type InlineButton = typeof InlineButton.Type
export type InlineRows = ReadonlyArray<ReadonlyArray<InlineButton>>

export interface ReplyKey {
  readonly text: string
  readonly requestsContact: boolean
}

/** The keyboard below a person's text box. */
export interface Keyboard {
  readonly rows: ReadonlyArray<ReadonlyArray<ReplyKey>>
  readonly isOneTime: boolean
  readonly placeholder: string | undefined
}

export interface Markup {
  readonly inline: InlineRows | undefined
  /** `remove` removes the keyboard; undefined leaves it unchanged. */
  readonly keyboard: Keyboard | "remove" | undefined
  /** Telegram refuses to edit a message that had anything but inline buttons. */
  readonly isFixed: boolean
}

const maxCount = 100

/** `isPrivate`: only a private chat can request a phone. */
export const checkMarkup = Effect.fnUntraced(function* (
  markup: ReplyMarkup | undefined,
  isPrivate: boolean
): Effect.fn.Return<Markup, Refusal> {
  if (markup === undefined) return { inline: undefined, keyboard: undefined, isFixed: false }
  if ("inline_keyboard" in markup) {
    const rows = markup.inline_keyboard.filter(({ length }) => length > 0)
    if (rows.flat().length > maxCount) return yield* badRequest("reply markup is too long")
    yield* Effect.forEach(rows.flat(), checkButton, { discard: true })
    return { inline: rows.length === 0 ? undefined : rows, keyboard: undefined, isFixed: false }
  }
  if ("keyboard" in markup) {
    const rows = markup.keyboard.map((row) =>
      row.map(
        (key): ReplyKey =>
          typeof key === "string"
            ? { text: key, requestsContact: false }
            : { text: key.text, requestsContact: key.request_contact === true }
      )
    )
    const keys = rows.flat()
    if (keys.some(({ text }) => text.trim() === "")) return yield* badRequest("keyboard button text must be non-empty")
    if (!isPrivate && keys.some(({ requestsContact }) => requestsContact)) {
      return yield* badRequest("phone number can be requested in private chats only")
    }
    const isOneTime = markup.one_time_keyboard === true
    return {
      inline: undefined,
      keyboard: { rows, isOneTime, placeholder: markup.input_field_placeholder },
      isFixed: true
    }
  }
  if ("remove_keyboard" in markup) return { inline: undefined, keyboard: "remove", isFixed: true }
  return { inline: undefined, keyboard: undefined, isFixed: true }
})

const checkButton = Effect.fnUntraced(function* (button: InlineButton): Effect.fn.Return<void, Refusal> {
  if (button.text.trim() === "") return yield* badRequest("inline keyboard button text must be non-empty")
  if (button.callback_data) {
    if (Buffer.byteLength(button.callback_data) > 64) return yield* badRequest("BUTTON_DATA_INVALID")
    return
  }
  if (button.url !== undefined) {
    const problem = problemOf(button.url)
    if (problem !== undefined) {
      return yield* badRequest(`inline keyboard button URL '${button.url}' is invalid: ${problem}`)
    }
    return
  }
  if (button.web_app === undefined && button.copy_text === undefined) {
    return yield* badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
  }
})

/** Telegram accepts no host without a dot, such as localhost, as an address. */
const problemOf = (url: string): string | undefined => {
  const whole = /^[a-z]+:/i.test(url) ? url : `http://${url}`
  if (!URL.canParse(whole)) return "Wrong HTTP URL"
  const { hostname, protocol } = new URL(whole)
  if (protocol === "tg:") return undefined
  if (!/^https?:$/.test(protocol)) return "Unsupported URL protocol"
  return hostname.includes(".") ? undefined : "Wrong HTTP URL"
}
