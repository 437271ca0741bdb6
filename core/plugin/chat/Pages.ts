/** Long lists in pages: what is on one, and the buttons to those beside it. */

/** Where buttons are put, from the left and from above. */
export interface Buttons {
  readonly text: (label: string, data: string) => unknown
  readonly row: () => unknown
}

export interface Page<A> {
  readonly items: ReadonlyArray<A>
  /** From 0; the nearest there is to the one that was asked for. */
  readonly at: number
  readonly count: number
}

export const pageOf = <A>(all: ReadonlyArray<A>, asked: number, size: number): Page<A> => {
  const count = Math.max(1, Math.ceil(all.length / size))
  const at = Math.min(Math.max(0, asked), count - 1)
  return { items: all.slice(at * size, (at + 1) * size), at, count }
}

/** A row of its own, where there is more than one page. */
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
