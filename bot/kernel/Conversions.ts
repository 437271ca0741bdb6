/** Conversions between the plain types of the contract and the bot's own. */
import { InlineKeyboard } from "grammy"
import type { ChatView } from "../../core/plugin/chat/ChatView.ts"
import type { ChatPerson } from "../../core/plugin/chat/People.ts"
import { actorOf, type Person } from "../people/Person.ts"
import type { View } from "../window/View.ts"

export const toView = ({ keyboard, text }: ChatView): View => {
  if (keyboard === undefined) return { text }
  const rows = keyboard.rows.filter(({ length }) => length > 0)
  return {
    text,
    keyboard: new InlineKeyboard(rows.map((row) => row.map(({ data, label }) => InlineKeyboard.text(label, data))))
  }
}

export const toChatPerson = ({ department, employeeId, isAdmin, name, position, telegramId }: Person): ChatPerson => ({
  actor: actorOf(telegramId),
  name,
  employeeId,
  position,
  department,
  isAdmin
})
