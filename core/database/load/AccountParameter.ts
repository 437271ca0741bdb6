/** Where statements of a load have the account's id: bound, so that a connection prepares one statement for all accounts. */
import type { Entity } from "../../config/Entity.ts"

/** After the run, the facts and the rejected records; only for an entity that is bound to an account. */
export const accountParameter = 4

/** The first parameter after it. */
export const firstList = ({ account }: Pick<Entity, "account">): number =>
  account === undefined ? accountParameter : accountParameter + 1
