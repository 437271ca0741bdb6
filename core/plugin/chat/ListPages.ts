/** Pages of a long list, with buttons to the pages before and after. */

/** A keyboard to which buttons are added. */
export interface Buttons {
  readonly text: (label: string, data: string) => unknown
  readonly row: () => unknown
}

export interface Page<A> {
  readonly items: ReadonlyArray<A>
  /** From 0; the existing page nearest to the requested one. */
  readonly at: number
  readonly count: number
}

export const pageOf = <A>(all: ReadonlyArray<A>, asked: number, size: number): Page<A> => {
  const count = Math.max(1, Math.ceil(all.length / size))
  const at = Math.min(Math.max(0, asked), count - 1)
  return { items: all.slice(at * size, (at + 1) * size), at, count }
}

/** Adds a row of buttons if there is more than one page. */
export const addPages = (
  keyboard: Buttons,
  { at, count }: Pick<Page<unknown>, "at" | "count">,
  dataOf: (page: number) => string
): void => {
  if (count < 2) return
  if (at > 0) keyboard.text("‹", dataOf(at - 1))
  keyboard.text(`${at + 1} / ${count}`, dataOf(at))
  if (at < count - 1) keyboard.text("›", dataOf(at + 1))
  keyboard.row()
}
