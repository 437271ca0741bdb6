/** Checks the tables that keep more than the rows of an entity: its history, and the versions of its records. */
import { reason } from "../../reason/Reason.ts"
import type { TableName } from "../Column.ts"
import { entityId } from "../Entity.ts"
import { placeOf } from "../files/Problems.ts"
import { contentColumns } from "../VersionedEntity.ts"
import { atKey, atValue, type BuiltEntity } from "./EntityDraft.ts"

const textOf = ({ name, schema }: TableName): string => (schema === "public" ? name : `${schema}.${name}`)

const roles = {
  table: reason("table.roleRows"),
  history: reason("table.roleHistory"),
  versions: reason("table.roleVersions")
} as const
type Role = keyof typeof roles

/** A table of an entity, and what it holds. Entities that fill one table share its history and its versions. */
interface Use {
  readonly one: BuiltEntity
  readonly role: Role
  readonly table: string
}

const usesOf = (one: BuiltEntity): ReadonlyArray<Use> =>
  (["table", "history", "versions"] as const).flatMap((role) => {
    const table = one.entity[role]
    return table === undefined ? [] : [{ one, role, table: textOf(table) }]
  })

export const checkKeptTables = (built: ReadonlyArray<BuiltEntity>): void => {
  const uses = Map.groupBy(built.flatMap(usesOf), ({ table }) => table)
  for (const [first, ...others] of uses.values()) {
    if (first === undefined) continue
    const { role, table } = first
    const isShared = (use: Use) => use.role === role && textOf(use.one.entity.table) === textOf(first.one.entity.table)
    for (const use of others.filter((use) => !isShared(use))) {
      const { declared } = first.one
      const by = { entity: entityId(first.one.entity), place: placeOf(declared.owner) }
      atValue(use.one.declared, [use.role], reason("table.taken", { table, role: roles[role], ...by }))
    }
  }
  for (const [first, ...others] of Map.groupBy(built, ({ entity }) => textOf(entity.table)).values()) {
    for (const other of others) if (first !== undefined) checkSameVersions(other, first)
  }
}

/** One trigger of the table makes the versions, whichever entity writes a row. */
const checkSameVersions = (one: BuiltEntity, other: BuiltEntity): void => {
  const by = { entity: entityId(other.entity), place: placeOf(other.declared.owner) }
  const [own, theirs] = [one.entity.versions, other.entity.versions]
  if (own === undefined && theirs === undefined) return
  if (own === undefined || theirs === undefined || textOf(own) !== textOf(theirs)) {
    const versions =
      theirs === undefined ? reason("table.versionsNone") : reason("table.versionsAre", { table: textOf(theirs) })
    atKey(one.declared, ["versions"], reason("table.otherVersions", { ...by, versions }))
    return
  }
  const content = ({ entity }: BuiltEntity) =>
    contentColumns(entity)
      .map(({ name }) => name)
      .toSorted()
      .join("\n")
  if (content(one) === content(other)) return
  atKey(one.declared, ["fields"], reason("table.otherContent", by), reason("table.sameContent"))
}
