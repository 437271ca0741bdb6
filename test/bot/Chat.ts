/** The content of a chat, as tests of the bot read it. */
import type { ShownMessage } from "../../bot/sandbox.ts"

export type Chat = ReadonlyArray<ShownMessage>

/** The text of the newest message. */
export const lastText = (chat: Chat): string => chat.at(-1)?.text ?? ""

export const last =
  (...parts: ReadonlyArray<string>) =>
  (chat: Chat): boolean =>
    parts.every((part) => lastText(chat).includes(part))

export const anywhere =
  (includes: string) =>
  (chat: Chat): boolean =>
    chat.some(({ text }) => text.includes(includes))

export const labels = (message: ShownMessage | undefined): ReadonlyArray<string> => message?.buttons.flat() ?? []
