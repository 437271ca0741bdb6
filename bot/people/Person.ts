/** A person who is signed in. */
export interface Person {
  readonly telegramId: number
  readonly name: string
  /** null: an admin who is no employee. */
  readonly employeeId: string | null
  /** The name of their role at work, as in «Бармен». */
  readonly position: string | null
  readonly department: { readonly id: string; readonly name: string } | null
  readonly isAdmin: boolean
  /** Whether there are accounts whose owner they are. */
  readonly ownsAccounts: boolean
  /** null: the first language of the configuration. */
  readonly locale: string | null
  readonly blocked: boolean
}

/** Whether the person works here; others have access only because they own accounts. */
export const isStaff = ({ employeeId, isAdmin }: Pick<Person, "employeeId" | "isAdmin">): boolean =>
  isAdmin || employeeId !== null

/** Returns the person's name in the audit and in other services, and as the owner of accounts. */
export const actorOf = (telegramId: number): string => `telegram:${telegramId}`

/** Returns the id in such a name; `undefined` if it names somebody else. */
export const telegramIdOf = (actor: string): number | undefined => {
  const [, id] = /^telegram:(\d+)$/.exec(actor) ?? []
  return id === undefined ? undefined : Number(id)
}
