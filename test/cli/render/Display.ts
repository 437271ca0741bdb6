/** A terminal as small as the progress needs: it understands the sequences used there and fails on any other. */
export interface Display {
  readonly write: (text: string) => void
  /** The rows with something on them. */
  readonly rows: () => ReadonlyArray<string>
  readonly cursorShown: () => boolean
}

export const make = (): Display => {
  let rows: Array<string> = []
  let at = 0
  let cursor = true

  const control = (sequence: string): void => {
    const up = /^(\d+)F$/.exec(sequence)
    if (up !== null) at = Math.max(0, at - Number(up[1]))
    else if (sequence === "J") rows = rows.slice(0, at)
    else if (sequence === "?25l") cursor = false
    else if (sequence === "?25h") cursor = true
    else throw new Error(`unknown sequence ${sequence}`)
  }

  return {
    write: (text) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a terminal is driven by
      for (const [, sequence, line] of text.matchAll(/\x1b\[([?\d]*[A-Za-z])|([^\x1b\n]*)\n/g)) {
        if (sequence !== undefined) control(sequence)
        else rows[at++] = line ?? ""
      }
    },
    rows: () => rows,
    cursorShown: () => cursor
  }
}
