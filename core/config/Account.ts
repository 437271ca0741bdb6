/** An account of a connector that has many; `name` is unique for its owner. */
export interface AccountRef {
  readonly id: string
  readonly owner: string
  readonly name: string
}
