/** Entities as rows of a statement, for what the daemon's tables say of each. */
import type { SqlClient } from "effect/sql"
import { type Entity, entityId } from "../../config/Entity.ts"

/** For a `from` clause: one row `w` per entity, with its names, its table and its scope. */
export const entityRows = (sql: SqlClient.SqlClient, entities: ReadonlyArray<Entity>) => {
  const rows = entities.map((entity) => ({
    id: entityId(entity),
    connector: entity.connector,
    entity: entity.name,
    ...entity.table,
    scope: entity.scope
  }))
  return sql`json_to_recordset(${JSON.stringify(rows)}::json)
      as w(id text, connector text, entity text, schema text, name text, scope jsonb)`
}
