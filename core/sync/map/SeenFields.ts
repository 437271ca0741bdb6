/** Of the cells of a row, which had their field in any record; looked at until all were seen. */
export class SeenFields {
  #seen: Array<boolean>
  /** How many no record had yet. */
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
