/** A message with buttons, as plain data; the bot converts it for the messenger. */

export interface Button {
  readonly label: string
  /** Returned with the press: at most 64 bytes; the first word is the namespace of the feature that handles it. */
  readonly data: string
}

/** The buttons below a message, added row by row from the left. */
export class Keyboard {
  readonly rows: Array<Array<Button>> = [[]]

  text(label: string, data: string): this {
    this.rows.at(-1)?.push({ label, data })
    return this
  }

  /** Begins a new row. */
  row(): this {
    this.rows.push([])
    return this
  }
}

export interface ChatView {
  /** HTML, with everything escaped that is not markup. */
  readonly text: string
  readonly keyboard?: Keyboard
}
