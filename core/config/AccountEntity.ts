/** The entities of a connector with accounts: each account has rows of its own, told apart by a column of the engine's. */
import type { AccountRef } from "./Account.ts"
import type { Column } from "./Column.ts"
import { type Entity, forEachRow } from "./Entity.ts"

/** The column of an account's id, first in the key. */
export const accountColumn = "account_id"

const columnOf = (id: string | null): Column => ({
  name: accountColumn,
  type: "uuid",
  array: false,
  source: { _tag: "Constant", value: id },
  required: true
})

/** The entity as its table is made; only one that is bound to an account can be read. */
export const perAccount = (entity: Entity): Entity => ({
  ...entity,
  perAccount: true,
  columns: [columnOf(null), ...entity.columns],
  key: [accountColumn, ...entity.key]
})

/** The columns with the account's id as that parameter of a statement. */
export const accountAt = (columns: ReadonlyArray<Column>, at: number): ReadonlyArray<Column> =>
  columns.map((column) => (column.name === accountColumn ? { ...column, parameter: `$${at}` } : column))

/** The entity with its account's id as that parameter, so that all accounts share the text of a statement. */
export const withAccountAt = (entity: Entity, at: number): Entity =>
  entity.account === undefined ? entity : { ...entity, columns: accountAt(entity.columns, at) }

/** The entity without the id of its account: what it has in common with the same entity of the others. */
export const withoutAccount = (entity: Entity): Entity => {
  if (entity.account === undefined) return entity
  const { [accountColumn]: _, ...scope } = entity.scope
  const common = (columns: ReadonlyArray<Column>) =>
    columns.map((column) => (column.name === accountColumn ? columnOf(null) : column))
  const parents = forEachRow(entity)
  return {
    ...entity,
    columns: common(entity.columns),
    scope,
    ...(parents?.perAccount === true ? { forEach: { ...parents, scope: common(parents.scope ?? []) } } : {})
  }
}

/** The entity of one account: its rows are those with the account's id, and so are the parents that it is read for. */
export const bindAccount = <E extends Entity>(entity: E, account: AccountRef): E => {
  const own = columnOf(account.id)
  const parents = forEachRow(entity)
  return {
    ...entity,
    account,
    columns: entity.columns.map((column) => (column.name === accountColumn ? own : column)),
    scope: { [accountColumn]: account.id, ...entity.scope },
    ...(parents?.perAccount === true ? { forEach: { ...parents, scope: [own, ...(parents.scope ?? [])] } } : {})
  }
}
