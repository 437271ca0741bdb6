/** The content of a message of the bot, and the message that shows it. */
import type { Menu } from "@grammyjs/menu"
import type { InlineKeyboard } from "grammy"
import type { BotContext } from "../session/Context.ts"

export interface View {
  /** HTML; everything but markup is escaped. */
  readonly text: string
  /** A menu is drawn for the person who sees it, so only the answer to an update can show it. */
  readonly keyboard?: InlineKeyboard | Menu<BotContext>
  /** PNG; the text is then its caption. */
  readonly photo?: Uint8Array
}

/** A message that exists. */
export interface SentMessage {
  readonly chat: number
  readonly id: number
  readonly hasPhoto: boolean
}
