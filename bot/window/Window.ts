/**
 * One window for each chat: a person's action edits the existing message instead of adding another. Work that takes
 * longer than a second shows its progress, then its outcome, and does not block the chat meanwhile.
 */
import { Context, Effect, Layer } from "effect"
import type * as DatabaseSilence from "../DatabaseSilence.ts"
import type { BotContext } from "../session/Context.ts"
import type { SendOptions } from "../telegram/Messages.ts"
import { Telegram, type TelegramError } from "../telegram/Telegram.ts"
import * as Display from "./Display.ts"
import * as LongOperation from "./LongOperation.ts"
import type { SentMessage, View } from "./View.ts"
import * as WindowMessages from "./WindowMessages.ts"

type Failure = { readonly message: string }

export class Window extends Context.Service<
  Window,
  {
    /** Shows the view in the pressed message, else in the chat's window; for a command first in a new one below it. */
    readonly show: (ctx: BotContext, view: View) => Effect.Effect<SentMessage, TelegramError>
    /** Says that the bot is still working while the handling of an update has nothing to show yet. */
    readonly withWaitNotice: <E>(ctx: BotContext, handling: Effect.Effect<void, E>) => Effect.Effect<void, E>
    /** Sends a separate message, which only becomes the window if somebody presses its button. */
    readonly send: (
      chat: number,
      view: View,
      options?: Omit<SendOptions, "api">
    ) => Effect.Effect<SentMessage, TelegramError>
    /** Edits a message; if it is gone or cannot be edited, the error's reason is `gone`. */
    readonly edit: (message: SentMessage, view: View) => Effect.Effect<SentMessage, TelegramError>
    readonly remove: (chat: number, message: number) => Effect.Effect<void>
    /**
     * Shows the outcome of the work, which continues after the handler has ended; if the window shows something else by
     * then, the outcome comes as a separate message. `progress` may be called at any rate.
     */
    readonly work: <E extends Failure>(
      ctx: BotContext,
      placeholder: View,
      work: (progress: (view: View) => Effect.Effect<void>) => Effect.Effect<View, E>
    ) => Effect.Effect<void, TelegramError | DatabaseSilence.DatabaseSilent | E>
    /** Waits for the running work. */
    readonly settled: Effect.Effect<void>
  }
>()("tributary/bot/window/Window") {
  static readonly layer = Layer.effect(
    Window,
    Effect.gen(function* () {
      const { call } = yield* Telegram
      const messages = WindowMessages.make(call)
      const { edit, remove, send } = messages
      const { show, withWaitNotice } = Display.make(messages)
      const { settled, work } = yield* LongOperation.make(messages, show)
      return Window.of({
        edit: (message, view) => edit(message, view),
        remove,
        send: (chat, view, options) => send(chat, view, options),
        settled,
        show,
        withWaitNotice,
        work
      })
    })
  )
}
