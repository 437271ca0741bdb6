/** What a chat shows, as plain data: whoever talks to the messenger draws it. */

export interface Button {
  readonly label: string
  /** Comes back when it is pressed: 64 bytes at most, the first word is the namespace of the feature that takes it. */
  readonly data: string
}

/** Buttons below a message, put together from the left and from above. */
export class Keyboard {
  readonly rows: Array<Array<Button>> = [[]]

  text(label: string, data: string): this {
    this.rows.at(-1)?.push({ label, data })
    return this
  }

  /** What comes next stands below. */
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
