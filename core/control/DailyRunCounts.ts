/** How many runs of each of the last days had which outcome, with days of one time zone. */
import { DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { decodeOwn } from "../database/audit/DecodeRows.ts"

const Day = Schema.Struct({ day: Schema.String, ok: Schema.Int, warning: Schema.Int, failed: Schema.Int })
const decodeDays = decodeOwn(Day)

/** The last `count` days including today, oldest first. A run counts on the day on which it began. */
export const read = Effect.fn("DailyRunCounts.read")(function* (count: number, timezone: string) {
  const sql = yield* SqlClient.SqlClient
  const now = DateTime.formatIso(yield* DateTime.now)
  // Audit rows of a person's decisions about deletes have no configuration: they are not runs.
  const rows = yield* sql`
    with zone as (select ${timezone}::text as name, (${now}::timestamptz at time zone ${timezone})::date as today),
    days as (select (z.today - n)::date as day from zone as z, generate_series(0, ${count}::integer - 1) as n),
    runs as (
      select (l.started_at at time zone z.name)::date as day, l.status from zone as z, tributary.sync_log as l
      where l.started_at >= (z.today - ${count}::integer + 1)::timestamp at time zone z.name
        and l.config_hash is not null)
    select to_char(d.day, 'YYYY-MM-DD') as day,
      count(*) filter (where r.status = 'ok')::integer as ok,
      count(*) filter (where r.status = 'warning')::integer as warning,
      count(*) filter (where r.status = 'failed')::integer as failed
    from days as d left join runs as r on r.day = d.day group by d.day order by d.day`
  return yield* decodeDays(rows)
})
