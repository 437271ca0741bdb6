/** What stands below a message, within what Telegram takes: 100 buttons, 10 kB. */
import { InlineKeyboard } from "grammy"

type Rows = InlineKeyboard["inline_keyboard"]

const maxCount = { buttons: 100, bytes: 10_000 }

const buttonsIn = (rows: Rows): number => rows.reduce((sum, { length }) => sum + length, 0)

const fits = (rows: Rows): boolean =>
  buttonsIn(rows) <= maxCount.buttons && Buffer.byteLength(JSON.stringify({ inline_keyboard: rows })) <= maxCount.bytes

/**
 * The last row stays: it leads back. What is left out before it is counted by a button, which leads to the menu. Lists
 * that may be long have pages; this is for the one that nobody thought of, lest the message is refused as a whole.
 */
export const fitted = (keyboard: InlineKeyboard): InlineKeyboard => {
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
