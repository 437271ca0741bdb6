/**
 * How long each product was on the stop list within the working hours of a day. A department has stopped a product
 * while any of its terminal groups has: their intervals are united, so that an hour in two halls is one hour.
 */
import { DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { tables } from "../EntityTables.ts"

export interface Window {
  /** `yyyy-MM-dd`, in the time zone. */
  readonly date: string
  /** `HH:mm`, the first minute inclusive, the last one exclusive; `24:00` is the end of the day. */
  readonly from: string
  readonly to: string
  readonly timezone: string
  /** A product that is still stopped counts up to here, and never beyond `to`. */
  readonly now: DateTime.DateTime
  /** The department's id or name; absent: all. */
  readonly department?: string | undefined
}

export const Line = Schema.Struct({
  departmentId: Schema.NullOr(Schema.String),
  /** null: the terminal group was not read yet, or the Server does not have the department. */
  department: Schema.NullOr(Schema.String),
  productId: Schema.String,
  product: Schema.NullOr(Schema.String),
  /** Whole minutes, at least 1. */
  minutes: Schema.Int,
  /** At the end of the window, or now. */
  stillStopped: Schema.Boolean
})
export type Line = typeof Line.Type

const Found = Schema.Tuple([
  Schema.Struct({
    departments: Schema.Int,
    /** The longest first. */
    lines: Schema.Array(Line)
  })
])
const decode = Schema.decodeUnknownEffect(Found)

/** One statement. `departments` counts the selected ones: 0 means that none has this name. */
export const read = Effect.fn("StopListReport.read")(function* (
  connector: string,
  { date, department, from, now, timezone, to }: Window
) {
  const sql = yield* SqlClient.SqlClient
  const of = yield* tables(connector)
  const isMeant =
    department === undefined
      ? sql`true`
      : sql`(d.id::text = lower(${department}) or btrim(d.name) = btrim(${department}))`
  const isWanted = department === undefined ? sql`true` : sql`u.department_id in (select id from meant)`
  const rows = yield* sql`
    with shift as (
      select (${date}::date + ${from}::time) at time zone ${timezone} as opens,
        least((${date}::date + ${to}::time) at time zone ${timezone}, ${DateTime.formatIso(now)}::timestamptz) as closes
    ), clipped as (
      select g.department_id, h.product_id, greatest(h.started_at, s.opens) as since,
        least(coalesce(h.ended_at, s.closes), s.closes) as until, h.ended_at is null or h.ended_at > s.closes as open
      from shift as s
      join stoplist_history as h on h.started_at < s.closes and (h.ended_at is null or h.ended_at > s.opens)
      left join ${sql(`${connector}_terminal_group`)} as g on g.id = h.terminal_group_id
    ), united as (
      select department_id, product_id, range_agg(tstzrange(since, until)) as spans, bool_or(open) as open
      from clipped where since < until group by department_id, product_id
    ), measured as (
      select department_id, product_id, open,
        (select sum(extract(epoch from upper(span) - lower(span))) from unnest(spans) as span) as seconds
      from united
    ), meant as (
      select d.id from ${of.department} as d where ${isMeant}
    )
    select (select count(*) from meant)::int as departments,
      coalesce(jsonb_agg(jsonb_build_object(
        'departmentId', u.department_id, 'department', btrim(d.name), 'productId', u.product_id, 'product', btrim(p.name),
        'minutes', greatest(1, round(u.seconds / 60)), 'stillStopped', u.open
      ) order by u.seconds desc, btrim(p.name), btrim(d.name), u.product_id), '[]') as lines
    from measured as u
    left join ${of.department} as d on d.id = u.department_id
    left join ${of.product} as p on p.id = u.product_id
    where ${isWanted}`
  const [found] = yield* Effect.orDie(decode(rows))
  return found
})
