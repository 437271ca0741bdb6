/** What a message of the bot shows, and the message that shows it. */
import type { Menu } from "@grammyjs/menu"
import type { InlineKeyboard } from "grammy"
import type { BotContext } from "../session/Context.ts"

export interface View {
  /** HTML, with everything escaped that is not markup. */
  readonly text: string
  /** A menu is drawn for who sees it, so it can only be shown in answer to an update. */
  readonly keyboard?: InlineKeyboard | Menu<BotContext>
  /** PNG; the text is then its caption. */
  readonly photo?: Uint8Array
}

/** A message that is there. */
export interface Shown {
  readonly chat: number
  readonly id: number
  readonly hasPhoto: boolean
}
