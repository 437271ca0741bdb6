/** Accounts of connectors, as runs and people name them. */

/** An account of a connector that has many; `name` is unique for its owner. */
export interface AccountRef {
  readonly id: string
  readonly owner: string
  readonly name: string
}

/** The name that tells an account from all others of its connector. */
export const accountName = ({ name, owner }: Pick<AccountRef, "name" | "owner">): string => `${owner}/${name}`
