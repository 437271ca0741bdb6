/** Bar or kitchen: derives from the names of stores, accounts and positions who works with what. */

export const storeKinds = ["bar", "kitchen", "other"] as const
export type StoreKind = (typeof storeKinds)[number]

export interface Store {
  readonly id: string
  readonly name: string
  readonly departmentId: string
  readonly kind: StoreKind
}

export interface Account {
  readonly id: string
  readonly name: string
}

const isBar = /бар/i
/** The stem, because a position is also called «су-шеф кухни». */
const isKitchen = /кухн/i

/** A store's name is `TYPE (RESTAURANT)`; a restaurant may have any name. */
export const kindOfStore = (name: string): StoreKind => {
  const [type = ""] = name.split("(")
  return isBar.test(type) ? "bar" : isKitchen.test(type) ? "kitchen" : "other"
}

/** `undefined`: a person in this position chooses manually. */
export const kindOfPosition = (name: string): StoreKind | undefined => {
  if (isBar.test(name)) return "bar"
  return isKitchen.test(name) || /повар/i.test(name) ? "kitchen" : undefined
}

const isWriteoff = /списани/i

/** The accounts that name the store's kind; for a store of neither kind, those that name neither. */
export const accountsFor = (kind: StoreKind, accounts: ReadonlyArray<Account>): ReadonlyArray<Account> =>
  accounts.filter(({ name }) => isWriteoff.test(name) && kindOfAccount(name) === kind)

const kindOfAccount = (name: string): StoreKind =>
  isBar.test(name) ? "bar" : isKitchen.test(name) ? "kitchen" : "other"

/** The store for a person's position, if there is exactly one. */
export const storeOf = (position: string, stores: ReadonlyArray<Store>): Store | undefined => {
  const kind = kindOfPosition(position)
  const [only, ...more] = kind === undefined ? [] : stores.filter((store) => store.kind === kind)
  return more.length === 0 ? only : undefined
}
