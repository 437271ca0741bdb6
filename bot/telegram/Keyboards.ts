/** The buttons below a message, within Telegram's limits: 100 buttons, 10 kB. */
import { InlineKeyboard } from "grammy"

type Rows = InlineKeyboard["inline_keyboard"]

const maxCount = { buttons: 100, bytes: 10_000 }

const buttonsIn = (rows: Rows): number => rows.reduce((sum, { length }) => sum + length, 0)

const fits = (rows: Rows): boolean =>
  buttonsIn(rows) <= maxCount.buttons && Buffer.byteLength(JSON.stringify({ inline_keyboard: rows })) <= maxCount.bytes

/**
 * Keeps the last row, which leads back. A button before it counts the omitted ones and leads to the menu. Long lists
 * have pages; this is for an unforeseen one, so that Telegram does not refuse the whole message.
 */
export const fitKeyboard = (keyboard: InlineKeyboard): InlineKeyboard => {
  const rows = keyboard.inline_keyboard.filter(({ length }) => length > 0)
  if (fits(rows)) return keyboard
  const [last = []] = rows.slice(-1)
  const shown = rows.slice(0, -1)
  const all = buttonsIn(rows)
  const whole = () => {
    const left = all - buttonsIn(shown) - last.length
    return [...shown, [InlineKeyboard.text(`… (+${left})`, "menu")], last]
  }
  do shown.pop()
  while (shown.length > 0 && !fits(whole()))
  return new InlineKeyboard(whole())
}
