/**
 * The intervals in which each key of a mirrored table existed. Triggers record them, so whatever adds or removes a row
 * (a load, an applied plan, a pending delete) opens or closes its interval in the same transaction.
 */
import type { TableName } from "../../config/Column.ts"
import type { Entity } from "../../config/Entity.ts"
import { keptKeySql, sqlType } from "./ColumnSql.ts"
import { generatedName, quote, quoteTable } from "./Identifier.ts"

/** Our own triggers on a table with a history. */
export const historyTriggers = ({ history }: Entity): ReadonlyArray<string> =>
  history === undefined ? [] : ["opened", "closed"].map((name) => generatedName(history.name, name))

/** The history table with its triggers; rows that already exist count from when they were first seen. */
export const historyDdl = (entity: Entity, history: TableName): ReadonlyArray<string> => {
  const [table, kept] = [quoteTable(entity.table), quoteTable(history)]
  const keys = entity.key.flatMap((name) => entity.columns.filter((column) => column.name === name))
  const names = keys.map(({ name }) => quote(name)).join(", ")
  const index = quote(generatedName(history.name, "open", "idx"))
  const trigger = (name: string, event: string, rows: string, body: string) => {
    const routine = `${quote(history.schema)}.${quote(generatedName(history.name, name))}`
    return [
      `create or replace function ${routine}() returns trigger language plpgsql as $history$ begin ${body}; return null; end $history$`,
      `create or replace trigger ${quote(generatedName(history.name, name))} after ${event} on ${table} referencing ${rows} table as changed for each statement execute function ${routine}()`
    ]
  }
  const matching = keys.map((key) => `${keptKeySql(key, `h.${quote(key.name)}`)} = c.${quote(key.name)}`).join(" and ")
  return [
    `create table if not exists ${kept} (${keys.map((column) => `${quote(column.name)} ${sqlType(column)} not null`).join(", ")}, started_at timestamp with time zone not null default now(), ended_at timestamp with time zone)`,
    `create index if not exists ${index} on ${kept} (${names}) where ended_at is null`,
    `create index if not exists ${quote(generatedName(history.name, "started_at", "idx"))} on ${kept} (started_at)`,
    ...trigger("opened", "insert", "new", `insert into ${kept} (${names}) select ${names} from changed`),
    ...trigger(
      "closed",
      "delete",
      "old",
      `update ${kept} as h set ended_at = now() from changed as c where h.ended_at is null and ${matching}`
    ),
    // Runs of several accounts may make the table at the same time: the triggers of the first one have recorded its rows.
    `insert into ${kept} (${names}, started_at) select ${names}, _first_seen_at from ${table} as c where not exists (select from ${kept} as h where h.ended_at is null and ${matching})`
  ]
}
