/** Which cells of a row had their field in any record; checked only until all have been seen. */
export class SeenFields {
  #seen: Array<boolean>
  /** The number of cells whose field no record had yet. */
  left: number

  constructor(count: number) {
    this.#seen = new Array(count).fill(false)
    this.left = count
  }

  see(at: number): void {
    if (this.#seen[at] === true) return
    this.#seen[at] = true
    this.left -= 1
  }

  has(at: number): boolean {
    return this.#seen[at] === true
  }

  get state(): ReadonlyArray<boolean> {
    return [...this.#seen]
  }

  restore(state: ReadonlyArray<boolean>): void {
    this.#seen = [...state]
    this.left = state.filter((one) => !one).length
  }
}
