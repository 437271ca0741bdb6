/** Keys that a read reports beside its rows, such as those of tombstones, each once with the latest of what came with it. */
import type { Entity } from "../../config/Entity.ts"
import { columnsNamed, list, names } from "../tables/ColumnList.ts"
import { keySql } from "../tables/ColumnSql.ts"
import { quote } from "../tables/Identifier.ts"

interface LatestKeys {
  readonly name: string
  /** The column that comes with the key, and its type. */
  readonly latest: string
  readonly type: string
}

/** A clause with one text array per column of the key and one for `latest`, from the parameter `first` on. */
export const latestKeysClause = (entity: Entity, { latest, name, type }: LatestKeys, first: number): string => {
  const keys = columnsNamed(entity, entity.key)
  const arrays = Array.from({ length: keys.length + 1 }, (_, at) => `$${first + at}::text[]`)
  const typed = keys.map((key) => `${keySql(key, `b.${quote(key.name)}`)} as ${quote(key.name)}`)
  return `${name} as materialized (
  select ${names(keys)}, max(${latest}) as ${latest} from (
    select ${list(typed)}, b.${latest}::${type} from unnest(${list(arrays)}) as b(${names(keys)}, ${latest})) as g
  group by ${names(keys)})`
}
