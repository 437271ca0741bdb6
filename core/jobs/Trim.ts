/**
 * Trims the tables that grow for ever, in batches, so that the first trim of a large table blocks nobody. Rows that still
 * matter stay, however old: running runs, the last run and the last good run of each entity, the last run of each job, runs
 * whose withheld deletes wait for a decision, deliveries that wait, and the configuration that is live. Of an entity old rows go,
 * whatever they say. Runs of polls that found nothing go after a day.
 */
import { DateTime, Duration, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../config/Entity.ts"
import type { Trim, TrimmedTable } from "../config/JobDeclaration.ts"
import { isInformativeSql } from "../database/audit/Audit.ts"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import { literal, quote, quoteTable } from "../database/tables/Identifier.ts"
import { firstSeenColumn } from "../database/tables/PlannedTable.ts"
import { orIfNoTable } from "../plugin/StoredRows.ts"

const keptEmpty = Duration.hours(24)

/** Rows per statement. Other statements wait behind it on the same connection, so that it must be short. */
const batch = 1_000

interface Trimmed {
  /** The column with the age of a row. */
  readonly moment: string
  /** Selects the ids of old rows that stay. They are read once, since rows that are added later are not old. */
  readonly stays: (old: string) => string
  /** The condition of rows that say nothing, which are old after a day. */
  readonly empty?: string
}

const tables: Readonly<Record<TrimmedTable, Trimmed>> = {
  sync_log: {
    moment: "started_at",
    // A list that is asked every few minutes mostly has nothing new. What a person has asked for is no poll.
    empty: `status = 'ok' and trigger in ('job', 'schedule') and fetched + inserted + updated + deleted + rejected = 0
      and notes = '[]'`,
    stays: () => `
      select max(id) from tributary.sync_log where ${isInformativeSql} group by connector, entity, account
      union all
      select max(id) from tributary.sync_log where status in ('ok', 'warning') and config_hash is not null
      group by connector, entity, account
      union all
      select run_id from tributary.pending_delete where status = 'open'
      union all
      select id from tributary.sync_log where status = 'running'`
  },
  job_run: {
    moment: "scheduled_at",
    stays: () => `
      select max(id) from tributary.job_run group by job
      union all
      select id from tributary.job_run where status = 'running'`
  },
  inbox: {
    moment: "received_at",
    stays: () => "select id from tributary.inbox where state = 'waiting'"
  },
  config_version: {
    moment: "loaded_at",
    // A row without files has the same files as the last row before it that has some.
    stays: (old) => `
      select max(id) from tributary.config_version where status in ('ok', 'unchanged')
      union all
      select max(id) from tributary.config_version where files is not null
      union all
      select max(id) from tributary.config_version
      where files is not null and id <= (select min(id) from tributary.config_version where (${old}) is not true)`
  }
}

const decodeCount = decodeOwn(Schema.Struct({ rows: Schema.BigInt }))

/** Deletes rows by the time at which they came, and returns how many. Without a table there are none. */
export const trimEntity = Effect.fn("Trim.trimEntity")(function* ({ table }: Entity, maxAge: Duration.Duration) {
  const sql = yield* SqlClient.SqlClient
  const oldest = DateTime.formatIso(DateTime.subtractDuration(yield* DateTime.now, maxAge))
  const name = quoteTable(table)
  const statement = `with gone as (
    delete from ${name} where ctid = any (array(
      select ctid from ${name} where ${quote(firstSeenColumn)} < $1::timestamptz limit ${batch}
    )) returning 1
  ) select count(*) as rows from gone`
  let rows = 0
  while (true) {
    const [gone] = yield* decodeCount(yield* orIfNoTable(sql.unsafe(statement, [oldest]), [{ rows: 0n }]))
    if (gone === undefined || gone.rows === 0n) return rows
    rows += Number(gone.rows)
  }
})

const decodeIds = decodeOwn(Schema.Struct({ id: Schema.BigInt }))
const decodeFound = decodeOwn(Schema.Struct({ last: Schema.NullOr(Schema.BigInt), rows: Schema.BigInt }))

/** Returns the number of deleted rows; dependent rows (`sync_reject`, decided deletes) are deleted with them. */
export const trim = Effect.fn("Trim.trim")(function* ({ maxAge, maxRows, table }: Trim) {
  const sql = yield* SqlClient.SqlClient
  const { empty, moment, stays } = tables[table]
  const tooOld = Effect.fnUntraced(function* (age: Duration.Duration) {
    const oldest = DateTime.formatIso(DateTime.subtractDuration(yield* DateTime.now, age))
    return `${moment} < ${literal(oldest)}::timestamptz`
  })
  const tooMany = Effect.fnUntraced(function* (most: number) {
    const [newest] = yield* decodeIds(
      yield* sql.unsafe(`select id from tributary.${table} order by id desc offset $1 limit 1`, [most])
    )
    return newest === undefined ? "false" : `id <= ${newest.id}`
  })
  const old = [
    maxAge === undefined ? "false" : yield* tooOld(maxAge),
    maxRows === undefined ? "false" : yield* tooMany(maxRows),
    empty === undefined ? "false" : `${empty} and ${yield* tooOld(keptEmpty)}`
  ].join(" or ")
  const ids = (yield* decodeIds(yield* sql.unsafe(`select id from (${stays(old)}) as s(id) where id is not null`))).map(
    ({ id }) => id
  )
  let [rows, after] = [0, 0n]
  while (true) {
    const [found] = yield* decodeFound(
      yield* sql.unsafe(
        `with found as materialized (
          select id from tributary.${table} where id > $1::bigint and (${old}) order by id limit ${batch}
        ), gone as (
          delete from tributary.${table} as t using found as f
          where t.id = f.id and t.id <> all ($2::text::bigint[]) returning 1
        ) select (select max(id) from found) as last, (select count(*) from gone) as rows`,
        [after, `{${ids.join()}}`]
      )
    )
    if (found === undefined || found.last === null) return rows
    rows += Number(found.rows)
    after = found.last
  }
})
